package import AssistantCore

/// What the collections have to say to a question, decided from what a search found: never by asking a model.
package enum Consultation: Sendable, Hashable {
    /// Nothing: it is not in the documents.
    case silent
    /// The answer itself.
    case answer(DocumentAnswer)
    /// Something to answer from, the best first.
    case passages([Passage])

    /// From here on a passage has to do with the question. Of 25 questions that Debian's documents do not answer, 5 found such
    /// a passage, and of 78 that they answer 61; what a model makes of a wrong one is marked by ``AnswerCheck``.
    package static let leastRelevance = 0.66
    /// What the search found later is worth a little less.
    private static let rankCost = 0.004
    /// More do not help a model of this device, and cost it its window.
    package static let mostPassages = 3

    /// - Parameters:
    ///   - prefersSentence: whether one sentence is wanted, where a document has it: for a question after one fact.
    ///   - most: passages that are wanted.
    ///   - least: the relevance that a passage has to have, 0 … 1.
    package init(
        _ question: KnowledgeQuestion, _ hits: PassageHits, prefersSentence: Bool, most: Int = Self.mostPassages,
        least: Double = Self.leastRelevance
    ) {
        if let answer = AnsweredQuestions.answer(to: question, among: hits.passages) {
            self = .answer(answer)
            return
        }
        let texts = hits.passages.filter { !$0.isAnswer }
        guard !question.isFollowUp, !texts.isEmpty else {
            self = .silent
            return
        }
        let finder = SentenceFinder(question, weights: hits.weights)
        let best = finder.best(in: texts)
        if prefersSentence, let best, best.isSure {
            self = .answer(DocumentAnswer(best, of: texts[best.passage]))
            return
        }
        var passages = texts.enumerated()
            .map { (order: finder.relevance(of: $1) - Self.rankCost * Double($0), passage: $1) }
            .filter { $0.order >= least }
            .sorted { $0.order > $1.order }
            .map(\.passage)
        // Whoever wants more reads more: what a search found next may say it in other words.
        if !passages.isEmpty, most > Self.mostPassages { passages += texts.filter { !passages.contains($0) } }
        self = passages.isEmpty ? .silent : .passages(Array(passages.prefix(most)))
    }
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
