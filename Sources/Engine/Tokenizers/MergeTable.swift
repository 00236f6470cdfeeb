/// Which two tokens merge into which third, and how early: the heart of byte-pair encoding, by pairs of ids.
struct MergeTable: Sendable {
    /// Most merges a vocabulary may have.
    static let limit = 1 << 22

    /// By rank: left id in the upper, right id in the lower half.
    private var pairs: [UInt64] = []
    /// By rank.
    private var results: [Int32] = []
    /// Ranks; open addressing with linear probing, at most two thirds full; -1 is empty.
    private var slots: [Int32]
    private let shift: UInt64
    /// The text of a result while it is looked up.
    private var joined: [UInt8] = []
    /// Drawn anew for every table, so that no file can be made to collide.
    private let multiplier = UInt64.random(in: .min ... .max) | 1

    init(capacity: Int) throws(TokenizerError) {
        guard capacity <= Self.limit else {
            throw .malformed("it has \(capacity) merges; at most \(Self.limit) are accepted")
        }
        let size = powerOfTwo(atLeast: capacity + capacity / 2 + 2)
        slots = [Int32](repeating: -1, count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
        pairs.reserveCapacity(capacity)
        results.reserveCapacity(capacity)
    }

    /// Adds the next merge, written as two tokens with a space between them. One that is there twice keeps its first
    /// rank.
    mutating func append(_ line: Span<UInt8>, of vocabulary: Vocabulary) throws(TokenizerError) {
        precondition(3 * (pairs.count + 1) <= 2 * slots.count)
        // A token may be a space itself, so that the first byte never separates.
        var space = 1
        while space < line.count, line[space] != 0x20 { space += 1 }
        guard space < line.count else {
            throw .malformed("merge \(pairs.count + 1) is not two tokens")
        }
        let (first, second) = (line.extracting(..<space), line.extracting((space + 1)...))
        guard let left = vocabulary.id(of: first), let right = vocabulary.id(of: second),
            let result = result(of: first, second, vocabulary)
        else { throw .malformed("merge \(pairs.count + 1) names tokens that it does not have") }
        let pair = Self.pair(left, right)
        let slot = slot(of: pair)
        if slots[slot] < 0 { slots[slot] = Int32(pairs.count) }
        pairs.append(pair)
        results.append(result)
    }

    /// The token that two texts are together.
    private mutating func result(
        of first: Span<UInt8>, _ second: Span<UInt8>, _ vocabulary: Vocabulary
    ) -> Int32? {
        // Vocabularies are numbered in the order of their merges, so that it most often is the one after the last.
        if let last = results.last, vocabulary.contains(last + 1), vocabulary.isText(of: last + 1, first, second) {
            return last + 1
        }
        joined.removeAll(keepingCapacity: true)
        for index in first.indices { joined.append(first[index]) }
        for index in second.indices { joined.append(second[index]) }
        return vocabulary.id(of: joined.span)
    }

    /// What `left` and `right` become; `nil` where they do not merge. Negative ids never do.
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        guard left >= 0, right >= 0 else { return nil }
        let rank = slots[slot(of: Self.pair(left, right))]
        return rank < 0 ? nil : Merge(rank: rank, result: results[Int(rank)])
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Where `pair` is, or where it would go.
    private func slot(of pair: UInt64) -> Int {
        var slot = Int((pair &* multiplier) >> shift)
        while slots[slot] >= 0, pairs[Int(slots[slot])] != pair { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}
