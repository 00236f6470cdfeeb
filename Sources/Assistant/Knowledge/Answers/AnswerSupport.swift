package import AssistantCore

/// Tells which sentences an answer rests on, if the passages support it at all.
package enum AnswerSupport {
    /// So much of what the answer says beyond the question has to stand in one passage.
    private static let leastShare = 0.6

    /// The sentences, the best first; empty where no passage supports the answer.
    ///
    /// Where the answer says nothing beyond the question's own words, as *yes* does, nothing can be told and nothing is
    /// cited.
    package static func citations(of answer: String, to question: String, in passages: [Passage]) -> [Citation] {
        let asked = Set(ContentWords.meaningful(in: question).map(ContentWords.stem))
        let said = Set(ContentWords.meaningful(in: answer).map(ContentWords.stem))
        let new = said.subtracting(asked)
        guard !new.isEmpty else { return [] }
        var found: [(share: Double, citation: Citation)] = []
        for passage in passages {
            let stems = Set(ContentWords.all(in: passage.title + " " + passage.text).map(ContentWords.stem))
            let share = Double(new.intersection(stems).count) / Double(new.count)
            guard share >= leastShare, let sentence = sentence(of: passage, for: new, asked) else { continue }
            let citation = Citation(
                collection: passage.collection, document: passage.document, page: passage.page, text: sentence)
            found.append((share, citation))
        }
        // Equal shares keep the order of the search.
        return found.enumerated().sorted { ($0.element.share, $1.offset) > ($1.element.share, $0.offset) }
            .map(\.element.citation)
    }

    /// The sentence with most of what was said, and of these with most of what was asked.
    private static func sentence(of passage: Passage, for new: Set<String>, _ asked: Set<String>) -> String? {
        var best: (said: Int, asked: Int, sentence: String)?
        for sentence in Sentences.split(passage.text) {
            let stems = Set(ContentWords.all(in: sentence).map(ContentWords.stem))
            let counts = (new.intersection(stems).count, asked.intersection(stems).count)
            if counts > (best?.said ?? 0, best?.asked ?? -1) { best = (counts.0, counts.1, sentence) }
        }
        return best?.sentence
    }
}
