internal import AssistantCore

/// What can be known of an answer from its tokens so far, in constant memory.
///
/// Words that merely repeat the question or hold the sentence together say little; the *content* words carry the answer.
/// A word counts as content once it can no longer become a word of the question.
struct AnswerSignals: Sendable {
    /// Sums over tokens: of all, or of the content alone.
    struct Sums: Sendable {
        var count = 0
        var logProbability = 0.0
        var lowest = 0.0
        var highestEntropy = 0.0
        var lowestMargin = Double.infinity

        mutating func add(_ token: Reading) {
            count += 1
            logProbability += token.logProbability
            lowest = min(lowest, token.logProbability)
            highestEntropy = max(highestEntropy, token.entropy)
            lowestMargin = min(lowestMargin, token.margin)
        }

        var meanLogProbability: Double { logProbability / Double(max(1, count)) }
    }

    /// One token's numbers, checked.
    struct Reading: Sendable {
        var logProbability: Double
        var entropy: Double
        var margin: Double
    }

    let prompt: PromptSignals
    private(set) var all = Sums()
    private(set) var content = Sums()
    private(set) var firstContent: Reading?
    /// A number that is no number came in; nothing can be said any more.
    private(set) var isBroken = false

    /// The word at work, its tokens not yet counted as content or not.
    private var word = ""
    private var pending: [Reading] = []

    /// Longer words are cut: nothing here grows with the answer.
    private static let longestWord = 48

    init(_ prompt: PromptSignals) { self.prompt = prompt }

    mutating func observe(_ token: GeneratedToken) {
        // An unbounded margin is what a certain token has.
        guard token.logProbability.isFinite, token.entropy.isFinite, !token.margin.isNaN else {
            isBroken = true
            return
        }
        let reading = Reading(
            logProbability: min(0, Double(token.logProbability)), entropy: max(0, Double(token.entropy)),
            margin: max(0, Double(token.margin)))
        all.add(reading)
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
            if firstContent == nil { firstContent = pending.first }
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
