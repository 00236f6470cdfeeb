/// Which two tokens merge into which third, and how early: the heart of byte-pair encoding, by pairs of ids.
struct MergeTable: Sendable {
    /// Most merges a vocabulary may have.
    static let limit = 1 << 22

    private static let empty = UInt64.max

    /// Left id in the upper, right id in the lower half; open addressing with linear probing, at most half full.
    private var keys: [UInt64]
    private var values: [Merge]
    private var count: Int32 = 0
    private let shift: UInt64
    /// The text of a result while it is looked up.
    private var joined: [UInt8] = []
    /// Drawn anew for every table, so that no file can be made to collide.
    private let multiplier = UInt64.random(in: .min ... .max) | 1

    init(capacity: Int) throws(TokenizerError) {
        guard capacity <= Self.limit else {
            throw .malformed("it has \(capacity) merges; at most \(Self.limit) are accepted")
        }
        let size = powerOfTwo(atLeast: 2 * capacity + 2)
        keys = [UInt64](repeating: Self.empty, count: size)
        values = [Merge](repeating: Merge(rank: 0, result: 0), count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
    }

    /// Adds the next merge, written as two tokens with a space between them. One that is there twice keeps its first
    /// rank.
    mutating func append(_ line: Span<UInt8>, of vocabulary: Vocabulary) throws(TokenizerError) {
        precondition(2 * (Int(count) + 1) <= keys.count)
        // A token may be a space itself, so that the first byte never separates.
        var space = 1
        while space < line.count, line[space] != 0x20 { space += 1 }
        guard space < line.count else {
            throw .malformed("merge \(count + 1) is not two tokens")
        }
        joined.removeAll(keepingCapacity: true)
        for index in line.indices where index != space { joined.append(line[index]) }
        guard let left = vocabulary.id(of: line.extracting(..<space)),
            let right = vocabulary.id(of: line.extracting((space + 1)...)),
            let result = vocabulary.id(of: joined.span)
        else { throw .malformed("merge \(count + 1) names tokens that it does not have") }
        let slot = slot(of: Self.key(left, right))
        if keys[slot] == Self.empty {
            keys[slot] = Self.key(left, right)
            values[slot] = Merge(rank: count, result: result)
        }
        count += 1
    }

    /// What `left` and `right` become; `nil` where they do not merge. Negative ids never do.
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        guard left >= 0, right >= 0 else { return nil }
        let slot = slot(of: Self.key(left, right))
        return keys[slot] == Self.empty ? nil : values[slot]
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Where `key` is, or where it would go.
    private func slot(of key: UInt64) -> Int {
        var slot = Int((key &* multiplier) >> shift)
        while keys[slot] != key, keys[slot] != Self.empty { slot = (slot + 1) & (keys.count - 1) }
        return slot
    }
}
