internal import Synchronization

/// Memory for the packed matrices of a model, one after the other, so that they lie in large pages: a token reads all of them,
/// and with small pages would wait for as many address translations as for data.
///
/// Memory is taken from the system in slabs, resident only once it is filled; a slab lives as long as a matrix in it.
public final class WeightArena: Sendable {
    private struct State: ~Copyable {
        var slab: Slab?
        var used = 0
    }

    private let slabByteCount: Int
    private let state = Mutex(State())

    /// - Parameter slabByteCount: what is asked of the system at a time; larger matrices get a slab of their own size.
    public init(slabByteCount: Int = 128 << 20) {
        self.slabByteCount = slabByteCount
    }

    /// The next `byteCount` bytes, aligned to a cache line.
    /// - Throws: `outOfResources`.
    func take(_ byteCount: Int) throws(KernelError) -> PackedWeights {
        try state.withLock { state throws(KernelError) in
            let start = (state.used + 63) / 64 * 64
            if let slab = state.slab, slab.memory.byteCount - byteCount >= start {
                state.used = start + byteCount
                return PackedWeights(slab: slab, offset: start, byteCount: byteCount)
            }
            let slab = Slab(try MappedMemory(byteCount: max(byteCount, slabByteCount), isStreamed: true))
            state.slab = slab
            state.used = byteCount
            return PackedWeights(slab: slab, offset: 0, byteCount: byteCount)
        }
    }
}

/// Memory that several matrices share.
final class Slab: Sendable {
    let memory: MappedMemory

    init(_ memory: consuming MappedMemory) { self.memory = memory }
}

/// The memory of one packed matrix.
struct PackedWeights: Sendable {
    private let slab: Slab
    private let offset: Int
    let byteCount: Int

    init(slab: Slab, offset: Int, byteCount: Int) {
        self.slab = slab
        self.offset = offset
        self.byteCount = byteCount
    }

    var base: UnsafeMutablePointer<UInt8> {
        unsafe (slab.memory.base + offset).bindMemory(to: UInt8.self, capacity: byteCount)
    }
}
