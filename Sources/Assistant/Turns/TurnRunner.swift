package import AssistantCore
package import Knowledge
package import Routing
internal import Synchronization

/// Carries out what the ``Turn`` machine asks for, with the real models and stores behind their ports.
package struct TurnRunner: Sendable {
    /// A turn at work.
    package struct Running: Sendable {
        /// What happens; ends after `finished`, and is empty where a closure is told instead. Not iterating it holds
        /// nothing up.
        package let updates: AsyncStream<TurnEvent>
        private let inputs: AsyncStream<Input>.Continuation
        private let stopSignal: StopSignal
        private let work: Task<TurnOutcome?, Never>

        init(
            updates: AsyncStream<TurnEvent>, inputs: AsyncStream<Input>.Continuation, stopSignal: StopSignal,
            work: Task<TurnOutcome?, Never>
        ) {
            self.updates = updates
            self.inputs = inputs
            self.stopSignal = stopSignal
            self.work = work
        }

        /// Returns when the turn has ended and everything it started with it; `nil` where it was cancelled.
        @discardableResult
        package func end() async -> TurnOutcome? { await work.value }

        /// Ends the turn within one token; what came so far is kept. When this returns, no further byte of the turn is
        /// handed to the network. Any thread.
        package func stop() {
            stopSignal.give()
            inputs.yield(.stop)
        }
    }

    enum Input: Sendable {
        /// `attempt` tells a draft from the one that replaced it.
        case local(GenerationEvent, attempt: Int)
        case localFailed(String, attempt: Int)
        case gateway(Turn.Event)
        case stop
    }

    /// The device's own model; `nil` where there is none.
    package var model: (any LanguageModel)?
    package var gateway: CloudGateway
    package var cache: (any AnswerCache)?
    /// For how long an answer is kept in `cache`.
    package var cacheLifetime: Duration
    package var metrics: (any MetricsLog)?
    /// Makes a fresh estimator for the answer to a question.
    package var estimator: @Sendable (TurnRequest) -> any ConfidenceEstimator
    /// Answers what can be computed; `nil` leaves the question to the models.
    package var compute: @Sendable (TurnRequest) -> ComputedAnswer?
    /// The collections; `nil` where there are none, or nobody wants them asked.
    package var knowledge: TurnKnowledge?
    /// How the device is now.
    package var health: @Sendable () -> DeviceHealth?
    package var now: @Sendable () -> Timestamp

    package init(
        model: (any LanguageModel)?, gateway: CloudGateway, cache: (any AnswerCache)? = nil,
        cacheLifetime: Duration = .seconds(86_400), metrics: (any MetricsLog)? = nil,
        estimator: @escaping @Sendable (TurnRequest) -> any ConfidenceEstimator = { _ in GeometricMeanConfidence() },
        compute: @escaping @Sendable (TurnRequest) -> ComputedAnswer? = { _ in nil },
        knowledge: TurnKnowledge? = nil,
        health: @escaping @Sendable () -> DeviceHealth? = { nil },
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.model = model
        self.gateway = gateway
        self.cache = cache
        self.cacheLifetime = cacheLifetime
        self.metrics = metrics
        self.estimator = estimator
        self.compute = compute
        self.knowledge = knowledge
        self.health = health
        self.now = now
    }

    /// Starts a turn. It runs to its end whether or not anybody watches; ``Running/stop()`` ends it early.
    package func run(_ request: TurnRequest) -> Running {
        let (updates, continuation) = AsyncStream<TurnEvent>.makeStream()
        return run(request, updates) {
            continuation.yield($0)
        } keeping: { _ in
        } onEnd: {
            continuation.finish()
        }
    }

    /// Starts a turn that tells a closure what happens.
    ///
    /// - Parameters:
    ///   - onEvent: called in order, from any thread. Must not block: the turn waits for it.
    ///   - keeping: called before `finished` is told, to keep the answer; what it changes in the outcome holds.
    package func run(
        _ request: TurnRequest, onEvent: @escaping @Sendable (TurnEvent) -> Void,
        keeping: @escaping @Sendable (inout TurnOutcome) async -> Void
    ) -> Running {
        run(request, AsyncStream { $0.finish() }, onEvent: onEvent, keeping: keeping, onEnd: {})
    }

    private func run(
        _ request: TurnRequest, _ updates: AsyncStream<TurnEvent>, onEvent: @escaping @Sendable (TurnEvent) -> Void,
        keeping: @escaping @Sendable (inout TurnOutcome) async -> Void, onEnd: @escaping @Sendable () -> Void
    ) -> Running {
        let (events, inputs) = AsyncStream<Input>.makeStream()
        let stopSignal = StopSignal()
        let work = TurnWork(
            runner: self, request: request, onEvent: onEvent, keeping: keeping, inputs: inputs, stopSignal: stopSignal)
        return Running(
            updates: updates, inputs: inputs, stopSignal: stopSignal,
            work: Task {
                defer { onEnd() }
                return await work.run(events)
            })
    }

    /// What the router would say now, and why; nothing is drafted and nothing is sent.
    ///
    /// - Parameter mayConnect: whether the endpoint may be asked for its prices, where the operator has allowed it and a
    ///   hard limit needs them.
    package func preview(_ request: TurnRequest, mayConnect: Bool) async -> RouteDecision {
        let (request, consultation) = await consulted(request)
        await gateway.refresh(for: request.messages, maxTokens: request.maxTokens, mayConnect: mayConnect)
        if let decision = decision(on: request, consultation) { return decision }
        var router = Router(settings: gateway.policy.settings, ruling: gateway.ruling(on: request))
        if request.handedOver != nil {
            _ = router.decideHandOver(gateway.cloudState)
        } else {
            let (facts, _) = await facts(of: request)
            _ = router.decideBeforeDraft(facts)
        }
        return router.decision
    }

    /// What needs neither model nor cloud; `nil` where one of them is asked.
    private func decision(on request: TurnRequest, _ consultation: Consultation?) -> RouteDecision? {
        switch opening(of: request, consultation) {
        case .quote(let answer):
            .quoted(
                answer.citation.document, isOwnAnswer: answer.kind == .answeredQuestion, confidence: answer.confidence)
        case .compute(let answer): .computed(by: answer.tool)
        case .notInDocuments(let sentence): .notInDocuments(sentence)
        default: nil
        }
    }

    /// How the turn begins where neither model nor cloud is asked; `nil` where one of them is. The operator's own answer
    /// goes before what a tool computes, and that before a sentence of a document.
    func opening(of request: TurnRequest, _ consultation: Consultation?) -> Turn.Event? {
        guard request.handedOver == nil else {
            return refusal(consultation)
        }
        if case .answer(let answer) = consultation, answer.kind == .answeredQuestion { return .quote(answer) }
        if let answer = computed(request) { return .compute(answer) }
        return switch consultation {
        case .answer(let answer): .quote(answer)
        case .silent: refusal(consultation)
        default: nil
        }
    }

    /// Nobody but the collections may answer, and they are silent.
    private func refusal(_ consultation: Consultation?) -> Turn.Event? {
        guard consultation == .silent, let knowledge, knowledge.isOnly else { return nil }
        return .notInDocuments(knowledge.silence)
    }

    /// Asks the collections. Returns the request with the passages that it is to be answered from, as many as fit into the
    /// model's window, and what the collections have to say.
    package func consulted(_ request: TurnRequest) async -> (TurnRequest, Consultation?) {
        guard let knowledge, request.passages.isEmpty else { return (request, nil) }
        let isForCloud = request.handedOver != nil || gateway.cloudState.lock == .cloudOnly
        let consultation = await knowledge.consult(request, mayAnswer: !isForCloud)
        guard case .passages(let passages) = consultation else { return (request, consultation) }
        var grounded = knowledge.grounded(request, in: passages)
        while let load = await contextLoad(of: grounded), !load.fits, grounded.passages.count > 1 {
            let excerpt = grounded.excerpt
            grounded = knowledge.grounded(request, in: Array(grounded.passages.dropLast()))
            grounded.excerpt = excerpt
        }
        return (grounded, consultation)
    }

    /// What a tool makes of the question, where the operator has not sent everything to the cloud.
    func computed(_ request: TurnRequest) -> ComputedAnswer? {
        request.isBound || request.picture != nil || request.handedOver != nil || gateway.cloudState.lock == .cloudOnly
            ? nil : compute(request)
    }

    /// What is known of a turn before anything is done, and the cached answer that goes with it.
    func facts(of request: TurnRequest) async -> (TurnFacts, CacheHit?) {
        let hit = await cachedAnswer(to: request)
        var impediments = health().map(DeviceImpediment.all) ?? []
        if model == nil { impediments.insert(.noModel, at: 0) }
        if request.picture != nil { impediments.insert(.cannotSee, at: 0) }
        let facts = TurnFacts(
            cachedAge: hit?.age, taskKind: request.taskKind, context: await contextLoad(of: request),
            impediments: impediments, cloud: gateway.cloudState)
        return (facts, hit)
    }

    private func cachedAnswer(to request: TurnRequest) async -> CacheHit? {
        guard request.usesCache, let cache, let question = cacheable(request) else { return nil }
        // A cache that cannot be read is a cache without the answer; the store says separately that it is unwell.
        return try? await cache.answer(to: question, at: now())
    }

    func cacheable(_ request: TurnRequest) -> CacheableQuestion? {
        guard !request.isBound, request.picture == nil else { return nil }
        let identity = model?.identity ?? ModelIdentity(name: "", quantisation: "", contextLength: 0, fingerprint: "")
        return CacheableQuestion(
            prompt: request.prompt, systemPrompt: request.systemPrompt, context: request.context, model: identity,
            sampling: request.sampling)
    }

    private func contextLoad(of request: TurnRequest) async -> ContextLoad? {
        guard let model else { return nil }
        // A prompt that cannot be counted is refused by the model itself, with its reason.
        guard let all = try? await model.countTokens(request.generationRequest.prompt) else { return nil }
        let window = model.identity.contextLength
        var load = ContextLoad(
            conversationTokens: all, leastTokens: all, answerTokens: min(request.maxTokens, window / 4),
            windowTokens: window)
        // What fits whole need not be counted without its beginning.
        guard !load.fitsTrimmed else { return load }
        let least = TurnRequest(systemPrompt: request.systemPrompt, prompt: request.prompt, isRaw: request.isRaw)
        guard let few = try? await model.countTokens(least.generationRequest.prompt) else { return nil }
        load.leastTokens = few
        return load
    }
}

