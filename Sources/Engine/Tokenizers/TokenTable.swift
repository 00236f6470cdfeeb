/// Byte strings numbered from 0 in the order they came, and the way back from a string to its number.
///
/// All bytes lie in one array; the hash table holds numbers only. Hashes are seeded anew in every process, so that no
/// file can be made to collide.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// Open addressing with linear probing, at most half full; -1 is empty.
    private var slots: [Int32]

    /// Makes room for exactly `capacity` strings of `byteCount` bytes together.
    init(capacity: Int, byteCount: Int) {
        bytes.reserveCapacity(byteCount)
        ends.reserveCapacity(capacity)
        slots = [Int32](repeating: -1, count: powerOfTwo(atLeast: 2 * capacity + 2))
    }

    var count: Int { ends.count }

    /// Adds a string under the next number; `false`, and nothing added, where it is there already.
    mutating func append(_ string: Span<UInt8>) -> Bool {
        precondition(2 * (count + 1) <= slots.count)
        let slot = slot(of: string)
        guard slots[slot] < 0 else { return false }
        slots[slot] = Int32(count)
        for index in string.indices { bytes.append(string[index]) }
        ends.append(UInt32(bytes.count))
        return true
    }

    /// The number of `string`; `nil` where it was never added.
    func number(of string: Span<UInt8>) -> Int32? {
        let found = slots[slot(of: string)]
        return found < 0 ? nil : found
    }

    /// Calls `body` with string `number`, which must be there.
    func withString<R>(_ number: Int, _ body: (Span<UInt8>) -> R) -> R {
        body(bytes.span.extracting(range(of: number)))
    }

    private func range(of number: Int) -> Range<Int> {
        (number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])
    }

    /// Where `string` is, or where it would go.
    private func slot(of string: Span<UInt8>) -> Int {
        var hasher = Hasher()
        unsafe string.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        var slot = hasher.finalize() & (slots.count - 1)
        while slots[slot] >= 0, !isEqual(Int(slots[slot]), string) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func isEqual(_ number: Int, _ string: Span<UInt8>) -> Bool {
        let range = range(of: number)
        guard range.count == string.count else { return false }
        for index in string.indices where bytes[range.lowerBound + index] != string[index] { return false }
        return true
    }
}

/// The smallest power of two that is not smaller than `count` ≥ 1.
func powerOfTwo(atLeast count: Int) -> Int {
    1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
}
