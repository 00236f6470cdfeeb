package import AssistantCore

/// Finds the sentence that answers a question, among passages that a search found.
///
/// A sentence is judged by how much of the question's weight its words and its document's title carry, by whether the
/// question is about that very document, and by how close together the words stand.
package struct SentenceFinder {
    /// A sentence, and how well it answers.
    package struct Find: Sendable, Hashable {
        /// Which of the passages.
        package var passage: Int
        /// As it stands in the document.
        package var sentence: String
        /// The share of the question's weight that is covered, 0 … 1.
        package var coverage: Double
        /// Whether every word of the document's title stands in the question.
        package var isAboutTitle: Bool
        /// Whether the words stand in the sentence as the question has them, or close together.
        package var isClose: Bool
        /// The sum by which finds are ordered; no probability.
        package var score: Double

        /// Whether the sentence may be given as the answer.
        package var isSure: Bool { coverage >= SentenceFinder.sureCoverage && (isAboutTitle || isClose) }
    }

    /// From here on nearly all that was asked for is there.
    static let sureCoverage = 0.85
    /// What the kind of thing asked for weighs, which an answer need not name.
    private static let kindShare = 0.15

    private let question: KnowledgeQuestion
    private let weights: [Double]
    private let total: Double

    /// - Parameter weights: how much each word of the question tells.
    package init(_ question: KnowledgeQuestion, weights: [String: Double]) {
        self.question = question
        self.weights = zip(question.words, question.stems).map { word, stem in
            let weight = max(weights[word] ?? 1, 0.01)
            return stem == question.kind && KindInstances.all[stem] == nil ? weight * Self.kindShare : weight
        }
        total = self.weights.reduce(0, +)
    }

    /// The best sentence; `nil` where no passage has one that says anything.
    package func best(in passages: [Passage]) -> Find? {
        var best: Find?
        for (rank, passage) in passages.enumerated() where !passage.isAnswer {
            let title = TitleWords(passage.title, question)
            for (index, sentence) in Sentences.split(passage.text).enumerated() {
                guard let find = judge(sentence, index: index, of: rank, title) else { continue }
                if find.score > best?.score ?? -.infinity { best = find }
            }
        }
        return best
    }

    /// The share of the question's weight that a whole passage carries, its title and headings included.
    package func coverage(of passage: Passage) -> Double {
        let words = ContentWords.all(in: passage.title + " " + passage.heading + " " + passage.text)
        return coverage(stems: Set(words.map(ContentWords.stem)), words: Set(words), title: [])
    }

    /// Whether a passage that has the question's words is likely to be about the question: where these are few, they may
    /// stand in it by chance, unless its title or a sentence of it has them together.
    func isMeant(_ passage: Passage) -> Bool {
        if question.stems.count > 2 { return true }
        return best(in: [passage]).map { $0.isAboutTitle || $0.isClose } ?? false
    }

    private func coverage(stems: Set<String>, words: Set<String>, title: Set<String>) -> Double {
        var covered = 0.0
        for (stem, weight) in zip(question.stems, weights) {
            let instances = stem == question.kind || stem == "continent" ? KindInstances.all[stem] : nil
            if stems.contains(stem) || title.contains(stem) || instances.map({ !$0.isDisjoint(with: words) }) == true {
                covered += weight
            }
        }
        return total > 0 ? covered / total : 0
    }

    private func judge(_ sentence: String, index: Int, of rank: Int, _ title: TitleWords) -> Find? {
        // A question is no answer, however much it is the one that was asked.
        guard sentence.utf8.last != UInt8(ascii: "?") else { return nil }
        let words = ContentWords.all(in: sentence)
        let order = words.filter { !StopWords.all.contains($0) }.map(ContentWords.stem)
        let asked = Set(question.stems)
        // A sentence that says nothing but what was asked answers nothing.
        guard order.contains(where: { !asked.contains($0) }) || !title.stems.isSubset(of: asked) else { return nil }
        let stems = Set(order)
        var coverage = coverage(stems: stems, words: Set(words), title: title.stems)
        if question.wantsNumber, !hasNewNumber(words) { coverage *= 0.5 }
        let places = order.indices.filter { asked.contains(order[$0]) }
        let span = places.last.map { $0 - (places.first ?? 0) } ?? 99
        let adjacency = adjacency(order)
        let own = self.coverage(stems: stems, words: Set(words), title: [])
        // Two words may meet anywhere by chance, unless they are neighbours there too.
        let isGathered =
            question.stems.count > 2 && own >= Self.sureCoverage && span <= 2 * question.stems.count + 2
        let isClose = !question.quotes && (adjacency >= 0.5 || isGathered)
        let aboutness = title.isAsked ? 0.3 * title.weight(question, weights) / max(total, 0.01) : 0
        let score =
            coverage + aboutness + 0.1 * adjacency - 0.004 * Double(min(span, 25)) - 0.01 * Double(rank)
            - 0.008 * Double(index)
        return Find(
            passage: rank, sentence: sentence, coverage: coverage, isAboutTitle: title.isAsked, isClose: isClose,
            score: score)
    }

    private func hasNewNumber(_ words: [String]) -> Bool {
        words.contains { word in word.utf8.contains { (0x30...0x39).contains($0) } && !question.words.contains(word) }
    }

    /// The share of the question's neighbouring words that stand beside each other in the sentence too.
    private func adjacency(_ order: [String]) -> Double {
        guard question.stems.count > 1 else { return 0 }
        var pairs: Set<[String]> = []
        for (first, second) in zip(order, order.dropFirst()) { pairs.insert([first, second]) }
        let kept = zip(question.stems, question.stems.dropFirst()).count { pairs.contains([$0, $1]) }
        return Double(kept) / Double(question.stems.count - 1)
    }
}

/// The words of a document's title, and whether the question names them all.
private struct TitleWords {
    let stems: Set<String>
    /// Whether the question is about this document, as far as its title tells.
    let isAsked: Bool

    init(_ title: String, _ question: KnowledgeQuestion) {
        // What stands in brackets or behind a comma tells two things of one name apart: Georgia (country).
        let name = title.prefix { $0 != "(" }
        let short = name.prefix { $0 != "," }
        let asked = Set(question.stems)
        let whole = Set(ContentWords.meaningful(in: String(name)).map(ContentWords.stem))
        let first = Set(ContentWords.meaningful(in: String(short)).map(ContentWords.stem))
        stems = whole
        isAsked = !first.isEmpty && first.isSubset(of: asked)
    }

    func weight(_ question: KnowledgeQuestion, _ weights: [Double]) -> Double {
        zip(question.stems, weights).reduce(0) { $0 + (stems.contains($1.0) ? $1.1 : 0) }
    }
}