/// One turn's work: the machine, the tasks that it started, and the loop that joins them.
private actor TurnWork {
    private let runner: TurnRunner
    private var request: TurnRequest
    private let onEvent: @Sendable (TurnEvent) -> Void
    private let keeping: @Sendable (inout TurnOutcome) async -> Void
    private var outcome: TurnOutcome?
    /// The collections were asked and had nothing to say.
    private var areDocumentsSilent = false
    private let inputs: AsyncStream<TurnRunner.Input>.Continuation
    private let stopSignal: StopSignal
    private var drafting: Task<Void, Never>?
    private var sending: Sending?
    private var attempt = 0
    private let start = ContinuousClock.now
    /// When the device's first token came: a draft that is handed over has no summary that says so.
    private var firstToken: Duration?
    private var startedAt = Timestamp(millisecondsSince1970: 0)

    init(
        runner: TurnRunner, request: TurnRequest, onEvent: @escaping @Sendable (TurnEvent) -> Void,
        keeping: @escaping @Sendable (inout TurnOutcome) async -> Void,
        inputs: AsyncStream<TurnRunner.Input>.Continuation, stopSignal: StopSignal
    ) {
        self.runner = runner
        self.request = request
        self.onEvent = onEvent
        self.keeping = keeping
        self.inputs = inputs
        self.stopSignal = stopSignal
    }

    func run(_ events: AsyncStream<TurnRunner.Input>) async -> TurnOutcome? {
        startedAt = runner.now()
        let gateway = runner.gateway
        let consultation: Consultation?
        (request, consultation) = await runner.consulted(request)
        areDocumentsSilent = consultation == .silent
        // It may have to connect: who stops the turn does not wait for that.
        let refreshing = Task { [request] in
            await gateway.refresh(for: request.messages, maxTokens: request.maxTokens, mayConnect: true)
        }
        stopSignal.onGiven { refreshing.cancel() }
        await refreshing.value
        var turn = Turn(
            router: Router(settings: gateway.policy.settings, ruling: gateway.ruling(on: request)),
            estimator: { [runner, request] in runner.estimator(request) },
            localModel: runner.model?.identity.name, lock: gateway.cloudState.lock)
        if let opening = runner.opening(of: request, consultation) {
            await perform(turn.handle(opening))
        } else if let draft = request.handedOver {
            await perform(turn.handle(.handOver(draft: draft, cloud: gateway.cloudState)))
        } else {
            let (facts, hit) = await runner.facts(of: request)
            await perform(turn.handle(.begin(facts, hit: hit)))
        }
        if !turn.isOver {
            for await input in events {
                await perform(turn.handle(input, attempt: attempt, cloud: gateway.cloudState))
                if turn.isOver { break }
            }
        }
        drafting?.cancel()
        inputs.finish()
        // What was sent is settled and recorded before anybody says that the turn has ended.
        cancelSending()
        await sending?.work?.value
        return outcome
    }

    private func perform(_ effects: [Turn.Effect]) async {
        for effect in effects {
            switch effect {
            case .draft: draft()
            case .stopDraft: drafting?.cancel()
            case .send(let permit): send(permit)
            case .cancelCloud: cancelSending()
            case .emit(.finished(var outcome)):
                outcome.ground(in: request)
                outcome.isBesideDocuments = areDocumentsSilent && outcome.origin != nil && !outcome.isComputed
                await remember(outcome)
                await keeping(&outcome)
                self.outcome = outcome
                onEvent(.finished(outcome))
                await measure(outcome)
            case .emit(let update):
                if case .local(.token, _) = update, firstToken == nil { firstToken = ContinuousClock.now - start }
                onEvent(update)
            }
        }
    }

    private func draft() {
        drafting?.cancel()
        attempt += 1
        guard let model = runner.model else {
            inputs.yield(.localFailed("there is no local model", attempt: attempt))
            return
        }
        drafting = Task { [attempt, inputs, request] in
            do {
                for try await event in model.generate(request.generationRequest) {
                    inputs.yield(.local(event, attempt: attempt))
                }
            } catch {
                inputs.yield(.localFailed(String(describing: error), attempt: attempt))
            }
        }
    }

    private func send(_ permit: SendPermit) {
        // The word to stop is on its way to the machine.
        guard !stopSignal.isGiven else { return }
        let sending = runner.gateway.send(
            permit, request.messages, passages: request.sentPassages, share: request.share,
            maxTokens: request.maxTokens, redaction: request.redaction
        ) { [inputs] in inputs.yield(.gateway($0)) }
        stopSignal.onGiven(sending.revoke)
        self.sending = sending
    }

    private func cancelSending() { sending?.revoke() }

    /// Keeps an answer for the next one who asks the same: only a whole one that nobody doubts.
    private func remember(_ outcome: TurnOutcome) async {
        guard request.passages.isEmpty, request.excerpt == nil, let cache = runner.cache,
            let question = runner.cacheable(request),
            outcome.isWorthKeeping,
            let origin = outcome.origin, let model = outcome.model
        else { return }
        let answer = CacheableAnswer(text: outcome.text, origin: origin, model: model, figures: outcome.figures)
        // What cannot be kept is asked again; the store says separately that it is unwell.
        try? await cache.put(
            answer, to: question, from: request.conversation, timeToLive: runner.cacheLifetime, at: runner.now())
    }

    /// Keeps what the turn took. A log that cannot be written is no reason to hold an answer back.
    private func measure(_ outcome: TurnOutcome) async {
        var metrics = outcome.metrics(
            startedAt: startedAt, firstToken: firstToken, total: ContinuousClock.now - start, health: runner.health())
        metrics.transcription = request.transcription
        try? await runner.metrics?.record(metrics)
    }
}

