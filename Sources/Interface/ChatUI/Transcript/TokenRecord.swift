internal import AssistantCore
internal import Glibc

/// How probable the tokens of one answer were: all of them up to a number, and the least probable ones by name.
package struct TokenRecord: Sendable, Hashable {
    /// A token and its probability, 0 … 1.
    struct Doubtful: Sendable, Hashable {
        var text: String
        var probability: Double
        /// Its place among all that were scored.
        var index: Int
    }

    /// Tokens that are kept; older ones are left out.
    static let longest = 256
    private static let mostDoubtful = 3
    /// From here on down a token is a guess.
    static let doubt = 0.5

    /// 0 … 1, oldest first.
    private(set) var probabilities: [Double] = []
    /// The least probable words, the least probable first.
    private(set) var doubtful: [Doubtful] = []
    /// All that were scored, and those of them that were guesses.
    private(set) var count = 0
    var guesses: Int { earlierGuesses + probabilities.count { $0 < Self.doubt } }
    /// Guesses among the tokens that are left out.
    private var earlierGuesses = 0

    mutating func add(_ token: GeneratedToken) {
        let probability = exp(Double(token.logProbability))
        count += 1
        probabilities.append(probability)
        // In blocks, so that what is drawn of them does not move with every token.
        if probabilities.count > Self.longest {
            earlierGuesses += probabilities[..<(Self.longest / 2)].count { $0 < Self.doubt }
            probabilities.removeFirst(Self.longest / 2)
        }
        guard probability < Self.doubt else { return }
        let text = TerminalText.sanitised(token.text).trimmed
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return }
        let place = doubtful.firstIndex { $0.probability > probability } ?? doubtful.count
        guard place < Self.mostDoubtful else { return }
        doubtful.insert(Doubtful(text: text, probability: probability, index: count - 1), at: place)
        if doubtful.count > Self.mostDoubtful { doubtful.removeLast() }
    }

    /// Forgets the latest tokens.
    mutating func removeLast(_ number: Int) {
        probabilities.removeLast(min(number, probabilities.count))
        count = max(0, count - number)
        earlierGuesses = min(earlierGuesses, count - probabilities.count)
        doubtful.removeAll { $0.index >= count }
    }
}
