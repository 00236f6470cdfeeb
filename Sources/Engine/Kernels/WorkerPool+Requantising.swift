internal import CKernels

extension WorkerPool {
    /// Blocks of type `to` with the values of `blocks`, which are of type `from`, both in GGML's layout.
    ///
    /// Types of one block scale round as the reference's do, bit by bit.
    /// - Precondition: `to` can be written, and `blocks` are `count` elements, a whole number of blocks of both types.
    /// - Throws: `invalidScale` where a value of `blocks` is not finite, or too large for the scales of `to`.
    public func requantise(
        _ blocks: RawSpan, count: Int, from: WeightType, to: WeightType
    ) throws(KernelError) -> [UInt8] {
        precondition(to.canBeWritten, "\(to) cannot be written")
        precondition(from.rowBytes(cols: count) == blocks.byteCount, "blocks are not \(count) elements of \(from)")
        guard let size = to.rowBytes(cols: count) else { preconditionFailure("not a whole number of blocks of \(to)") }
        guard from.firstInvalidBlock(in: blocks) == nil else {
            throw KernelError(.invalidScale, "a value is not finite; fetch the model again")
        }
        let written = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            unsafe blocks.withUnsafeBytes { input in
                guard let start = input.baseAddress, let output = buffer.baseAddress else { return }
                let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
                unsafe withWorkers { workers in
                    unsafe ck_requantise(workers, from.rawValue, bytes, to.rawValue, output, count)
                }
            }
            written = size
        }
        guard unsafe to.firstInvalidBlock(in: written.span.bytes) == nil else {
            throw KernelError(.invalidScale, "a value is too large for \(to.name); choose F32 or F16")
        }
        return written
    }
}
