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

    /// So many passages are looked at.
    private static let looksAt = 16

    private let search: any PassageSearch
    /// Whether what is not in the collections is not answered at all.
    let isOnly: Bool
    /// What is said then: a sentence.
    let silence: String
    /// The passages are together at most so long, in bytes of text; one is given all the same.
    private let mostBytes: Int
    private let use: @Sendable (TurnRequest) -> Use
    private let ground: @Sendable (TurnRequest) -> TurnRequest

    /// - Parameters:
    ///   - silence: what is said where the collections are silent and nothing else may answer.
    ///   - mostBytes: of text that a question may have with it.
    ///   - use: what a question may have.
    ///   - ground: the same request as the model is asked about a text, once there are passages in it.
    package init(
        _ search: any PassageSearch, isOnly: Bool,
        silence: String = "That is not in the documents, and know.only lets nothing else answer.",
        mostBytes: Int = .max, use: @escaping @Sendable (TurnRequest) -> Use,
        ground: @escaping @Sendable (TurnRequest) -> TurnRequest
    ) {
        self.search = search
        self.isOnly = isOnly
        self.silence = silence
        self.mostBytes = mostBytes
        self.use = use
        self.ground = ground
    }

    /// What the collections have to say; `nil` where they are not asked.
    ///
    /// - Parameter mayAnswer: whether a document's own words may be the answer.
    package func consult(_ request: TurnRequest, mayAnswer: Bool = true) async -> Consultation? {
        guard request.usesKnowledge, !request.isBound else { return nil }
        let use = use(request)
        guard use != .none, let question = KnowledgeQuestion(request.prompt) else { return isOnly ? .silent : nil }
        // An index that cannot be read has nothing to say; `brim know list` says what is wrong with it.
        guard let hits = try? await search.hits(for: question.words, limit: Self.looksAt, in: nil) else {
            return .silent
        }
        // Where there are no collections, nobody was asked.
        if hits.passages.isEmpty, hits.weights.isEmpty { return isOnly ? .silent : nil }
        guard mayAnswer else {
            let texts = PassageHits(passages: hits.passages.filter { !$0.isAnswer }, weights: hits.weights)
            return Consultation(question, texts, prefersSentence: false)
        }
        return Consultation(question, hits, prefersSentence: use == .sentence)
    }

    /// The request with passages to answer from. An answer that was made without them is none to it.
    package func grounded(_ request: TurnRequest, in passages: [Passage]) -> TurnRequest {
        var grounded = request
        grounded.passages = within(mostBytes, passages)
        grounded.usesCache = false
        return ground(grounded)
    }
}

extension TurnKnowledge {
    private func within(_ bytes: Int, _ passages: [Passage]) -> [Passage] {
        var sum = 0
        return Array(
            passages.enumerated().prefix { index, passage in
                sum += passage.text.utf8.count
                return index == 0 || sum <= bytes
            }.map(\.element))
    }
}

extension TurnOutcome {
    /// Says which sentences of the passages the answer rests on, and marks one that was made from them and rests on none.
    mutating func ground(in request: TurnRequest) {
        guard !request.passages.isEmpty, !isQuoted, !text.isEmpty else { return }
        mayLeave = mayLeave && request.passagesMayLeave
        support = AnswerCheck.support(of: text, to: request.prompt, in: request.passages)
        guard support.citations.isEmpty, ending == .complete else { return }
        isUnsure = true
        decision.reasons.append(.unsupported)
        if decision.outcome == .local { decision.outcome = .localUnsure }
    }
}
