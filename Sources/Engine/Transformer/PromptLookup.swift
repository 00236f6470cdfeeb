/// Guesses how a text goes on: as it went on where its last tokens stood before (prompt look-up).
///
/// All memory is taken when it is made; appending and guessing allocate nothing. Source: A. Saxena, "Prompt Lookup
/// Decoding", 2023.
public struct PromptLookup: Sendable {
    /// Tokens that must have stood together before.
    public static let shortestMatch = 2
    /// Longer ones are not told apart.
    public static let longestMatch = 32

    /// How many of the latest tokens stood together before: ``shortestMatch`` to ``longestMatch``, or 0, when there is nothing
    /// to guess.
    public private(set) var matched = 0

    private var tokens: [Int32] = []
    /// Where a run of `shortestMatch` tokens ended last: the place after it, by a hash of the run; −1 where there is none.
    private var ends: [Int32]
    private let mask: Int
    private let capacity: Int
    /// What followed the tokens that match.
    private var continuation = 0

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

    /// Remembers that `token` stands next.
    ///
    /// Of what the latest tokens match, the longest match counts, and the latest of those equally long; a match goes on as
    /// long as none is longer.
    public mutating func append(_ token: Int32) {
        let goesOn = matched > 0 && tokens[continuation] == token
        let longer = goesOn ? min(matched + 1, Self.longestMatch) : 0
        matched = 0
        guard tokens.count < capacity else { return }
        tokens.append(token)
        guard tokens.count >= Self.shortestMatch else { return }
        let slot = hash(endingAt: tokens.count)
        let latest = Int(ends[slot])
        ends[slot] = Int32(tokens.count)
        let length = matchLength(before: latest)
        if goesOn, longer >= length {
            continuation += 1
            matched = longer
        } else if length >= Self.shortestMatch {  // other runs may share the slot
            continuation = latest
            matched = length
        }
    }

    /// What may come as token `number` from here, counted from 0. Past the latest token, the text is taken for a loop.
    ///
    /// Only where ``matched`` is above 0.
    public func guess(_ number: Int) -> Int32 {
        precondition(matched > 0)
        return tokens[continuation + number % (tokens.count - continuation)]
    }

    private func matchLength(before end: Int) -> Int {
        var length = 0
        while length < min(Self.longestMatch, end), tokens[end - 1 - length] == tokens[tokens.count - 1 - length] {
            length += 1
        }
        return length
    }

    private func hash(endingAt end: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in end - Self.shortestMatch..<end {
            hash = (hash ^ UInt64(UInt32(bitPattern: tokens[place]))) &* 0x9E37_79B9_7F4A_7C15
        }
        return Int(truncatingIfNeeded: hash >> 32) & mask
    }
}
