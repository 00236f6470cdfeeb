package import AssistantCore
package import Knowledge
package import Routing

/// One turn: a question, and all that happens until it has an answer or a reason why not.
///
/// A pure machine over the router: events come in, effects go out, nothing waits. A ``TurnRunner`` carries the effects
/// out. An event that comes too late (a token after the person pressed stop) changes
/// nothing; one that cannot come (a second beginning) traps in debug builds.
package struct Turn: Sendable {
    package enum Event: Sendable {
        /// All that is known before anything is done. `hit` is given where `facts.cachedAge` is.
        case begin(TurnFacts, hit: CacheHit?)
        /// In place of `begin`: the person wants the cloud's answer; `draft` is the device's, which stands meanwhile.
        case handOver(draft: String, cloud: CloudState)
        /// An exact tool has the answer, in place of `begin`.
        case compute(ComputedAnswer)
        /// A document has the answer in so many words, in place of `begin`.
        case quote(DocumentAnswer)
        /// The collections have nothing to say and nobody else may, in place of `begin`; the sentence says so.
        case notInDocuments(String)
        /// The local model tells something; `cloud` is how the cloud stands at this moment.
        case local(GenerationEvent, cloud: CloudState)
        case localFailed(DeviceImpediment, cloud: CloudState)
        /// The request was cleared, paid for and recorded, and leaves now.
        case escalated(Escalation)
        /// The request was held back before a byte left.
        case heldBack(String)
        case cloud(CloudEvent)
        case cloudFailed(CloudFailure)
        /// What the reply has cost, once that is settled. Comes before `finished` or a failure of the cloud.
        case charged(Money)
        /// The person wants no more.
        case stop
    }

    package enum Effect: Sendable {
        /// Let the local model answer.
        case draft
        case stopDraft
        /// Clear, reserve, record and send; see ``CloudGateway``.
        case send(SendPermit)
        case cancelCloud
        case emit(TurnEvent)
    }

    private enum Phase { case new, drafting, sending, over }

    private var phase = Phase.new
    private var router: Router
    private let makeEstimator: @Sendable () -> any ConfidenceEstimator
    private var estimator: any ConfidenceEstimator
    private var localModel: String?
    private let lock: OperatorLock
    private var draft = Draft()
    private var reply = Reply()

    private struct Draft {
        var text = ""
        /// What the device generated and did not take back.
        var tokens: [GeneratedToken] = []
        var prefill: PrefillStatistics?
        var summary: GenerationSummary?
        var progress = Router.DraftProgress.none
    }

    private struct Reply {
        var text = ""
        var model: String?
        var cost: Money?
    }

    /// - Parameters:
    ///   - router: fresh, for this turn.
    ///   - estimator: makes a fresh estimator of the local answer's confidence.
    ///   - localModel: its name, for the record; `nil` where there is none.
    ///   - lock: as the operator had set it when the turn began.
    package init(
        router: Router, estimator: @escaping @Sendable () -> any ConfidenceEstimator, localModel: String?,
        lock: OperatorLock
    ) {
        self.router = router
        self.makeEstimator = estimator
        self.estimator = estimator()
        self.localModel = localModel
        self.lock = lock
    }

    /// Whether the turn has ended; after that, no event has an effect.
    package var isOver: Bool { phase == .over }

    package mutating func handle(_ event: Event) -> [Effect] {
        switch (phase, event) {
        case (.new, .begin(let facts, let hit)): begin(facts, hit)
        case (.new, .handOver(let text, let cloud)): handOver(text, cloud)
        case (.new, .compute(let answer)): end(with: answer)
        case (.new, .quote(let answer)): end(with: answer)
        case (.new, .notInDocuments(let sentence)): endWithoutDocuments(sentence)
        case (.drafting, .local(let event, let cloud)): local(event, cloud)
        case (.drafting, .localFailed(let impediment, let cloud)): localFailed(impediment, cloud)
        case (.drafting, .stop): [.stopDraft] + end(.stopped, origin: .local)
        case (.sending, .escalated(let escalation)): escalated(escalation)
        case (.sending, .heldBack(let why)): fallBack(why, code: .heldBack)
        case (.sending, .cloud(let event)): cloud(event)
        case (.sending, .cloudFailed(let failure)): cloudFailed(failure)
        case (.sending, .charged(let cost)): charged(cost)
        case (.sending, .stop): [.cancelCloud] + stopReply()
        case (_, .begin), (_, .handOver), (_, .compute), (_, .quote), (_, .notInDocuments): impossible(event)
        // Late: nothing has begun that could be stopped, or all has ended.
        case (.new, .stop), (.over, _): []
        // Late: what a draft still told while it was being stopped.
        case (.sending, .local), (.sending, .localFailed): []
        // Late: what a request still told after its reply was given up for a draft.
        case (.drafting, .escalated), (.drafting, .heldBack), (.drafting, .cloud), (.drafting, .cloudFailed),
            (.drafting, .charged):
            []
        case (.new, _): impossible(event)
        }
    }

    /// An event that only a mistake of the program brings: it traps in debug builds and changes nothing in others.
    private func impossible(_ event: Event) -> [Effect] {
        assertionFailure("a turn that is \(phase) was told \(event)")
        return []
    }

    // MARK: On the device

    private mutating func begin(_ facts: TurnFacts, _ hit: CacheHit?) -> [Effect] {
        switch router.decideBeforeDraft(facts) {
        case .answerFromCache:
            guard let hit else { preconditionFailure("a cached answer was announced and not given") }
            return [.emit(.route(router.decision))] + end(with: hit)
        case .draft:
            return [.emit(.route(router.decision))] + startDraft()
        case .send(let permit):
            return send(permit)
        case .refuse:
            return refuse()
        }
    }

    private mutating func handOver(_ text: String, _ cloudState: CloudState) -> [Effect] {
        draft.text = text
        draft.progress = .finished
        switch router.decideHandOver(cloudState) {
        case .send(let permit): return send(permit)
        case .draftStands: return [.emit(.route(router.decision))] + end(.complete, origin: .local, isUnsure: true)
        }
    }

    private mutating func startDraft() -> [Effect] {
        let isRestart = draft.progress != .none
        phase = .drafting
        draft = Draft()
        estimator = makeEstimator()
        return (isRestart ? [.emit(.draftRestarted)] : []) + [.draft]
    }

    private mutating func local(_ event: GenerationEvent, _ cloudState: CloudState) -> [Effect] {
        switch event {
        case .contextTrimmed, .prefilling: return [.emit(.local(event, confidence: nil))]
        case .prefilled(let statistics):
            draft.prefill = statistics
            return [.emit(.local(event, confidence: nil))]
        case .token(let token):
            return take(token, cloudState)
        case .rolledBack(let rollback):
            return rollBack(rollback)
        case .scored(let tokens):
            for token in tokens { estimator.observe(token) }
            return [.emit(.local(event, confidence: estimator.reading))] + consider(cloudState)
        case .failedOver(let failover):
            localModel = failover.model.name
            return [.emit(.local(event, confidence: nil))]
        case .finished(let summary):
            draft.summary = summary
            draft.progress = .finished
            return [.emit(.local(event, confidence: nil))] + conclude(summary, cloudState)
        }
    }

    private mutating func take(_ token: GeneratedToken, _ cloudState: CloudState) -> [Effect] {
        draft.text += token.text
        draft.tokens.append(token)
        draft.progress = .stopped
        // A token without a number is scored by another model, or not at all.
        if token.isScored { estimator.observe(token) }
        return [.emit(.local(.token(token), confidence: estimator.reading))] + consider(cloudState)
    }

    /// What was taken back has no say in how sure the answer is.
    private mutating func rollBack(_ rollback: Rollback) -> [Effect] {
        draft.tokens.removeLast(min(rollback.tokens, draft.tokens.count))
        draft.text = String(decoding: draft.text.utf8.dropLast(rollback.textBytes), as: UTF8.self)
        estimator = makeEstimator()
        for token in draft.tokens where token.isScored { estimator.observe(token) }
        return [.emit(.local(.rolledBack(rollback), confidence: estimator.reading))]
    }

    private mutating func consider(_ cloudState: CloudState) -> [Effect] {
        switch router.consider(
            confidence: estimator.confidence, source: estimator.source, tokens: draft.tokens.count,
            floor: estimator.handoverFloor, cloud: cloudState)
        {
        case .goOn: return []
        case .handOver(let permit): return [.stopDraft] + send(permit)
        }
    }

    private mutating func conclude(_ summary: GenerationSummary, _ cloudState: CloudState) -> [Effect] {
        estimator.finish()
        let ending: TurnOutcome.Ending =
            switch summary.stop {
            case .length: .length
            case .loop: .loop
            case .eos, .cancelled: .complete
            }
        switch router.decideAfterDraft(
            confidence: confidence, source: estimator.source, repeatsItself: summary.stop == .loop,
            cloud: cloudState)
        {
        case .keep: return [.emit(.route(router.decision))] + end(ending, origin: .local)
        case .keepUnsure: return [.emit(.route(router.decision))] + end(ending, origin: .local, isUnsure: true)
        case .escalate(let permit): return send(permit)
        }
    }

    private mutating func localFailed(_ impediment: DeviceImpediment, _ cloudState: CloudState) -> [Effect] {
        switch router.decideAfterDraftFailure(impediment, cloud: cloudState) {
        case .send(let permit): send(permit)
        case .refuse: refuse()
        }
    }

    // MARK: In the cloud

    private mutating func send(_ permit: SendPermit) -> [Effect] {
        phase = .sending
        return [.emit(.route(router.decision)), .send(permit)]
    }

    private mutating func escalated(_ escalation: Escalation) -> [Effect] {
        reply.model = escalation.model
        return [.emit(.escalation(escalation))]
    }

    private mutating func charged(_ cost: Money) -> [Effect] {
        reply.cost = cost
        return []
    }

    private mutating func cloud(_ event: CloudEvent) -> [Effect] {
        switch event {
        case .sending, .usage: return []
        case .retrying, .reasoning: return [.emit(.cloud(event))]
        case .connected(let connection):
            reply.model = connection.model
            return [.emit(.cloud(event))]
        case .content(let text):
            reply.text += text
            return [.emit(.cloud(event))]
        case .finished(let summary):
            guard !reply.text.isEmpty else { return fallBack(summary.stop.whyEmpty, code: .cloudFailed) }
            return end(summary.ending, origin: .cloud, cloud: summary)
        }
    }

    /// A reply that broke off is kept: beside a finished draft as what it is, without one as the answer.
    private mutating func cloudFailed(_ failure: CloudFailure) -> [Effect] {
        if !reply.text.isEmpty, draft.progress != .finished {
            return end(.broken(failure.description), origin: .cloud)
        }
        return fallBack(failure.description, code: .cloudFailed)
    }

    private mutating func stopReply() -> [Effect] {
        if !reply.text.isEmpty { return end(.stopped, origin: .cloud) }
        return draft.progress == .none ? end(.stopped, origin: nil) : end(.stopped, origin: .local, isUnsure: true)
    }

    private mutating func fallBack(_ why: String, code: RouteReason.Code) -> [Effect] {
        let fallback = router.decideAfterCloudFailure(why, code: code, draft: draft.progress, lock: lock)
        switch fallback {
        case .draftStands:
            return [.emit(.route(router.decision))] + end(.complete, origin: .local, isUnsure: true)
        case .resumeDraft, .draftLocally:
            return [.emit(.route(router.decision))] + startDraft()
        case .refuse:
            return refuse()
        }
    }

    // MARK: The end

    /// Of an answer that repeated itself to the end nothing can be said: a text that repeats itself is probable, not right.
    private var confidence: Double? { draft.summary?.stop == .loop ? nil : estimator.confidence }

    private mutating func refuse() -> [Effect] {
        [.emit(.route(router.decision))]
            + end(.refused(router.decision.reasons.map(\.sentence).joined(separator: " ")), origin: nil)
    }

    private mutating func end(with answer: ComputedAnswer) -> [Effect] {
        var outcome = outcome(.complete, origin: .local)
        outcome.decision = .computed(by: answer.tool)
        outcome.text = answer.text
        outcome.model = answer.tool
        outcome.confidence = 1
        outcome.confidenceSource = .tool
        outcome.isComputed = true
        return [.emit(.route(outcome.decision))] + finish(outcome)
    }

    private mutating func end(with answer: DocumentAnswer) -> [Effect] {
        var outcome = outcome(.complete, origin: .local)
        outcome.decision = .quoted(
            answer.citation.document, isOwnAnswer: answer.kind == .answeredQuestion, confidence: answer.confidence)
        outcome.text = answer.text
        outcome.model = answer.citation.collection
        outcome.confidence = answer.confidence
        outcome.confidenceSource = answer.kind == .answeredQuestion ? .answeredQuestion : .documentSentence
        outcome.isQuoted = true
        outcome.support =
            answer.kind == .answeredQuestion
            ? AnswerSupport(wholly: answer.citation) : AnswerSupport(answer.citation, marking: answer.text)
        outcome.mayLeave = !answer.staysHome
        return [.emit(.route(outcome.decision))] + finish(outcome)
    }

    private mutating func endWithoutDocuments(_ sentence: String) -> [Effect] {
        let decision = RouteDecision.notInDocuments(sentence)
        var outcome = outcome(.refused(sentence), origin: nil)
        outcome.decision = decision
        return [.emit(.route(decision))] + finish(outcome)
    }

    private mutating func end(with hit: CacheHit) -> [Effect] {
        var outcome = outcome(.complete, origin: .cache)
        outcome.text = hit.answer.text
        outcome.model = hit.answer.model
        outcome.confidence = hit.answer.figures.confidence
        outcome.confidenceSource = nil
        outcome.cachedAge = hit.age
        return finish(outcome)
    }

    private mutating func end(
        _ ending: TurnOutcome.Ending, origin: Origin?, isUnsure: Bool = false, cloud: CloudSummary? = nil
    ) -> [Effect] {
        var outcome = outcome(ending, origin: origin)
        outcome.isUnsure = isUnsure
        outcome.cloud = cloud
        if origin == .cloud {
            outcome.text = reply.text
            outcome.model = reply.model
            outcome.draft = draft.text
        } else if origin == .local {
            outcome.text = draft.text
            outcome.model = localModel
        }
        return finish(outcome)
    }

    private mutating func finish(_ outcome: TurnOutcome) -> [Effect] {
        phase = .over
        return [.emit(.finished(outcome))]
    }

    private func outcome(_ ending: TurnOutcome.Ending, origin: Origin?) -> TurnOutcome {
        var outcome = TurnOutcome(ending, origin: origin, decision: router.decision)
        outcome.confidence = confidence
        if confidence != nil { outcome.confidenceSource = estimator.source }
        outcome.draftTokens = draft.tokens.count
        outcome.prefill = draft.prefill
        outcome.local = draft.summary
        outcome.cost = reply.cost
        return outcome
    }
}

extension CloudSummary {
    fileprivate var ending: TurnOutcome.Ending {
        switch stop {
        case .ended, .refusal, .other(""): .complete
        case .length: .length
        case .contentFilter: .broken("The provider withheld the rest.")
        case .other(let reason): .broken("The server ended the answer for a reason of its own: \(reason).")
        }
    }
}

extension CloudStop {
    /// Why a reply without text has none.
    fileprivate var whyEmpty: String {
        switch self {
        case .length: "The cloud's reply was cut at the length limit before its answer began."
        case .contentFilter: "The provider withheld the answer."
        case .other(let reason) where !reason.isEmpty:
            "The server ended the reply before its answer began: \(reason)."
        case .ended, .refusal, .other: "The cloud's reply was empty."
        }
    }
}
