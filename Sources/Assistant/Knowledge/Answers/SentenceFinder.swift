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
    /// What a word of every talk weighs, and what another word in a word's place.
    private static let everydayShare = 0.25
    private static let relatedShare = 0.7
    /// Words that stand no further apart than these have to do with each other.
    private static let wordsTogether = 25
    /// A passage that says the same word over and over is looked at no longer for it.
    private static let mostFinds = 64

    private let question: KnowledgeQuestion
    /// Of the question's words, for a sentence that is to be the answer.
    private let weights: [Double]
    private let total: Double
    /// The same for a passage to answer from, in which words of every talk and other words for the same count too.
    private let looseWeights: [Double]
    private let looseTotal: Double

    /// - Parameter weights: how much each word of the question tells.
    package init(_ question: KnowledgeQuestion, weights: [String: Double]) {
        self.question = question
        self.weights = zip(question.words, question.stems).map { word, stem in
            let weight = max(weights[word] ?? 1, 0.01)
            return stem == question.kind && KindInstances.all[stem] == nil ? weight * Self.kindShare : weight
        }
        looseWeights = zip(question.words, self.weights).map { word, weight in
            EverydayWords.all.contains(word) ? weight * Self.everydayShare : weight
        }
        total = self.weights.reduce(0, +)
        looseTotal = looseWeights.reduce(0, +)
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

    /// How likely a passage is to be about the question, 0 … 1: the share of the question's weight that all of it carries,
    /// and that its title and some words that follow each other do.
    func relevance(of passage: Passage) -> Double {
        let title = Set(ContentWords.meaningful(in: passage.title).map(ContentWords.stem))
        let order = ContentWords.all(in: passage.text).map(ContentWords.stem)
        let stems = title.union(order).union(ContentWords.all(in: passage.heading).map(ContentWords.stem))
        let words = Set(ContentWords.all(in: passage.title + " " + passage.heading + " " + passage.text))
        let gathered = gatheredCoverage(of: order, title)
        // Two words may stand in a passage by chance, unless they stand together.
        guard question.stems.count > 2 || gathered >= Self.sureCoverage else { return 0 }
        var covered = 0.0
        for (index, weight) in looseWeights.enumerated() {
            if stands(question.stems[index], in: stems, words) {
                covered += weight
            } else if !question.related[index].isDisjoint(with: stems) {
                covered += weight * Self.relatedShare
            }
        }
        return looseTotal > 0 ? (covered / looseTotal + gathered) / 2 : 0
    }

    /// The most of the question's weight that stands within some words of a text, with its title's.
    private func gatheredCoverage(of order: [String], _ title: Set<String>) -> Double {
        let base = question.stems.map { title.contains($0) ? 1.0 : 0 }
        var finds: [(place: Int, word: Int, share: Double)] = []
        for (place, stem) in order.enumerated() {
            for word in question.stems.indices {
                if stem == question.stems[word] {
                    finds.append((place, word, 1))
                } else if question.related[word].contains(stem) {
                    finds.append((place, word, Self.relatedShare))
                }
            }
        }
        func weight(_ shares: [Double]) -> Double { zip(shares, looseWeights).reduce(0) { $0 + $1.0 * $1.1 } }
        var best = weight(base)
        for (index, first) in finds.enumerated() {
            var shares = base
            for find in finds[index...].prefix(Self.mostFinds) {
                guard find.place - first.place <= Self.wordsTogether else { break }
                shares[find.word] = max(shares[find.word], find.share)
            }
            best = max(best, weight(shares))
        }
        return looseTotal > 0 ? best / looseTotal : 0
    }

    private func coverage(stems: Set<String>, words: Set<String>, title: Set<String>) -> Double {
        var covered = 0.0
        for (stem, weight) in zip(question.stems, weights)
        where title.contains(stem) || stands(stem, in: stems, words) {
            covered += weight
        }
        return total > 0 ? covered / total : 0
    }

    /// Whether a word of the question is among others, or something that names a thing of its kind.
    private func stands(_ stem: String, in stems: Set<String>, _ words: Set<String>) -> Bool {
        let instances = stem == question.kind || stem == "continent" ? KindInstances.all[stem] : nil
        return stems.contains(stem) || instances.map { !$0.isDisjoint(with: words) } == true
    }

    private func judge(_ sentence: String, index: Int, of rank: Int, _ title: TitleWords) -> Find? {
        // A question is no answer, however much it is the one that was asked.
        guard sentence.utf8.last != UInt8(ascii: "?") else { return nil }
        let words = ContentWords.all(in: sentence)
        let order = words.filter { !StopWords.all.contains($0) }.map(ContentWords.stem)
        let asked = Set(question.stems)
        // A sentence that says nothing but what was asked answers nothing.
        guard order.contains(where: { !asked.contains($0) }) || !title.stems.isSubset(of: asked) else { return nil }
        guard question.kind.map({ KindForms.mayStand($0, in: sentence) }) ?? true else { return nil }
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
