internal import CKernels
internal import Glibc

/// Which positions of the cache a query sees.
public enum AttentionMask: Sendable, Equatable {
    /// Query i sees positions 0...position + i; with a window, only the last `window` of them, its own included.
    case causal(position: Int, window: Int? = nil)
    /// Every query sees positions 0..<length: Whisper's encoder, and its decoder's look at the encoder.
    case full(length: Int)
    /// The same, and each of the last `tail` positions counts as `copies` equal ones would (`copies` > 0): a long stretch
    /// of like positions needs only some of them.
    case weighted(length: Int, tail: Int, copies: Float)
}

extension WorkerPool {
    /// output = softmax(q · kᵀ · scale) · v with an online softmax in F32; query head h reads key head h / (heads / headCount).
    ///
    /// A result depends on its own query and what that sees alone, bit for bit: not on how many queries or threads there are.
    /// - Parameters:
    ///   - queries: (n, heads · headSize), heads a multiple of the cache's.
    ///   - output: the same shape; may be `queries`.
    ///   - scale: usually 1 / √headSize.
    /// - Precondition: the positions that are seen were stored.
    public func attend(
        _ queries: FloatRows, cache: KeyValueCache, layer: Int, mask: AttentionMask, scale: Float,
        into output: FloatRows
    ) {
        precondition(output.count == queries.count && output.width == queries.width, "output differs from queries")
        precondition(queries.width.isMultiple(of: cache.headCount * cache.headSize), "heads do not fit the cache")
        var layer = unsafe cache.kernelLayer(layer)
        let size = Int(ck_attention_workspace(threadCount))
        unsafe withUnsafePointer(to: &layer) { kv in
            unsafe withScratch(size) { workers, scratch, scratchBytes in
                var arguments = unsafe ck_attention_args()
                unsafe arguments.kv = kv
                unsafe (arguments.q, arguments.q_stride) = (UnsafePointer(queries.pointer), queries.stride)
                unsafe (arguments.out, arguments.out_stride) = (output.pointer, output.stride)
                unsafe (arguments.n, arguments.heads) = (queries.count, queries.width / cache.headSize)
                unsafe (arguments.scale, arguments.workspace, arguments.workspace_bytes) = (
                    scale, scratch, scratchBytes
                )
                switch mask {
                case .causal(let position, let window):
                    unsafe (arguments.causal, arguments.position) = (true, position)
                    unsafe (arguments.window, arguments.length) = (window ?? 0, position + queries.count)
                case .full(let length):
                    unsafe arguments.length = length
                case .weighted(let length, let tail, let copies):
                    unsafe (arguments.length, arguments.repeated) = (length, tail)
                    unsafe arguments.log_repeats = log(copies)
                }
                return unsafe ck_attention(workers, &arguments)
            }
        }
    }
}
