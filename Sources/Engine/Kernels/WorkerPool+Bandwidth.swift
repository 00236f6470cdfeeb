internal import CKernels

extension WorkerPool {
    /// Bytes a second that all workers together read from memory: the fastest of many short stretches, since other
    /// programs can only slow this down. Blocks for about a fifth of a second.
    ///
    /// - Parameter byteCount: of the memory that is read, several times; many times what caches hold.
    /// - Throws: `outOfResources`.
    public func measuredReadBandwidth(byteCount: Int = 256 << 20) throws(KernelError) -> Double {
        let stretch = min(byteCount, 16 << 20)
        let memory = try MappedMemory(byteCount: byteCount, isStreamed: true)
        // Pages that were never written are all the same one, and stay in the cache.
        unsafe memory.base.initializeMemory(as: UInt8.self, repeating: 1, count: byteCount)
        let words = unsafe memory.base.assumingMemoryBound(to: UInt64.self)
        var shortest = Duration.seconds(1_000)
        var sum: UInt64 = 0
        for _ in 0..<5 {
            for start in stride(from: 0, through: byteCount - stretch, by: stretch) {
                let taken = ContinuousClock().measure {
                    unsafe withWorkers { workers in
                        unsafe sum &+= ck_read_all(workers, words + start / 8, stretch / 8)
                    }
                }
                shortest = min(shortest, taken)
            }
        }
        precondition(sum != 1, "never so; without a look at the sum, nothing would have to be read")
        let seconds = Double(shortest.components.seconds) + Double(shortest.components.attoseconds) * 1e-18
        return Double(stretch) / seconds
    }
}

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
