/// Guesses how a text goes on: as it went on where its last tokens stood before (prompt look-up).
///
/// All memory is taken when it is made; appending and guessing allocate nothing. Source: A. Saxena, "Prompt Lookup
/// Decoding", 2023.
public struct PromptLookup: Sendable {
    /// Tokens that must have stood together before.
    public static let matchLength = 3

    private var tokens: [Int32] = []
    /// Where a run of `matchLength` tokens ended last: the place after it, by a hash of the run; −1 where there is none.
    private var ends: [Int32]
    private let mask: Int
    /// Where the latest tokens ended before.
    private var candidate = -1

    /// - Parameter capacity: tokens that it can hold; later ones are not remembered.
    public init(capacity: Int) {
        precondition(capacity >= 0 && capacity < Int(Int32.max) / 4)
        tokens.reserveCapacity(capacity)
        self.capacity = capacity
        var size = 64
        while size < 2 * capacity { size *= 2 }
        ends = Array(repeating: -1, count: size)
        mask = size - 1
    }

    private let capacity: Int

    /// Remembers that `token` stands next.
    public mutating func append(_ token: Int32) {
        candidate = -1
        guard tokens.count < capacity else { return }
        tokens.append(token)
        guard tokens.count >= Self.matchLength else { return }
        let slot = hash(endingAt: tokens.count)
        candidate = Int(ends[slot])
        ends[slot] = Int32(tokens.count)
    }

    /// What may come next: at most `limit` tokens, none where the latest ones have not stood together before.
    ///
    /// - Parameter matching: how many of the latest tokens must have stood so before (≥ ``matchLength``).
    public func guess(limit: Int, matching: Int = matchLength) -> ArraySlice<Int32> {
        guard limit > 0, matching >= Self.matchLength, candidate >= matching else { return [] }
        // Other runs may share the slot.
        for back in 1...matching where tokens[candidate - back] != tokens[tokens.count - back] { return [] }
        return tokens[candidate..<min(candidate + limit, tokens.count)]
    }

    private func hash(endingAt end: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in end - Self.matchLength..<end {
            hash = (hash ^ UInt64(UInt32(bitPattern: tokens[place]))) &* 0x9E37_79B9_7F4A_7C15
        }
        return Int(truncatingIfNeeded: hash >> 32) & mask
    }
}
