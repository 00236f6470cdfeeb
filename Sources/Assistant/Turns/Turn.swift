public import AssistantCore
public import Routing

/// One turn: a question, and all that happens until it has an answer or a reason why not.
///
/// A pure machine over the router: events come in, effects go out, nothing waits. A ``TurnRunner`` carries the effects
/// out. An event that comes too late (a token after the person pressed stop) changes nothing.
public struct Turn: Sendable {
    public enum Event: Sendable {
        /// All that is known before anything is done. `hit` is given where `facts.cachedAge` is.
        case begin(TurnFacts, hit: CacheHit?)
        /// In place of `begin`: the person wants the cloud's answer; `draft` is the device's, which stands meanwhile.
        case handOver(draft: String, cloud: CloudStanding)
        /// An exact tool has the answer, in place of `begin`.
        case compute(ComputedAnswer)
        /// The local model tells something; `cloud` is how the cloud stands at this moment.
        case local(GenerationEvent, cloud: CloudStanding)
        case localFailed(DeviceImpediment, cloud: CloudStanding)
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

    public enum Effect: Sendable {
        /// Let the local model answer.
        case draft
        case stopDraft
        /// Clear, reserve, record and send; see ``CloudDesk``.
        case send(SendPermit)
        case cancelCloud
        case tell(TurnUpdate)
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
        var tokens = 0
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
    public init(
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
    public var isOver: Bool { phase == .over }

    public mutating func handle(_ event: Event) -> [Effect] {
        switch (phase, event) {
        case (.new, .begin(let facts, let hit)): begin(facts, hit)
        case (.new, .handOver(let text, let cloud)): handOver(text, cloud)
        case (.new, .compute(let answer)): end(with: answer)
        case (.drafting, .local(let event, let cloud)): local(event, cloud)
        case (.drafting, .localFailed(let impediment, let cloud)): localFailed(impediment, cloud)
        case (.drafting, .stop): [.stopDraft] + end(.stopped, origin: .local)
        case (.sending, .escalated(let escalation)): escalated(escalation)
        case (.sending, .heldBack(let why)): fallBack(why, code: .heldBack)
        case (.sending, .cloud(let event)): cloud(event)
        case (.sending, .cloudFailed(let failure)): cloudFailed(failure)
        case (.sending, .charged(let cost)): charged(cost)
        case (.sending, .stop): [.cancelCloud] + stopReply()
        default: []
        }
    }

    // MARK: On the device

    private mutating func begin(_ facts: TurnFacts, _ hit: CacheHit?) -> [Effect] {
        switch router.decideBeforeDraft(facts) {
        case .answerFromCache:
            guard let hit else { preconditionFailure("a cached answer was announced and not given") }
            return [.tell(.route(router.decision))] + end(with: hit)
        case .draft:
            return [.tell(.route(router.decision))] + startDraft()
        case .send(let permit):
            return send(permit)
        case .refuse:
            return refuse()
        }
    }

    private mutating func handOver(_ text: String, _ standing: CloudStanding) -> [Effect] {
        draft.text = text
        draft.progress = .finished
        switch router.decideHandOver(standing) {
        case .send(let permit): return send(permit)
        case .draftStands: return [.tell(.route(router.decision))] + end(.complete, origin: .local, isUnsure: true)
        }
    }

    private mutating func startDraft() -> [Effect] {
        let isRestart = draft.progress != .none
        phase = .drafting
        draft = Draft()
        estimator = makeEstimator()
        return (isRestart ? [.tell(.draftRestarted)] : []) + [.draft]
    }

    private mutating func local(_ event: GenerationEvent, _ standing: CloudStanding) -> [Effect] {
        switch event {
        case .contextTrimmed(let dropped):
            return [.tell(.contextTrimmed(droppedMessages: dropped))]
        case .prefilling(let done, let total):
            return [.tell(.prefilling(done: done, total: total))]
        case .prefilled(let statistics):
            draft.prefill = statistics
            return [.tell(.prefilled(statistics))]
        case .token(let token):
            return take(token, standing)
        case .scored(let tokens):
            for token in tokens { estimator.observe(token) }
            return [.tell(.scored(tokens, confidence: estimator.reading))] + consider(standing)
        case .tookOver(let takeOver):
            localModel = takeOver.model.name
            return [.tell(.tookOver(takeOver))]
        case .finished(let summary):
            draft.summary = summary
            draft.progress = .finished
            return [.tell(.draftEnded(summary))] + conclude(summary, standing)
        }
    }

    private mutating func take(_ token: GeneratedToken, _ standing: CloudStanding) -> [Effect] {
        draft.text += token.text
        draft.tokens += 1
        draft.progress = .stopped
        // A token without a number is scored by another model, or not at all.
        if token.isScored { estimator.observe(token) }
        return [.tell(.draft(token, confidence: estimator.reading))] + consider(standing)
    }

    private mutating func consider(_ standing: CloudStanding) -> [Effect] {
        switch router.consider(
            confidence: estimator.confidence, isCalibrated: estimator.isCalibrated, tokens: draft.tokens,
            floor: estimator.handoverFloor, cloud: standing)
        {
        case .goOn: return []
        case .handOver(let permit): return [.stopDraft] + send(permit)
        }
    }

    private mutating func conclude(_ summary: GenerationSummary, _ standing: CloudStanding) -> [Effect] {
        estimator.finish()
        let ending: TurnOutcome.Ending = summary.stop == .length ? .length : .complete
        switch router.decideAfterDraft(
            confidence: estimator.confidence, isCalibrated: estimator.isCalibrated, cloud: standing)
        {
        case .keep: return [.tell(.route(router.decision))] + end(ending, origin: .local)
        case .keepUnsure: return [.tell(.route(router.decision))] + end(ending, origin: .local, isUnsure: true)
        case .escalate(let permit): return send(permit)
        }
    }

    private mutating func localFailed(_ impediment: DeviceImpediment, _ standing: CloudStanding) -> [Effect] {
        switch router.decideAfterDraftFailure(impediment, cloud: standing) {
        case .send(let permit): send(permit)
        case .refuse: refuse()
        }
    }

    // MARK: In the cloud

    private mutating func send(_ permit: SendPermit) -> [Effect] {
        phase = .sending
        return [.tell(.route(router.decision)), .send(permit)]
    }

    private mutating func escalated(_ escalation: Escalation) -> [Effect] {
        reply.model = escalation.model
        return [.tell(.escalation(escalation))]
    }

    private mutating func charged(_ cost: Money) -> [Effect] {
        reply.cost = cost
        return []
    }

    private mutating func cloud(_ event: CloudEvent) -> [Effect] {
        switch event {
        case .sending, .usage: return []
        case .retrying(let retry): return [.tell(.retrying(retry))]
        case .reasoning(let text): return [.tell(.reasoning(text))]
        case .connected(let connection):
            reply.model = connection.model
            return [.tell(.connected(connection))]
        case .content(let text):
            reply.text += text
            return [.tell(.reply(text))]
        case .finished(let summary):
            guard !reply.text.isEmpty else {
                return fallBack("The cloud's reply was empty.", code: .cloudFailed)
            }
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
            return [.tell(.route(router.decision))] + end(.complete, origin: .local, isUnsure: true)
        case .resumeDraft, .draftLocally:
            return [.tell(.route(router.decision))] + startDraft()
        case .refuse:
            return refuse()
        }
    }

    // MARK: The end

    private mutating func refuse() -> [Effect] {
        [.tell(.route(router.decision))]
            + end(.refused(router.decision.reasons.map(\.sentence).joined(separator: " ")), origin: nil)
    }

    private mutating func end(with answer: ComputedAnswer) -> [Effect] {
        var outcome = outcome(.complete, origin: .local)
        outcome.decision = .computed(by: answer.tool)
        outcome.text = answer.text
        outcome.model = answer.tool
        outcome.confidence = 1
        outcome.isCalibrated = true
        outcome.isComputed = true
        return [.tell(.route(outcome.decision))] + finish(outcome)
    }

    private mutating func end(with hit: CacheHit) -> [Effect] {
        var outcome = outcome(.complete, origin: .cache)
        outcome.text = hit.answer.text
        outcome.model = hit.answer.model
        outcome.confidence = hit.answer.figures.confidence
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
        return [.tell(.finished(outcome))]
    }

    private func outcome(_ ending: TurnOutcome.Ending, origin: Origin?) -> TurnOutcome {
        TurnOutcome(
            text: "", origin: origin, model: nil, ending: ending, decision: router.decision, isUnsure: false,
            confidence: estimator.confidence, isCalibrated: estimator.isCalibrated, isComputed: false, draft: "",
            draftTokens: draft.tokens, prefill: draft.prefill,
            local: draft.summary, cloud: nil,
            cost: reply.cost, cachedAge: nil)
    }
}

extension CloudSummary {
    fileprivate var ending: TurnOutcome.Ending {
        switch stop {
        case .ended, .other: .complete
        case .length: .length
        case .contentFilter: .broken("The provider withheld the rest.")
        }
    }
}
