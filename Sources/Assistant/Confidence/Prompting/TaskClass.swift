internal import AssistantCore

/// What kind of work a prompt asks for, as far as its form tells: cheap, and made before the model is asked.
package enum TaskClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// A calculation.
    case arithmetic
    /// A question about a text that stands in the prompt.
    case extraction
    /// A short question with, most likely, a short answer: one fact.
    case question
    /// A program to write, to complete or to change.
    case code
    /// Anything else: a text to write, to change or to talk about, something to explain, advice.
    case open

    /// O(length of the prompt), of which only the first 4,000 bytes count.
    package init(of prompt: String) {
        let text = prompt.utf8.count > 4_000 ? String(prompt.prefix(4_000)) : prompt
        let parts = PromptText(text)
        let words = Self.expanded(parts.questionWords)
        let asks = text.contains("?") || Self.askingWords.contains(words.first ?? "")
        if CodeRequest.isMade(by: PromptText.words(Substring(text)), text) {
            self = .code
        } else if !parts.passage.isEmpty {
            self = asks && !parts.isFollowedByMore && !Explanation.isOfAdvice(words) ? .extraction : .open
        } else if parts.questionWords.count <= 30, Self.calculates(parts.questionWords, text) {
            self = .arithmetic
        } else if asks, parts.questionWords.count <= 30, !parts.isFollowedByMore,
            !Explanation.isWanted(by: words)
        {
            self = .question
        } else {
            self = .open
        }
    }

    /// Says whether a prompt asks who somebody or what something is, and nothing else: "Who was Marie Curie?", "What is a
    /// black hole?".
    package static func asksForDefinition(_ prompt: String) -> Bool {
        guard prompt.utf8.count <= 200 else { return false }
        let parts = PromptText(prompt)
        return parts.passage.isEmpty && !parts.isFollowedByMore
            && Explanation.isOfDefinition(expanded(parts.questionWords))
    }

    /// "What's" and "whats" are "what is".
    private static func expanded(_ words: [String]) -> [String] {
        words.flatMap { word -> [String] in
            guard let start = contracted.first(where: { word.hasPrefix($0) && word.count <= $0.count + 2 }) else {
                return [word]
            }
            switch word.dropFirst(start.count) {
            case "s" where start != "who", "'s", "’s": return [start, "is"]
            default: return [word]
            }
        }
    }

    private static let contracted = ["what", "who", "where", "when", "how"]

    static let askingWords: Set<String> = [
        "what", "which", "who", "whom", "whose", "where", "when", "how", "name", "give", "is", "are", "was", "were",
        "does",
        "do", "did", "can", "in", "on", "of", "at", "to",
    ]
    private static let operations: Set<String> = ["plus", "minus", "times", "divided", "multiplied", "sum", "product"]

    private static func calculates(_ words: [String], _ text: String) -> Bool {
        guard words.count(where: { $0.allSatisfy(\.isNumber) }) >= 2 else { return false }
        return words.contains(where: operations.contains) || text.contains { "+*×÷=".contains($0) }
    }
}

/// A prompt taken apart: a text to look things up in, if there is one, and the question itself.
struct PromptText: Sendable {
    let passage: Set<String>
    let questionWords: [String]
    /// Whether words stand behind the last question mark: what the answer shall be like.
    let isFollowedByMore: Bool

    init(_ prompt: String) {
        let rest = prompt.reversed().prefix { $0 != "?" }
        isFollowedByMore = rest.count < prompt.count && rest.contains { $0.isLetter || $0.isNumber }
        let paragraphs = prompt.split(whereSeparator: \.endsLine).filter { !$0.allSatisfy(\.isWhitespace) }
        let question = paragraphs.last ?? ""
        let passage = paragraphs.dropLast().flatMap { Self.words($0) }
        // A heading or a greeting is no text to look things up in.
        if passage.count >= 6 {
            self.passage = Set(passage)
            questionWords = Self.words(question)
        } else {
            (self.passage, questionWords) = Self.splitParagraph(prompt)
        }
    }

    /// A paragraph may end in its question: `… costs 3 euros. When does it close?`
    private static func splitParagraph(_ text: String) -> (Set<String>, [String]) {
        let all = words(Substring(text))
        let trimmed = text.reversed().drop { $0.isWhitespace || $0 == "?" }
        guard text.contains("?"), let end = trimmed.firstIndex(where: { ".!".contains($0) || $0.endsLine }) else {
            return ([], all)
        }
        let passage = words(text[..<end.base])
        guard passage.count >= 6 else { return ([], all) }
        return (Set(passage), words(text[end.base...]))
    }

    /// Lower-case runs of letters and digits; `15:30` and `9.5` are one word.
    static func words(_ text: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber || (!word.isEmpty && ":.'’".contains(character)) {
                word += character.lowercased()
            } else if !word.isEmpty {
                words.append(trimmed(word))
                word = ""
            }
        }
        if !word.isEmpty { words.append(trimmed(word)) }
        return words
    }

    private static func trimmed(_ word: String) -> String {
        var word = word
        while let last = word.last, ":.'’".contains(last) { word.removeLast() }
        return word
    }
}
