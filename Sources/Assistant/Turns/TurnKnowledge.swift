package import AssistantCore
package import Knowledge
internal import Routing

/// How the collections are asked before anything is drafted.
package struct TurnKnowledge: Sendable {
    /// What a question may have of the collections.
    package enum Use: Sendable, Hashable {
        /// Nothing: it is a calculation, or brings a text of its own.
        case none
        /// One sentence, where a document has it; else passages to answer from.
        case sentence
        case passages
    }

    /// So many passages are looked at, and so many more that have related words in place of the question's own.
    private static let looksAt = (own: 24, beside: 16)
    /// The same where what they mean is looked at too.
    private static let looksAtMeaning = (own: 60, beside: 40)
    /// Whoever opens a document asks about it, in other words than its own too; what it does not say is marked.
    private static let leastOfDocument = 0.3
    private static let leastTogetherOfDocument = 0.6
    /// Of a document as many are looked at, since a remote model reads more than one of this device.
    private static let looksAtOfDocument = (own: 60, beside: 60)
    /// Passages of a document that a remote model is given.
    private static let mostSent = 120
    /// So many passages of which nothing is kept are read for a question, the best by their words: that takes a second. With
    /// 40 of them the right passage was no more often among the first three.
    private static let mostUnseen = 24
    private static let mostUnseenOfDocument = 120
    /// And no more than that, however long the document is: where the answer stands in none of these, more did not help.
    private static let mostSentBytes = 48_000

    private let search: any PassageSearch
    /// Compares the question with what was found by what they mean; `nil` where the words alone have to do.
    package let comparison: (any PassageComparison)?
    /// Whether what is not in the collections is not answered at all.
    let isOnly: Bool
    /// What is said then: a sentence.
    let silence: String
    /// The document that all of it is about, where it came with the question.
    private let document: DocumentExtent?
    private let use: @Sendable (TurnRequest) -> Use
    private let ground: @Sendable (TurnRequest) -> TurnRequest

    /// - Parameters:
    ///   - comparison: compares the question with what was found; `nil` where the words alone have to do.
    ///   - silence: what is said where the collections are silent and nothing else may answer.
    ///   - document: the one that came with the question, of which only a share may be sent.
    ///   - use: what a question may have.
    ///   - ground: the same request as the model is asked about a text, once there are passages in it.
    package init(
        _ search: any PassageSearch, comparison: (any PassageComparison)? = nil, isOnly: Bool,
        silence: String = "That is not in the documents, and know.only lets nothing else answer.",
        document: DocumentExtent? = nil, use: @escaping @Sendable (TurnRequest) -> Use,
        ground: @escaping @Sendable (TurnRequest) -> TurnRequest
    ) {
        self.search = search
        self.comparison = comparison
        self.isOnly = isOnly
        self.silence = silence
        self.document = document
        self.use = use
        self.ground = ground
    }

    /// What the collections have to say; `nil` where they are not asked.
    ///
    /// - Parameter mayAnswer: whether a document's own words may be the answer.
    package func consult(_ request: TurnRequest, mayAnswer: Bool = true) async -> Consultation? {
        guard request.usesKnowledge, !request.isBound, request.picture == nil else { return nil }
        let use = use(request)
        guard use != .none, let question = KnowledgeQuestion(request.prompt) else { return isOnly ? .silent : nil }
        // An index that cannot be read has nothing to say; `brim know list` says what is wrong with it.
        guard let hits = try? await hits(for: question) else { return .silent }
        // Where there are no collections, nobody was asked.
        if hits.passages.isEmpty, hits.weights.isEmpty { return isOnly ? .silent : nil }
        if mayAnswer, let answer = DocumentAnswer(to: question, in: hits, prefersSentence: use == .sentence) {
            return .answer(answer)
        }
        return Consultation(await passages(for: request.prompt, PassageRanking(question, hits)))
    }

    /// The best of what was found, by words and meaning where something tells what they mean.
    private func passages(for prompt: String, _ ranking: PassageRanking) async -> [Passage] {
        guard let comparison, ranking.isWorthComparing,
            let compared = await comparison.compared(
                prompt, with: ranking.byWords, unseen: document == nil ? Self.mostUnseen : Self.mostUnseenOfDocument,
                in: search, nil)
        else {
            return document == nil
                ? ranking.passages(most: Consultation.mostPassages, least: PassageRanking.leastRelevance)
                : ranking.passages(most: Self.mostSent, least: Self.leastOfDocument)
        }
        let least =
            document != nil
            ? Self.leastTogetherOfDocument
            : isOnly ? PassageRanking.leastTogetherAlone : PassageRanking.leastTogether
        return ranking.passages(
            compared, most: document == nil ? PassageRanking.mostTogether : Self.mostSent, least: least)
    }

    /// What a search for the question's own words found, and behind that what one for their like did.
    private func hits(for question: KnowledgeQuestion) async throws -> PassageHits {
        let looksAt =
            document != nil ? Self.looksAtOfDocument : comparison != nil ? Self.looksAtMeaning : Self.looksAt
        var hits = try await search.hits(for: question.words, limit: looksAt.own, in: nil)
        guard question.sought.count > question.words.count else { return hits }
        let more = try await search.hits(for: question.sought, limit: looksAt.beside, in: nil)
        hits.passages += more.passages.filter { !$0.isAnswer && !hits.passages.contains($0) }
        return hits
    }

    /// The request with passages to answer from. An answer that was made without them is none to it.
    package func grounded(_ request: TurnRequest, in passages: [Passage]) -> TurnRequest {
        var grounded = request
        let most = comparison == nil ? Consultation.mostPassages : PassageRanking.mostTogether
        grounded.passages = Array(passages.prefix(most))
        if let document {
            grounded.document = document
            grounded.excerpt = PassageExcerpt.of(
                passages, for: request.prompt, bytes: min(document.mostSentBytes, Self.mostSentBytes))
        }
        grounded.usesCache = false
        return ground(grounded)
    }
}

extension TurnOutcome {
    /// Says which sentences of the passages the answer rests on, and marks one that was made from them and rests on none.
    mutating func ground(in request: TurnRequest) {
        let made = origin == .cloud ? request.sentPassages : request.evidence ?? request.passages
        guard !made.isEmpty, !isQuoted, !text.isEmpty else { return }
        mayLeave = mayLeave && request.passagesMayLeave
        support = AnswerCheck.support(of: text, to: request.prompt, in: made)
        guard support.citations.isEmpty, ending == .complete else { return }
        isUnsure = true
        decision.reasons.append(.unsupported)
        if decision.outcome == .local { decision.outcome = .localUnsure }
    }
}