/// The person's word that a turn is to end: given once, at once, from any thread.
final class StopSignal: Sendable {
    private struct State {
        var isGiven = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var isGiven: Bool { state.withLock { $0.isGiven } }

    /// What is done when the word is given, in place of what was to be done before; at once where it has been given.
    func onGiven(_ action: @escaping @Sendable () -> Void) {
        let isGiven = state.withLock {
            $0.action = action
            return $0.isGiven
        }
        if isGiven { action() }
    }

    func give() {
        let action = state.withLock {
            $0.isGiven = true
            return $0.action
        }
        action?()
    }
}

extension Turn {
    /// Joins what a task reported with how the cloud stands now; a report of a draft that was replaced is dropped.
    fileprivate mutating func handle(_ input: TurnRunner.Input, attempt: Int, cloud: CloudState) -> [Effect] {
        switch input {
        case .local(let event, let number):
            number == attempt ? handle(.local(event, cloud: cloud)) : []
        case .localFailed(let why, let number):
            number == attempt ? handle(.localFailed(.failed(why), cloud: cloud)) : []
        case .gateway(let event): handle(event)
        case .stop: handle(.stop)
        }
    }
}

extension TurnOutcome {
    fileprivate func metrics(
        startedAt: Timestamp, firstToken: Duration?, total: Duration, health: DeviceHealth?
    ) -> TurnMetrics {
        let route: TurnRoute =
            switch origin {
            case .local: .local
            case .cache: .cache
            case .cloud: .cloud
            case nil: .refused
            }
        var metrics = TurnMetrics(
            startedAt: startedAt, route: route, model: model, promptTokens: figures.promptTokens,
            generatedTokens: figures.generatedTokens, firstToken: local?.timeToFirstToken ?? firstToken,
            cloudFirstToken: cloud?.timeToFirstToken, total: total, tokensPerSecond: figures.tokensPerSecond,
            confidence: confidence, costMicroUSD: cost?.microUSD, health: health,
            reason: decision.reasons.first?.code.rawValue, ending: ending.recorded, isUnsure: isUnsure)
        metrics.drafting = local.map { ($0.timeToFirstToken ?? .zero) + $0.decodeDuration }
        metrics.cloudTime = cloud?.duration
        return metrics
    }

    fileprivate var isWorthKeeping: Bool {
        guard ending == .complete, !isUnsure, !isComputed, !isQuoted, !text.isEmpty else { return false }
        return switch origin {
        case .local: true
        // Only what the model itself has ended is known to be whole.
        case .cloud: cloud?.stop == .ended
        case .cache, nil: false
        }
    }
}

extension TurnOutcome.Ending {
    /// For the record, which holds no sentences.
    fileprivate var recorded: TurnEnding {
        switch self {
        case .complete: .complete
        case .length: .length
        case .loop: .loop
        case .stopped: .stopped
        case .broken: .broken
        case .refused: .refused
        }
    }
}
