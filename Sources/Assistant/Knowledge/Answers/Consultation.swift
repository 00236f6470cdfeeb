package import AssistantCore

/// What the collections have to say to a question, decided from what a search found: never by asking a model.
package enum Consultation: Sendable, Hashable {
    /// Nothing: it is not in the documents.
    case silent
    /// The answer itself.
    case answer(DocumentAnswer)
    /// Something to answer from, the best first.
    case passages([Passage])

    /// More do not help a model of this device, and cost it its window.
    package static let mostPassages = 3

    /// From the question's words alone.
    ///
    /// - Parameters:
    ///   - prefersSentence: whether one sentence is wanted, where a document has it: for a question after one fact.
    ///   - most: passages that are wanted.
    ///   - least: the relevance that a passage has to have, 0 … 1.
    package init(
        _ question: KnowledgeQuestion, _ hits: PassageHits, prefersSentence: Bool, most: Int = Self.mostPassages,
        least: Double = PassageRanking.leastRelevance
    ) {
        if let answer = DocumentAnswer(to: question, in: hits, prefersSentence: prefersSentence) {
            self = .answer(answer)
        } else {
            self.init(PassageRanking(question, hits).passages(most: most, least: least))
        }
    }

    /// - Parameter passages: to answer from; none where the documents are silent.
    package init(_ passages: [Passage]) { self = passages.isEmpty ? .silent : .passages(passages) }
}

/// An answer that stands in a document in so many words.
package struct DocumentAnswer: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The operator's own answer to this very question.
        case answeredQuestion
        /// A sentence of a document.
        case sentence
    }

    package var text: String
    package var kind: Kind
    package var citation: Citation
    /// 0 … 1; 1 for the operator's own answers.
    package var confidence: Double
    /// Whether nothing of it may ever be sent.
    package var staysHome: Bool

    /// The operator's own answer to this very question, or the sentence that surely has it; `nil` where there is neither.
    ///
    /// - Parameter prefersSentence: whether one sentence is wanted.
    package init?(to question: KnowledgeQuestion, in hits: PassageHits, prefersSentence: Bool) {
        if let answer = AnsweredQuestions.answer(to: question, among: hits.passages) {
            self = answer
            return
        }
        let texts = hits.passages.filter { !$0.isAnswer }
        guard prefersSentence, !question.isFollowUp,
            let best = SentenceFinder(question, weights: hits.weights).best(in: texts), best.isSure
        else { return nil }
        self.init(best, of: texts[best.passage])
    }

    init(_ find: SentenceFinder.Find, of passage: Passage) {
        // A sentence says “its capital”, and only the title says whose.
        let names = Set(ContentWords.all(in: find.sentence).map(ContentWords.stem))
        let title = ContentWords.meaningful(in: passage.title).map(ContentWords.stem)
        let isNamed = title.isEmpty || title.contains(where: names.contains)
        text = isNamed ? find.sentence : passage.title + ": " + find.sentence
        kind = .sentence
        citation = Citation(find.sentence, of: passage)
        confidence = find.isAboutTitle ? Self.sureOfTitle : Self.sureOfWords
        staysHome = passage.staysHome
    }

    init(answered passage: Passage) {
        text = passage.text
        kind = .answeredQuestion
        citation = Citation(of: passage)
        confidence = 1
        staysHome = passage.staysHome
    }

    /// Estimates, and no calibration: counted on the 1,092 questions that the rules were made with, where the question names
    /// the document's title, and where the words alone stand together.
    static let sureOfTitle = 0.93
    static let sureOfWords = 0.85
}

/// The operator's own questions and answers.
enum AnsweredQuestions {
    /// So much of the words of both questions has to be the same.
    private static let likeness = 0.75

    /// The answer to the question that is the same as this one, or nearly; `nil` where there is none.
    static func answer(to question: KnowledgeQuestion, among passages: [Passage]) -> DocumentAnswer? {
        let asked = Set(question.stems)
        var best: (likeness: Double, passage: Passage)?
        for passage in passages where passage.isAnswer {
            guard let known = KnowledgeQuestion(passage.heading), known.interrogative == question.interrogative else {
                continue
            }
            let stems = Set(known.stems)
            let likeness = Double(asked.intersection(stems).count) / Double(asked.union(stems).count)
            if likeness >= Self.likeness, likeness > best?.likeness ?? 0 { best = (likeness, passage) }
        }
        return best.map { DocumentAnswer(answered: $0.passage) }
    }
}
