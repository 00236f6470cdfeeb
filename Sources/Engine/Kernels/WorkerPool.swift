internal import CKernels
internal import Synchronization

/// Threads of the kernels' own, and the scratch memory of the work they do.
///
/// Every operation blocks the calling thread (which works along) until it is done; calls from several threads take turns.
/// Scratch grows to the largest product seen and is kept: repeating an operation allocates nothing.
/// Workers sleep when there is nothing to do.
@safe public final class WorkerPool: Sendable {
    /// Threads that work, the caller included.
    public let threadCount: Int
    private let home: MappedMemory
    // SAFETY: points into `home`; used only by the holder of `scratch`'s lock, and stopped in `deinit`.
    private nonisolated(unsafe) let workers: OpaquePointer
    private let scratch: Mutex<MappedMemory>

    /// - Parameter threads: 1...16, the caller included; other numbers are clamped. Two to four suit small models.
    /// - Throws: `outOfResources` when the system gives no thread, `unavailableInstructionSet` when `BRIM_KERNELS` names
    ///   kernels that this processor cannot run.
    public init(threads: Int) throws(KernelError) {
        try InstructionSet.checkRequest()
        threadCount = min(max(threads, 1), Int(CK_MAX_WORKERS))
        home = try MappedMemory(byteCount: Int(CK_POOL_BYTES))
        scratch = Mutex(try MappedMemory(byteCount: 1 << 20))
        guard let started = unsafe ck_pool_start(home.base, threadCount) else {
            throw KernelError(.outOfResources, "the system refused \(threadCount) threads; use fewer with --threads")
        }
        unsafe workers = started
    }

    deinit { unsafe ck_pool_stop(workers) }

    /// Runs `body` with the pool to itself.
    func withWorkers<Value>(_ body: (OpaquePointer) -> Value) -> Value where Value: Sendable {
        scratch.withLock { _ in unsafe body(workers) }
    }

    /// Runs `body` with the pool to itself and at least `byteCount` bytes of scratch. `body` says whether sizes were sound.
    func withScratch(_ byteCount: Int, _ body: (OpaquePointer, UnsafeMutableRawPointer, Int) -> Bool) {
        let done = scratch.withLock { scratch in
            if scratch.byteCount < byteCount {
                guard let larger = try? MappedMemory(byteCount: byteCount) else { return false }
                scratch = larger
            }
            return unsafe body(workers, scratch.base, scratch.byteCount)
        }
        precondition(done, "no memory for the scratch of a product, or sizes that do not fit")
    }
}
