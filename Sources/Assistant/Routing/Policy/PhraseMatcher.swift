/// Looks for any of many phrases, of all rules at once, in one pass over the words of a text: no regular expressions, so
/// nothing in the configuration can make it slow.
struct PhraseMatcher: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        var text: String
        /// Whether any ending may follow.
        var isOpen: Bool

        func matches(_ word: String) -> Bool { isOpen ? word.hasPrefix(text) : word == text }
    }

    private struct Phrase: Sendable, Hashable {
        var patterns: [Pattern]
        /// The number of the rule that it belongs to.
        var rule: Int
    }

    static let maxPhrases = 4_096
    static let maxWords = 8
    static let maxBytes = 128

    /// By the first word.
    private var closed: [String: [Phrase]] = [:]
    /// By the first three characters of the first word, or by all where it has fewer.
    private var open: [String: [Phrase]] = [:]
    private var openLengths: Set<Int> = []

    /// Adds the phrases of a rule; `name` is for the error.
    mutating func add(_ phrases: [String], rule: Int, named name: String) throws(RoutingPolicyError) {
        guard phrases.count <= Self.maxPhrases else {
            throw RoutingPolicyError(.tooLarge, "Rule “\(name)” has more than \(Self.maxPhrases) phrases.")
        }
        for phrase in Set(phrases) {
            let patterns = try Self.patterns(phrase, name)
            insert(Phrase(patterns: patterns, rule: rule))
        }
    }

    /// The numbers of the rules of which a phrase stands in the text.
    func rules(in text: Words) -> Set<Int> {
        var found: Set<Int> = []
        let words = text.words
        for (index, word) in words.enumerated() {
            if let phrases = closed[word] { collect(phrases, in: words, at: index, into: &found) }
            for length in openLengths {
                guard let phrases = open[String(word.prefix(length))] else { continue }
                collect(phrases, in: words, at: index, into: &found)
            }
        }
        return found
    }

    private func collect(_ phrases: [Phrase], in words: [String], at start: Int, into found: inout Set<Int>) {
        for phrase in phrases where start + phrase.patterns.count <= words.count && !found.contains(phrase.rule) {
            let isThere = phrase.patterns.indices.allSatisfy { phrase.patterns[$0].matches(words[start + $0]) }
            if isThere { found.insert(phrase.rule) }
        }
    }

    private static func patterns(_ phrase: String, _ name: String) throws(RoutingPolicyError) -> [Pattern] {
        guard phrase.utf8.count <= maxBytes else {
            throw RoutingPolicyError(.tooLarge, "A phrase of rule “\(name)” is longer than \(maxBytes) bytes.")
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
                .meaningless, "The phrase “\(phrase)” of rule “\(name)” needs between one and \(maxWords) words.")
        }
        return patterns
    }

    private mutating func insert(_ phrase: Phrase) {
        guard let first = phrase.patterns.first else { return }
        if first.isOpen {
            let key = String(first.text.prefix(3))
            open[key, default: []].append(phrase)
            openLengths.insert(key.count)
        } else {
            closed[first.text, default: []].append(phrase)
        }
    }
}
