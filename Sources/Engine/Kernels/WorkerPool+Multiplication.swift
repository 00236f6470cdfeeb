internal import CKernels

extension WorkerPool {
    /// How many multiplications of 8-bit integers a second all workers can do together, in registers and with the
    /// instructions of the active kernels: the best of a few rounds. No prefill can be faster. Blocks for a moment.
    public func measuredMultiplicationRate() -> Double {
        let clock = ContinuousClock()
        var best = 0.0
        for _ in 0..<8 {
            var count: UInt64 = 0
            let taken = clock.measure { unsafe withWorkers { count = unsafe ck_multiply_registers($0, 1_000_000) } }
            let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
            best = max(best, Double(count) / seconds)
        }
        return best
    }
}
