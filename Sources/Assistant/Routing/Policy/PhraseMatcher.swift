/// Looks for any of many phrases in one pass over the words of a text: no regular expressions, so nothing in the
/// configuration can make it slow.
struct PhraseMatcher: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        var text: String
        /// Whether any ending may follow.
        var isOpen: Bool

        func matches(_ word: String) -> Bool { isOpen ? word.hasPrefix(text) : word == text }
    }

    static let maxPhrases = 4_096
    static let maxWords = 8
    static let maxBytes = 128

    /// By the first word, or by its beginning where that is open.
    private var closed: [String: [[Pattern]]] = [:]
    private var open: [String: [[Pattern]]] = [:]
    /// How many characters the open beginnings have.
    private var openLengths: Set<Int> = []

    /// - Parameter owner: the rule's name, for the error.
    init(_ phrases: [String], owner: String) throws(RoutingPolicyError) {
        guard phrases.count <= Self.maxPhrases else {
            throw RoutingPolicyError(.tooLarge, "Rule “\(owner)” has more than \(Self.maxPhrases) phrases.")
        }
        for phrase in Set(phrases) { insert(try Self.patterns(phrase, owner: owner)) }
    }

    private static func patterns(_ phrase: String, owner: String) throws(RoutingPolicyError) -> [Pattern] {
        guard phrase.utf8.count <= maxBytes else {
            throw RoutingPolicyError(.tooLarge, "A phrase of rule “\(owner)” is longer than \(maxBytes) bytes.")
        }
        var patterns: [Pattern] = []
        for part in phrase.split(separator: " ") {
            let words = Words(String(part)).words
            for (index, word) in words.enumerated() {
                patterns.append(Pattern(text: word, isOpen: part.hasSuffix("*") && index == words.count - 1))
            }
        }
        guard !patterns.isEmpty, patterns.count <= maxWords else {
            throw RoutingPolicyError(
                .meaningless, "The phrase “\(phrase)” of rule “\(owner)” needs between one and \(maxWords) words.")
        }
        return patterns
    }

    private mutating func insert(_ phrase: [Pattern]) {
        guard let first = phrase.first else { return }
        if first.isOpen {
            open[first.text, default: []].append(phrase)
            openLengths.insert(first.text.count)
        } else {
            closed[first.text, default: []].append(phrase)
        }
    }

    /// Whether any of the phrases stands in the text.
    func isFound(in text: Words) -> Bool {
        let words = text.words
        return words.indices.contains { index in
            if let phrases = closed[words[index]], isAny(phrases, in: words, at: index) { return true }
            return openLengths.contains { length in
                guard let phrases = open[String(words[index].prefix(length))] else { return false }
                return isAny(phrases, in: words, at: index)
            }
        }
    }

    private func isAny(_ phrases: [[Pattern]], in words: [String], at start: Int) -> Bool {
        phrases.contains { phrase in
            start + phrase.count <= words.count
                && phrase.indices.allSatisfy { phrase[$0].matches(words[start + $0]) }
        }
    }
}
