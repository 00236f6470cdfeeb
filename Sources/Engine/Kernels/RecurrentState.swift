internal import CKernels

/// What layers without attention keep of a sequence, in F32: the latest columns of each layer's filters, and a state that fades.
///
/// A state cannot be wound back. Copies of earlier ones are kept, more of the latest, and ``rewind(to:)`` goes back to one of
/// them; the columns of a few hundred tokens are kept anyway, so that layers of filters alone go back to any of those. All memory
/// is reserved when it is made. For one thread at a time.
public final class RecurrentState {
    /// Sizes of what is kept.
    public struct Shape: Sendable, Hashable {
        /// Layers that keep something.
        public let layers: Int
        /// Floats of a column.
        public let channels: Int
        /// Columns that a filter sees, the current one included.
        public let taps: Int
        /// Floats of a layer's state; 0 where there are filters alone.
        public let stateSize: Int

        /// - Precondition: all but `stateSize` are positive.
        public init(layers: Int, channels: Int, taps: Int, stateSize: Int) {
            precondition(layers > 0 && channels > 0 && taps > 0 && stateSize >= 0, "sizes must be positive")
            self.layers = layers
            self.channels = channels
            self.taps = taps
            self.stateSize = stateSize
        }

        /// Floats of a layer's copy.
        fileprivate var copySize: Int { (taps - 1) * channels + stateSize }

        /// Bytes that are kept of a sequence whose passes have `passLength` tokens at most, copies included.
        public func byteCount(passLength: Int) -> Int {
            4 * layers * (ringLength(passLength) * channels + stateSize + copies * copySize)
        }

        fileprivate func ringLength(_ passLength: Int) -> Int {
            stateSize == 0 ? 2 * passLength + taps : passLength + taps
        }

        /// As many copies as fit into some memory.
        fileprivate var copies: Int { min(16, max(2, (64 << 20) / max(1, 4 * layers * copySize))) }
    }

    /// Sizes of what is kept.
    public let shape: Shape
    /// How many tokens it has seen.
    public private(set) var length = 0

    private let ringLength: Int
    /// Rings of all layers, then states of all layers, then copies.
    private let memory: MappedMemory
    /// What is to be added to a position for the number of its column.
    private var shift = 0
    /// The lowest length that the rings suffice for.
    private var lowest = 0
    /// Copies by the length they were made at, ascending, and where they are.
    private var copies: [(length: Int, slot: Int)] = []

    /// - Parameter passLength: tokens of one pass at most.
    /// - Throws: `outOfResources`.
    public init(_ shape: Shape, passLength: Int) throws(KernelError) {
        precondition(passLength > 0, "sizes must be positive")
        let sizes = [shape.layers, shape.channels, shape.taps, shape.stateSize, passLength]
        guard sizes.allSatisfy({ $0 < 1 << 28 }), shape.isBounded(passLength: passLength) else {
            throw KernelError(.outOfResources, "a state of \(shape.layers) layers is too large; use a smaller model")
        }
        self.shape = shape
        ringLength = shape.ringLength(passLength)
        memory = try MappedMemory(byteCount: shape.byteCount(passLength: passLength))
        copies.reserveCapacity(shape.copies)
    }

    /// Prepares a pass over the next `count` tokens: the rings are about to lose their oldest columns.
    public func begin(_ count: Int) {
        lowest = max(lowest, length + count - (ringLength - (shape.taps - 1)))
    }

    /// All layers have seen the next `count` tokens.
    public func advance(by count: Int) { length += count }

    /// Whether any of the latest tokens of a pass can be taken back.
    public var canTakeBack: Bool { shape.stateSize == 0 }

    /// Keeps a copy of what there is.
    public func save() {
        guard length > 0, copies.last?.length != length else { return }
        let slot: Int
        if copies.count == shape.copies {
            let place = Self.leastUseful(copies.map(\.length), at: length)
            slot = copies.remove(at: place).slot
        } else {
            slot = (0..<shape.copies).first { slot in !copies.contains { $0.slot == slot } } ?? 0
        }
        for layer in 0..<shape.layers {
            let copy = unsafe copy(slot, layer)
            unsafe copy.update(from: state(layer), count: shape.stateSize)
            for back in 1..<max(1, shape.taps) {
                let to = unsafe copy + shape.stateSize + (back - 1) * shape.channels
                if back <= length {
                    unsafe to.update(from: column(length + shift - back, layer), count: shape.channels)
                } else {
                    unsafe to.update(repeating: 0, count: shape.channels)
                }
            }
        }
        copies.append((length, slot))
    }

