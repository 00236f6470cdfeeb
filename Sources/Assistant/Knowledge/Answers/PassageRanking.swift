package import AssistantCore

/// The passages that a search found, in the order of how likely they are to have to do with the question: by its words, and
/// where something compares texts by what they mean, by both.
package struct PassageRanking: Sendable {
    /// From here on the words say that a passage has to do with the question. Of 25 questions that Debian's documents do not
    /// answer, 5 found such a passage, and of 78 that they answer 61; what a model makes of a wrong one is marked by
    /// ``AnswerCheck``.
    package static let leastRelevance = 0.66
    /// From here on words and meaning do so together: 7 of the 25 and 68 of the 78.
    package static let leastTogether = 1.1
    /// From here on where nothing but the documents may answer: 12 and 76. To say wrongly that it is not in them is worse there
    /// than an answer that is marked as unsure.
    package static let leastTogetherAlone = 0.9
    /// What a model is given where meaning was looked at too: among 4 was a right passage for 69 of those 78 questions, among
    /// 3 for 65, among 5 for 70.
    package static let mostTogether = 4
    /// What meaning weighs beside the words in the order, not in whether there is anything at all.
    private static let meaningWeight = 1.5
    /// Where no passage has as much of the question's words, none is compared: most talk is of other things.
    private static let leastCompared = 0.3
    /// So much less than the least may what goes with the best passage have.
    private static let mostBehind = 0.4
    /// What the search found later is worth a little less, as long as the words alone count.
    private static let rankCost = 0.004

    private struct Entry {
        var passage: Passage
        /// By the words, 0 … 1.
        var relevance: Double
        /// Where the search found it.
        var rank: Int
        var order: Double { relevance - PassageRanking.rankCost * Double(rank) }
    }

    private let finder: SentenceFinder
    /// By the words alone.
    private let entries: [Entry]
    /// As the search found them.
    private let found: [Passage]

    package init(_ question: KnowledgeQuestion, _ hits: PassageHits) {
        let texts = question.isFollowUp ? [] : hits.passages.filter { !$0.isAnswer }
        let finder = SentenceFinder(question, weights: hits.weights)
        self.finder = finder
        found = texts
        entries = texts.enumerated()
            .map { Entry(passage: $1, relevance: finder.relevance(of: $1), rank: $0) }
            .sorted { ($0.order, $1.rank) > ($1.order, $0.rank) }
    }

    /// The best by the words alone.
    ///
    /// - Parameter least: the relevance that a passage has to have.
    package func passages(most: Int, least: Double = Self.leastRelevance) -> [Passage] {
        filled(entries.filter { $0.order >= least }.map(\.passage), from: found, most: most)
    }

    /// Whether the words say enough for a look at what passages mean.
    package var isWorthComparing: Bool { entries.contains { $0.relevance >= Self.leastCompared } }

    /// All that was found, the best by the words first.
    package var byWords: [Passage] { entries.map(\.passage) }

    /// The best by words and meaning.
    ///
    /// - Parameters:
    ///   - compared: passages that the search found, and others.
    ///   - least: the sum of relevance and likeness that the best passage has to have.
    package func passages(
        _ compared: [ComparedPassage], most: Int, least: Double = Self.leastTogether
    ) -> [Passage] {
        let known = Dictionary(entries.map { ($0.passage, $0) }) { first, _ in first }
        let judged = compared.map { one in
            let entry =
                known[one.passage]
                ?? Entry(passage: one.passage, relevance: finder.relevance(of: one.passage), rank: found.count)
            return (
                together: entry.relevance + one.likeness,
                order: entry.relevance + Self.meaningWeight * one.likeness, entry: entry
            )
        }.sorted { ($0.order, $1.entry.rank) > ($1.order, $0.entry.rank) }
        guard judged.contains(where: { $0.together >= least }) else { return [] }
        // Whoever wants more reads more: it may be said in yet other words.
        let isWide = most > Self.mostTogether
        // What goes with a good one need not be as good: the answer may stand there.
        let near = judged.filter { isWide || $0.together >= least - Self.mostBehind }.map(\.entry.passage)
        return filled(near, from: byWords, most: most)
    }

    /// Whoever wants more reads more: what a search found next may say it in other words.
    private func filled(_ passages: [Passage], from others: [Passage], most: Int) -> [Passage] {
        guard !passages.isEmpty, most > Self.mostTogether else { return Array(passages.prefix(most)) }
        let taken = Set(passages)
        return Array((passages + others.filter { !taken.contains($0) }).prefix(most))
    }
}
