package import AssistantCore

/// A part of a document that is summarised by itself.
package struct DocumentSection: Sendable, Hashable {
    /// Its heading and pages, as far as the document has them.
    package var title: String
    /// All of it or, of a long one, the sentences that say most of what it is about.
    package var text: String
    /// What it was made of.
    package var passages: [Passage]

    package init(title: String, text: String, passages: [Passage]) {
        (self.title, self.text, self.passages) = (title, text, passages)
    }

    /// Cuts a document at its headings into parts that a model can read at once.
    ///
    /// - Parameters:
    ///   - passages: of one document, in its order.
    ///   - bytes: of text in a part.
    ///   - most: so many parts at most: those of a longer document stand for more of it, of which the best sentences are kept.
    package static func all(of passages: [Passage], bytes: Int, most: Int) -> [DocumentSection] {
        let total = passages.reduce(0) { $0 + $1.text.utf8.count }
        var limit = max(bytes, total / max(1, most) + 1)
        let common = commonDepth(of: passages)
        var groups = groups(of: passages, bytes: limit, below: common)
        // Headings leave parts that are not full.
        while groups.count > most {
            limit += limit / 4 + 1
            groups = Self.groups(of: passages, bytes: limit, below: common)
        }
        return groups.map { group in
            DocumentSection(
                title: title(of: group, below: common), text: SalientSentences.text(of: group.map(text), bytes: bytes),
                passages: group)
        }
    }

    /// Of each part its best sentences, together no longer than `bytes`: what a document says in short.
    package static func excerpt(of sections: [DocumentSection], bytes: Int) -> [Passage] {
        let total = max(1, sections.reduce(0) { $0 + $1.bytes })
        return sections.compactMap { section in
            let share = Int(Double(bytes) * Double(section.bytes) / Double(total))
            let text = SalientSentences.text(of: section.passages.map(\.text), bytes: share)
            guard !text.isEmpty, var passage = section.passages.first else { return nil }
            passage.text = text
            return passage
        }
    }

    private var bytes: Int { passages.reduce(0) { $0 + $1.text.utf8.count } }

    private static func groups(
        of passages: [Passage], bytes: Int, below common: Int
    ) -> [[Passage]] {
        var groups: [[Passage]] = []
        var size = 0
        for passage in passages {
            let length = passage.text.utf8.count
            let isSame =
                groups.last?.last.map { top(of: $0, below: common) == top(of: passage, below: common) } ?? false
            // A few lines under a heading of their own go with what stands before them.
            if !groups.isEmpty, size + length <= bytes, isSame || size < bytes / 3 {
                groups[groups.count - 1].append(passage)
                size += length
            } else {
                groups.append([passage])
                size = length
            }
        }
        return groups
    }

    /// The highest of the headings that not all passages stand under, as a document's title does; empty where there is none.
    private static func top(of passage: Passage, below common: Int) -> String {
        headings(of: passage).dropFirst(common).first ?? ""
    }

    private static func headings(of passage: Passage) -> [String] {
        passage.heading.isEmpty ? [] : passage.heading.split(separator: " › ").map(String.init)
    }

    /// How many headings all passages share that have any.
    private static func commonDepth(of passages: [Passage]) -> Int {
        let all = passages.map(headings).filter { !$0.isEmpty }
        guard var common = all.first.map({ $0[...] }) else { return 0 }
        for headings in all {
            let shared = zip(common, headings).prefix { $0 == $1 }.count
            common = common.prefix(shared)
        }
        return common.count
    }

    private static func text(_ passage: Passage) -> String {
        passage.isAnswer ? passage.heading + " " + passage.text : passage.text
    }

    private static func title(of group: [Passage], below common: Int) -> String {
        let pages = group.compactMap(\.page)
        let headings = group.map { top(of: $0, below: common) }.filter { !$0.isEmpty }
        var parts: [String] = []
        if let first = headings.first, let last = headings.last {
            parts.append(first == last ? first : "\(first) – \(last)")
        }
        if let first = pages.min(), let last = pages.max() {
            parts.append(first == last ? "page \(first)" : "pages \(first)–\(last)")
        }
        return TerminalText.withoutControls(parts.joined(separator: ", "))
    }
}

/// Finds the sentences of a text that say most of what it is about: those with its most frequent words, each word counting
/// less once it has been said.
enum SalientSentences {
    private static let fewestWords = 4

    /// All of the paragraphs where they fit, else their best sentences in their order; empty where none fits.
    static func text(of paragraphs: [String], bytes: Int) -> String {
        let whole = paragraphs.joined(separator: "\n")
        guard whole.utf8.count > bytes else { return whole }
        let sentences = paragraphs.flatMap { Sentences.split($0) }
        return best(of: sentences, bytes: bytes).map { sentences[$0] }.joined(separator: " ")
    }

    private static func best(of sentences: [String], bytes: Int) -> [Int] {
        let words = sentences.map { Set(ContentWords.meaningful(in: $0).map(ContentWords.stem)) }
        var weights: [String: Double] = [:]
        for word in words.joined() { weights[word, default: 0] += 1 }
        let total = max(1, weights.values.reduce(0, +))
        weights = weights.mapValues { $0 / total }
        var left = Set(sentences.indices.filter { words[$0].count >= fewestWords })
        var kept: [Int] = []
        var length = 0
        while true {
            let fitting = left.filter { length + sentences[$0].utf8.count + 1 <= bytes }
            func score(_ place: Int) -> Double {
                words[place].reduce(0) { $0 + (weights[$1] ?? 0) } / Double(words[place].count)
            }
            let scored = fitting.map { (score: score($0), place: $0) }
            guard let best = scored.max(by: { ($0.score, $1.place) < ($1.score, $0.place) }) else { break }
            left = fitting
            left.remove(best.place)
            kept.append(best.place)
            length += sentences[best.place].utf8.count + 1
            for word in words[best.place] { weights[word] = (weights[word] ?? 0) * (weights[word] ?? 0) }
        }
        return kept.sorted()
    }
}

/// Whether a prompt asks for all of a document in short, and not for something in it.
package enum SummaryWish {
    private static let longest = 200
    private static let beginnings = ["summar", "zusammenfass", "résum", "resum"]
    private static let phrases = [
        "in short", "main points", "key points", "tl;dr", "tldr", "an overview", "fasse", "what is it about",
        "what is this about", "what is this document about",
    ]

    package static func isIn(_ prompt: String) -> Bool {
        guard prompt.utf8.count <= longest else { return false }
        let text = prompt.lowercased()
        let words = text.split { !$0.isLetter }
        return words.contains { word in beginnings.contains { word.hasPrefix($0) } }
            || phrases.contains { text.contains($0) }
    }
}