    /// Goes back to when it had seen `count` tokens, or to the latest length before that it can.
    ///
    /// - Returns: how many tokens it has seen.
    @discardableResult
    public func rewind(to count: Int) -> Int {
        precondition(count >= 0 && count <= length, "more tokens than were seen")
        if count == length { return count }
        while let last = copies.last, last.length > count { copies.removeLast() }
        if canTakeBack, count >= lowest {
            length = count
        } else if let last = copies.last {
            restore(last)
        } else {
            reset()
        }
        return length
    }

    /// After a pass that did not end: goes back to the latest copy, or takes the pass back.
    ///
    /// - Returns: how many tokens it has seen.
    @discardableResult
    public func abandonPass() -> Int {
        if canTakeBack { return length }
        if let last = copies.last { restore(last) } else { reset() }
        return length
    }

    /// Follows the tokens when those of `range` are taken out: what it has of them, it keeps.
    ///
    /// - Precondition: tokens follow the range.
    public func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound < length, "range outside the sequence")
        copies.removeAll { $0.length > range.lowerBound && $0.length < range.upperBound }
        for place in copies.indices where copies[place].length >= range.upperBound {
            copies[place].length -= range.count
        }
        length -= range.count
        shift += range.count
        lowest = max(range.lowerBound, lowest - range.count)
    }

    /// Forgets everything.
    public func reset() {
        (length, shift, lowest) = (0, 0, 0)
        copies.removeAll(keepingCapacity: true)
        for layer in 0..<shape.layers { unsafe state(layer).update(repeating: 0, count: shape.stateSize) }
    }

    private func restore(_ saved: (length: Int, slot: Int)) {
        (length, shift, lowest) = (saved.length, 0, saved.length)
        for layer in 0..<shape.layers {
            let copy = unsafe copy(saved.slot, layer)
            unsafe state(layer).update(from: copy, count: shape.stateSize)
            for back in 1..<max(1, shape.taps) where back <= length {
                let from = unsafe copy + shape.stateSize + (back - 1) * shape.channels
                unsafe column(length - back, layer).update(from: from, count: shape.channels)
            }
        }
    }

    /// Which of some copies is missed least: the one whose neighbours are nearest, measured by how long ago it was made.
    static func leastUseful(_ lengths: [Int], at now: Int) -> Int {
        func share(_ place: Int) -> Double {
            let before = place == 0 ? 0 : lengths[place - 1]
            let after = place + 1 < lengths.count ? lengths[place + 1] : now
            return Double(after - before) / Double(now - lengths[place] + 1)
        }
        return lengths.indices.min { share($0) < share($1) } ?? 0
    }

    // MARK: For the kernels

    /// The filter of a layer, for the tokens that come next.
    func filter(_ layer: Int, weights: FloatVector, bias: FloatVector?) -> ck_filter {
        precondition(weights.count == shape.taps * shape.channels, "weights of another shape")
        precondition(bias.map { $0.count == shape.channels } ?? true, "a bias of another shape")
        return unsafe ck_filter(
            ring: ring(layer), length: ringLength, channels: shape.channels, next: length + shift, before: length,
            taps: shape.taps, weights: weights.pointer, bias: bias?.pointer)
    }

    /// A layer's state.
    func state(_ layer: Int) -> UnsafeMutablePointer<Float> {
        precondition(layer >= 0 && layer < shape.layers, "no such layer")
        let rings = shape.layers * ringLength * shape.channels
        return unsafe floats + rings + layer * shape.stateSize
    }

    private var floats: UnsafeMutablePointer<Float> { unsafe memory.base.assumingMemoryBound(to: Float.self) }

    private func ring(_ layer: Int) -> UnsafeMutablePointer<Float> {
        precondition(layer >= 0 && layer < shape.layers, "no such layer")
        return unsafe floats + layer * ringLength * shape.channels
    }

    private func column(_ number: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
        unsafe ring(layer) + number % ringLength * shape.channels
    }

    private func copy(_ slot: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
        let before = shape.layers * (ringLength * shape.channels + shape.stateSize)
        return unsafe floats + before + (slot * shape.layers + layer) * shape.copySize
    }
}

extension RecurrentState.Shape {
    /// Whether its bytes can be counted.
    fileprivate func isBounded(passLength: Int) -> Bool {
        let column = Double(2 * passLength + taps) * Double(channels)
        let copy = Double(taps) * Double(channels) + Double(stateSize)
        return 4 * Double(layers) * (column + Double(stateSize) + 16 * copy) < 1e15
    }
}
