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
    /// So many are compared by what they mean: with 40 of them the right passage was no more often among the first three.
    private static let mostCompared = 24
    /// Where no passage has as much of the question's words, none is compared: that takes a second, and most talk is of other
    /// things.
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

    /// By the words alone.
    private let entries: [Entry]
    /// As the search found them.
    private let found: [Passage]

    package init(_ question: KnowledgeQuestion, _ hits: PassageHits) {
        let texts = question.isFollowUp ? [] : hits.passages.filter { !$0.isAnswer }
        let finder = SentenceFinder(question, weights: hits.weights)
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

    /// Those that are worth comparing by what they mean.
    package var compared: [Passage] {
        guard entries.contains(where: { $0.relevance >= Self.leastCompared }) else { return [] }
        return entries.prefix(Self.mostCompared).map(\.passage)
    }

    /// The best by words and meaning.
    ///
    /// - Parameters:
    ///   - likeness: of each of ``compared`` to the question, -1 … 1.
    ///   - least: the sum of relevance and likeness that the best passage has to have.
    package func passages(likeness: [Double], most: Int, least: Double = Self.leastTogether) -> [Passage] {
        let judged = zip(entries, likeness)
            .map { (order: $0.relevance + $1, rank: $0.rank, passage: $0.passage) }
            .sorted { ($0.order, $1.rank) > ($1.order, $0.rank) }
        guard let best = judged.first, best.order >= least else { return [] }
        // What goes with a good one need not be as good: the answer may stand there in yet other words.
        let near = judged.filter { $0.order >= least - Self.mostBehind }.map(\.passage)
        return filled(near, from: entries.map(\.passage), most: most)
    }

    /// Whoever wants more reads more: what a search found next may say it in other words.
    private func filled(_ passages: [Passage], from others: [Passage], most: Int) -> [Passage] {
        guard !passages.isEmpty, most > Consultation.mostPassages else { return Array(passages.prefix(most)) }
        return Array((passages + others.filter { !passages.contains($0) }).prefix(most))
    }
}
