package import AssistantCore

/// Decides where one turn is answered: on the device, from the cache, by the cloud, or not at all.
///
/// A pure machine for one turn, asked as facts arrive: before the draft, while it is written, after it, and when
/// something failed. The order never changes: cached answer, rule, context, device, budget and breaker, confidence; the
/// first that decides wins. Leave to send is a ``SendPermit``, which exists only where the lock, the rules and the
/// operator's consent allow it at that very moment.
///
/// Calling a step out of turn is a programmer's mistake and traps.
package struct Router: Sendable {
    /// What to do with a turn that begins.
    package enum Opening: Sendable, Hashable {
        case answerFromCache
        /// Let the device answer; `isTrimmed` where its oldest messages have to be left out.
        case draft(isTrimmed: Bool)
        case send(SendPermit)
        case refuse
    }

    /// What to do while the device answers.
    package enum DraftStep: Sendable, Hashable {
        case goOn
        /// Stop the model and hand the turn over.
        case handOver(SendPermit)
    }

    /// What to do with a finished draft.
    package enum Closing: Sendable, Hashable {
        case keep
        case keepUnsure
        case escalate(SendPermit)
    }

    /// What to do when the device has failed in the middle of its answer.
    package enum Rescue: Sendable, Hashable {
        case send(SendPermit)
        case refuse
    }

    /// What becomes of a turn that the person hands over.
    package enum Handover: Sendable {
        case send(SendPermit)
        case draftStands
    }

    /// How far the draft had come when the cloud failed.
    package enum DraftProgress: Sendable, Hashable {
        case none, stopped, finished
    }

    /// What to do when the cloud could not be asked, or has failed.
    package enum Fallback: Sendable, Hashable {
        /// The draft is the answer, marked as unsure.
        case draftStands
        /// The draft had been stopped: let the device finish it.
        case resumeDraft
        /// There is no draft: let the device answer now.
        case draftLocally(isTrimmed: Bool)
        case refuse
    }

    private enum Phase { case new, drafting, sending, over }

    /// The latest decision, with its reasons.
    package private(set) var decision = RouteDecision(.draft, [.drafting])

    private let settings: RouterSettings
    private let ruling: Ruling
    private var phase = Phase.new
    private var context: ContextLoad?
    private var impediments: [DeviceImpediment] = []
    /// A rule or the window calls for the cloud: an answer of the device would be for want of a better one.
    private var unmetWish: RouteReason?
    /// Why the cloud that was asked gave nothing; it is asked once a turn.
    private var cloudFailure: RouteReason?

    /// - Parameters:
    ///   - ruling: of the policy, on the conversation that would be sent.
    package init(settings: RouterSettings, ruling: Ruling) {
        self.settings = settings
        self.ruling = ruling
    }

    // MARK: Before the draft

    /// The first step of a turn.
    package mutating func decideBeforeDraft(_ facts: TurnFacts) -> Opening {
        precondition(phase == .new, "a turn begins once")
        context = facts.context
        impediments = facts.impediments.filter(\.preventsAnswer) + facts.impediments.filter { !$0.preventsAnswer }
        if let age = facts.cachedAge {
            return end(.answerFromCache, .cache, [.cached(age: age)])
        }
        let home = keptHome(by: facts.cloud)
        if !home.isEmpty { return answerAtHome(home + localTroubles, lock: facts.cloud.lock) }
        if let going = ruling.going { return answerAway(.taskGoes(going), facts.cloud) }
        if facts.cloud.lock == .cloudOnly { return answerAway(.cloudOnly, facts.cloud) }
        if let context, !context.fits { return answerAway(.contextTooHeavy(context), facts.cloud) }
        if let worst = RouteReason.device(impediments).first {
            return answerAway(worst, facts.cloud, isWishKept: false)
        }
        let bars = facts.cloud.bars
        phase = .drafting
        decision = RouteDecision(.draft, bars.isEmpty ? [.drafting] : [.draftingAtHome] + bars)
        return .draft(isTrimmed: false)
    }

    /// The person wants the cloud's answer in place of what the device has answered: the cloud is asked, or the device's
    /// answer stands. Instead of ``decideBeforeDraft(_:)``.
    package mutating func decideHandOver(_ cloud: CloudState) -> Handover {
        precondition(phase == .new, "a turn begins once")
        if let permit = permit(cloud, because: .handedOver) {
            decision = RouteDecision(.cloud, [.handedOver] + cloud.warnings)
            return .send(permit)
        }
        return end(.draftStands, .localUnsure, [.handedOver] + whatBars(cloud))
    }

    private mutating func answerAway(
        _ reason: RouteReason, _ cloud: CloudState, isWishKept: Bool = true
    ) -> Opening {
        if isWishKept { unmetWish = reason }
        if let permit = permit(cloud, because: reason) {
            decision = RouteDecision(.cloud, [reason] + cloud.warnings)
            return .send(permit)
        }
        return answerAtHome([reason] + cloud.bars + localTroubles.filter { $0 != reason }, lock: cloud.lock)
    }

    private mutating func answerAtHome(_ reasons: [RouteReason], lock: OperatorLock) -> Opening {
        guard canDraft(under: lock) else { return end(.refuse, .refused, reasons) }
        phase = .drafting
        decision = RouteDecision(.draft, reasons)
        return .draft(isTrimmed: isTrimmed)
    }

    // MARK: While it is written

    /// To be asked after each token of the draft (or as often as the confidence changes); costs next to nothing.
    ///
    /// - Parameters:
    ///   - confidence: `nil` while nothing can be said.
    ///   - source: what it rests on; the reason names it by that.
    ///   - tokens: tokens of the answer so far.
    ///   - floor: what the estimator knows of giving up early.
    ///   - cloud: as it stands now.
    package mutating func consider(
        confidence: Double?, source: ConfidenceSource, tokens: Int, floor: HandoverFloor = .byRules,
        cloud: CloudState
    ) -> DraftStep {
        precondition(phase == .drafting, "there is no draft to consider")
        guard let confidence = Self.valid(confidence), let step = settings.earlyHandover.floor(after: tokens, floor)
        else {
            return .goOn
        }
        let floor = min(step, settings.threshold)
        guard confidence < floor else { return .goOn }
        let reading = ConfidenceReading(value: confidence, source: source)
        let reason = RouteReason.sunk(reading, floor: floor, tokens: tokens)
        guard let permit = permit(cloud, because: reason) else { return .goOn }
        decision = RouteDecision(.cloud, [reason] + cloud.warnings)
        return .handOver(permit)
    }

    // MARK: After it

    /// The draft is finished: keep it, or ask the cloud.
    ///
    /// - Parameters:
    ///   - confidence: `nil` where nothing can be said.
    ///   - source: what it rests on; the reason names it by that.
    ///   - repeatsItself: whether the answer had to be cut because it repeated itself: no figure speaks for it then.
    ///   - cloud: as it stands now.
    package mutating func decideAfterDraft(
        confidence: Double?, source: ConfidenceSource, repeatsItself: Bool = false, cloud: CloudState
    ) -> Closing {
        precondition(phase == .drafting, "there is no draft to decide about")
        let reading = Self.valid(confidence).map { ConfidenceReading(value: $0, source: source) }
        let verdict = repeatsItself ? .repeatsItself : verdict(on: reading)
        guard let doubt = verdict.doubt ?? unmetWish else {
            return end(.keep, .local, [verdict.reason])
        }
        var reasons = [verdict.reason] + [unmetWish].compactMap { $0 }
        if verdict.mayEscalate || unmetWish != nil {
            if let permit = permit(cloud, because: doubt) {
                decision = RouteDecision(.cloud, [doubt] + cloud.warnings)
                return .escalate(permit)
            }
            reasons += whatBars(cloud)
        }
        return end(.keepUnsure, .localUnsure, reasons)
    }

    private struct Verdict {
        var reason: RouteReason
        /// Why the answer is not simply kept.
        var doubt: RouteReason?
        var mayEscalate: Bool

        static let repeatsItself = Verdict(
            reason: .repeatsItself, doubt: .repeatsItself, mayEscalate: true)
    }

    private func verdict(on confidence: ConfidenceReading?) -> Verdict {
        guard let confidence else {
            let reason = RouteReason.confidenceUnknown(settings.unknownConfidence)
            return Verdict(reason: reason, doubt: reason, mayEscalate: settings.unknownConfidence == .escalate)
        }
        guard confidence.value < settings.threshold else {
            return Verdict(
                reason: .confident(confidence, threshold: settings.threshold), doubt: nil, mayEscalate: false)
        }
        let reason = RouteReason.unsure(confidence, threshold: settings.threshold)
        return Verdict(reason: reason, doubt: reason, mayEscalate: true)
    }

    // MARK: When something failed

    /// The local model failed in the middle of its answer, or its memory ran out.
    package mutating func decideAfterDraftFailure(_ impediment: DeviceImpediment, cloud: CloudState) -> Rescue {
        precondition(phase == .drafting, "there is no draft to fail")
        impediments.append(impediment)
        let reason = RouteReason.draftFailed(impediment)
        if let permit = permit(cloud, because: reason) {
            decision = RouteDecision(.cloud, [reason] + cloud.warnings)
            return .send(permit)
        }
        return end(.refuse, .refused, [reason] + whatBars(cloud))
    }

    /// What was permitted could not be sent, or brought nothing back. The cloud is not asked again in this turn.
    ///
    /// - Parameters:
    ///   - why: one line for a person, such as the description of a ``AssistantCore/CloudFailure``.
    ///   - code: ``RouteReason/Code/cloudFailed``, or ``RouteReason/Code/heldBack`` where it never left.
    package mutating func decideAfterCloudFailure(
        _ why: String, code: RouteReason.Code = .cloudFailed, draft: DraftProgress, lock: OperatorLock
    ) -> Fallback {
        precondition(phase == .sending, "nothing was sent")
        let reason = RouteReason(code, why)
        let earlier = decision.reasons
        cloudFailure = reason
        switch draft {
        case .finished:
            return end(.draftStands, .localUnsure, [reason] + earlier)
        case .stopped where canDraft(under: .none):
            phase = .drafting
            decision = RouteDecision(.draft, [reason] + earlier)
            return .resumeDraft
        case .stopped:
            return end(.draftStands, .localUnsure, [reason] + earlier)
        case .none where canDraft(under: lock):
            phase = .drafting
            decision = RouteDecision(.draft, [reason] + earlier)
            return .draftLocally(isTrimmed: isTrimmed)
        case .none:
            return end(.refuse, .refused, [reason] + earlier + localTroubles.filter { !earlier.contains($0) })
        }
    }

    // MARK: Parts of the decision

    /// The only door to the cloud. It opens once a turn.
    private mutating func permit(_ cloud: CloudState, because reason: RouteReason) -> SendPermit? {
        guard cloudFailure == nil, cloud.budget.admits, cloud.breaker.admits,
            let clearance = CloudClearance(ruling, cloud)
        else { return nil }
        phase = .sending
        return clearance.permit(because: reason)
    }

    /// What binds the turn to the device; empty where nothing does.
    private func keptHome(by cloud: CloudState) -> [RouteReason] {
        guard cloud.lock == .localOnly else { return ruling.bonds }
        // Of what is said under the lock it goes without saying that it is.
        return ruling.bonds.filter { $0.code != .saidUnderLock } + [.localOnly]
    }

    /// Why there is no permit, where there is none.
    private func whatBars(_ cloud: CloudState) -> [RouteReason] {
        let home = keptHome(by: cloud)
        if !home.isEmpty { return home }
        return cloudFailure.map { [$0] } ?? cloud.bars
    }

    private var isTrimmed: Bool { context.map { !$0.fits } ?? false }

    private func canDraft(under lock: OperatorLock) -> Bool {
        let fits = context?.fitsTrimmed ?? true
        let isAsked = lock != .cloudOnly || !ruling.mayLeave
        return fits && isAsked && !impediments.contains { $0.preventsAnswer }
    }

    private var localTroubles: [RouteReason] {
        (context.map { $0.fits ? [] : [.contextTooHeavy($0)] } ?? []) + RouteReason.device(impediments)
    }

    private mutating func end<Step>(_ step: Step, _ outcome: RouteDecision.Outcome, _ reasons: [RouteReason]) -> Step {
        phase = .over
        decision = RouteDecision(outcome, reasons)
        return step
    }

    private static func valid(_ confidence: Double?) -> Double? {
        guard let confidence, confidence >= 0, confidence <= 1 else { return nil }
        return confidence
    }
}
