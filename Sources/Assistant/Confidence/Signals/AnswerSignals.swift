internal import AssistantCore

/// What can be known of an answer from its tokens so far, in constant memory.
///
/// Words that merely repeat the question or hold the sentence together say little; the *content* words carry the answer.
/// A word counts as content once it can no longer become a word of the question. The full stop after it counts as part of it:
/// how sure the model is that the word ends there (9, or 92?) tells much of how sure it is of the word.
struct AnswerSignals: Sendable {
    /// Of tokens: of all, or of the content alone.
    struct LowestLogProbabilities: Sendable {
        private(set) var count = 0
        /// Log-probability of the least probable token, and of the next; 0 before there are that many.
        private(set) var lowest = 0.0
        private(set) var secondLowest = 0.0

        mutating func add(_ token: Reading) {
            count += 1
            secondLowest = min(secondLowest, max(lowest, token.logProbability))
            lowest = min(lowest, token.logProbability)
        }
    }

    /// One token's numbers, checked.
    struct Reading: Sendable {
        var logProbability: Double
        var entropy: Double
    }

    let prompt: PromptSignals
    private(set) var all = LowestLogProbabilities()
    private(set) var content = LowestLogProbabilities()
    /// How undecided the model was where the last content word began; of the last token where there is none.
    private(set) var lastEntropy = 0.0
    /// A number that is no number came in; nothing can be said any more.
    private(set) var isBroken = false

    /// The word at work, its tokens not yet counted as content or not.
    private var word = ""
    private var pending: [Reading] = []

    /// Longer words are cut: nothing here grows with the answer.
    private static let longestWord = 48

    init(_ prompt: PromptSignals) { self.prompt = prompt }

    mutating func observe(_ token: GeneratedToken) {
        guard token.logProbability.isFinite, token.entropy.isFinite else {
            isBroken = true
            return
        }
        let reading = Reading(
            logProbability: min(0, Double(token.logProbability)), entropy: max(0, Double(token.entropy)))
        all.add(reading)
        if content.count == 0 { lastEntropy = reading.entropy }
        var isCounted = false
        for character in token.text {
            if character.isLetter || character.isNumber || (!word.isEmpty && ":.'’".contains(character)) {
                if !isCounted, pending.count < Self.longestWord { pending.append(reading) }
                isCounted = true
                if word.count < Self.longestWord { word += character.lowercased() }
            } else {
                closeWord()
            }
        }
    }

    /// As it is with the word at work counted for what it is so far.
    var settled: AnswerSignals {
        var copy = self
        if !copy.word.isEmpty, !copy.prompt.mayBecomeEcho(copy.word) { copy.closeWord() }
        return copy
    }

    /// As it is when nothing more comes.
    var finished: AnswerSignals {
        var copy = self
        copy.closeWord()
        return copy
    }

    private mutating func closeWord() {
        guard !word.isEmpty else { return }
        while let last = word.last, ":.'’".contains(last) { word.removeLast() }
        if !prompt.isEcho(word) {
            if let first = pending.first { lastEntropy = first.entropy }
            for reading in pending { content.add(reading) }
        }
        word = ""
        pending.removeAll(keepingCapacity: true)
    }
}

/// The words of a question, which its answer repeats.
struct PromptSignals: Sendable {
    private let echo: Set<String>

    private static let functionWords: Set<String> = [
        "the", "a", "an", "is", "are", "was", "were", "be", "of", "in", "on", "at", "to", "by", "for", "from", "and",
        "or",
        "it", "its", "that", "this", "there", "as", "with", "has", "have", "had", "does", "do", "did", "you", "i",
        "not",
        "text", "answer",
    ]

    init(_ prompt: String) {
        let end = prompt.utf8.count > 16_000 ? String(prompt.suffix(8_000)) : prompt
        echo = Set(PromptText(end).questionWords)
    }

    /// Whether a word of the answer says nothing that the question has not said.
    func isEcho(_ word: String) -> Bool { echo.contains(word) || Self.functionWords.contains(word) }

    /// Whether it could still grow into such a word.
    func mayBecomeEcho(_ word: String) -> Bool {
        isEcho(word) || echo.contains { $0.hasPrefix(word) } || Self.functionWords.contains { $0.hasPrefix(word) }
    }
}
