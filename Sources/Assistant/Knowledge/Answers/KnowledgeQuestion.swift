/// A question as the collections are asked it: its words, what kind of thing it asks for, and what it says of itself.
package struct KnowledgeQuestion: Sendable, Hashable {
    /// Longer questions carry a text of their own, or are none.
    package static let longest = 400
    private static let mostWords = 24

    /// Folded, each once, without those that every sentence has.
    package let words: [String]
    /// The same words as stems, in the same order.
    let stems: [String]
    /// For each of the words the stems of what documents may say instead.
    let related: [Set<String>]
    /// What the index is asked for: the words, and what may stand in their place.
    package let sought: [String]
    /// The stem of the word behind *which* or *what*: the kind of thing asked for, which an answer need not name.
    let kind: String?
    /// Whether the answer is a number.
    let wantsNumber: Bool
    /// Whether a word of it stands in quotation marks: then it may be about the word, and not about what that means.
    let quotes: Bool
    /// Where, when, who …: the word that two questions must share to be the same.
    let interrogative: String?
    /// Whether it points at something said before, and names little itself.
    let isFollowUp: Bool

    /// `nil` where there is nothing to look for: a calculation, a text of its own, no word that tells.
    package init?(_ prompt: String) {
        guard prompt.utf8.count <= Self.longest else { return nil }
        let all = ContentWords.all(in: prompt)
        var seen: Set<String> = []
        let words = all.filter { !StopWords.all.contains($0) && seen.insert($0).inserted }
        guard !words.isEmpty, words.count <= Self.mostWords else { return nil }
        guard !words.allSatisfy({ Self.isNumber($0) || Self.calculating.contains($0) }) else { return nil }
        self.words = words
        stems = words.map(ContentWords.stem)
        let others = words.map(RelatedWords.words)
        related = zip(stems, others).map { stem, others in Set(others.map(ContentWords.stem)).subtracting([stem]) }
        sought = words + others.joined().filter { seen.insert($0).inserted }
        kind = Self.kind(in: all)
        wantsNumber = Self.wantsNumber(all)
        quotes = prompt.contains { "\"“”„«»".contains($0) }
        interrogative = all.first { Self.interrogatives.contains($0) }
        let points = all.contains { StopWords.pointing.contains($0) }
        isFollowUp = points && words.count < 2
    }

    private static func isNumber(_ word: String) -> Bool { word.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    private static let calculating: Set<String> = [
        "times", "plus", "minus", "divided", "multiply", "multiplied", "sum", "product",
    ]

    private static let interrogatives: Set<String> = ["who", "whose", "where", "when", "why", "how", "which", "what"]

    private static func kind(in words: [String]) -> String? {
        guard let index = words.firstIndex(where: { $0 == "which" || $0 == "what" }), index + 1 < words.count else {
            return nil
        }
        let next = words[index + 1]
        return StopWords.all.contains(next) ? nil : ContentWords.stem(next)
    }

    private static func wantsNumber(_ words: [String]) -> Bool {
        for (first, second) in zip(words, words.dropFirst()) where first == "how" {
            if ["many", "much", "old", "tall", "long", "high", "deep", "far"].contains(second) { return true }
        }
        return words.contains("number") || words.contains("year")
    }
}

/// Words that name a thing of a kind without naming the kind: *Africa* says that a continent is meant.
enum KindInstances {
    /// By the stem of the kind.
    static let all: [String: Set<String>] = [
        "continent": [
            "africa", "african", "asia", "asian", "europe", "european", "america", "american", "oceania", "australia",
            "antarctica",
        ]
    ]
}

/// Kinds of things that are told by how they are written.
enum KindForms {
    /// Whether a sentence has something that may be of the kind.
    ///
    /// - Parameter kind: a stem.
    static func mayStand(_ kind: String, in sentence: String) -> Bool {
        switch kind {
        case "option", "flag", "switch":
            sentence.split { $0.isWhitespace || "`'\"(,‘“".contains($0) }.contains { word in
                word.first == "-" && word.drop { $0 == "-" }.first?.isLetter == true
            }
        case "year": sentence.split { !$0.isNumber }.contains { $0.count == 4 }
        default: true
        }
    }
}
