public import AssistantCore
public import Routing

/// Carries out what the ``Turn`` machine asks for, with the real models and stores behind their ports.
public struct TurnRunner: Sendable {
    /// A turn at work.
    public struct Running: Sendable {
        /// What happens; ends after `finished`. Not iterating it holds nothing up.
        public let updates: AsyncStream<TurnUpdate>
        private let inputs: AsyncStream<Input>.Continuation
        private let work: Task<Void, Never>

        init(updates: AsyncStream<TurnUpdate>, inputs: AsyncStream<Input>.Continuation, work: Task<Void, Never>) {
            self.updates = updates
            self.inputs = inputs
            self.work = work
        }

        /// Returns when the turn has ended and everything it started with it.
        public func end() async { await work.value }

        /// Ends the turn within one token; what came so far is kept.
        public func stop() { inputs.yield(.stop) }
    }

    enum Input: Sendable {
        /// `attempt` tells a draft from the one that replaced it.
        case local(GenerationEvent, attempt: Int)
        case localFailed(String, attempt: Int)
        case desk(Turn.Event)
        case stop
    }

    /// The device's own model; `nil` where there is none.
    public var model: (any LanguageModel)?
    public var desk: CloudDesk
    public var cache: (any AnswerCache)?
    /// For how long an answer is kept in `cache`.
    public var cacheLifetime: Duration
    public var metrics: (any MetricsLog)?
    /// Makes a fresh estimator for the answer to a question.
    public var estimator: @Sendable (TurnRequest) -> any ConfidenceEstimator
    /// Answers what can be computed; `nil` leaves the question to the models.
    public var compute: @Sendable (TurnRequest) -> ComputedAnswer?
    /// How the device is now.
    public var health: @Sendable () -> DeviceHealth?
    public var now: @Sendable () -> Timestamp

    public init(
        model: (any LanguageModel)?, desk: CloudDesk, cache: (any AnswerCache)? = nil,
        cacheLifetime: Duration = .seconds(86_400), metrics: (any MetricsLog)? = nil,
        estimator: @escaping @Sendable (TurnRequest) -> any ConfidenceEstimator = { _ in GeometricMeanConfidence() },
        compute: @escaping @Sendable (TurnRequest) -> ComputedAnswer? = { _ in nil },
        health: @escaping @Sendable () -> DeviceHealth? = { nil },
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.model = model
        self.desk = desk
        self.cache = cache
        self.cacheLifetime = cacheLifetime
        self.metrics = metrics
        self.estimator = estimator
        self.compute = compute
        self.health = health
        self.now = now
    }

    /// Starts a turn. It runs to its end whether or not anybody watches; ``Running/stop()`` ends it early.
    public func run(_ request: TurnRequest) -> Running {
        let (updates, told) = AsyncStream<TurnUpdate>.makeStream()
        let (events, inputs) = AsyncStream<Input>.makeStream()
        let work = TurnWork(runner: self, request: request, told: told, inputs: inputs)
        return Running(updates: updates, inputs: inputs, work: Task { await work.run(events) })
    }

    /// What the router would say now, and why; nothing is drafted and nothing is sent.
    public func preview(_ request: TurnRequest) async -> RouteDecision {
        await desk.refresh(for: request.messages, maxTokens: request.maxTokens)
        if let answer = computed(request) { return .computed(by: answer.tool) }
        var router = Router(settings: desk.policy.settings, ruling: desk.ruling(on: request))
        if request.handedOver != nil {
            _ = router.decideHandOver(desk.standing)
        } else {
            let (facts, _) = await facts(of: request)
            _ = router.decideBeforeDraft(facts)
        }
        return router.decision
    }

    /// What a tool makes of the question, where the operator has not sent everything to the cloud.
    func computed(_ request: TurnRequest) -> ComputedAnswer? {
        request.isBound || request.handedOver != nil || desk.standing.lock == .cloudOnly ? nil : compute(request)
    }

    /// What is known of a turn before anything is done, and the cached answer that goes with it.
    func facts(of request: TurnRequest) async -> (TurnFacts, CacheHit?) {
        let hit = await cachedAnswer(to: request)
        var impediments = health().map(DeviceImpediment.all) ?? []
        if model == nil { impediments.insert(.noModel, at: 0) }
        let facts = TurnFacts(
            cachedAge: hit?.age, taskKind: request.taskKind, context: await contextLoad(of: request),
            impediments: impediments, cloud: desk.standing)
        return (facts, hit)
    }

    private func cachedAnswer(to request: TurnRequest) async -> CacheHit? {
        guard request.usesCache, let cache, let question = cacheable(request) else { return nil }
        // A cache that cannot be read is a cache without the answer; the store says separately that it is unwell.
        return try? await cache.answer(to: question, at: now())
    }

    func cacheable(_ request: TurnRequest) -> CacheableQuestion? {
        guard !request.isBound else { return nil }
        let identity = model?.identity ?? ModelIdentity(name: "", quantisation: "", contextLength: 0, fingerprint: "")
        return CacheableQuestion(
            prompt: request.prompt, systemPrompt: request.systemPrompt, context: request.context, model: identity,
            sampling: request.sampling)
    }

    private func contextLoad(of request: TurnRequest) async -> ContextLoad? {
        guard let model else { return nil }
        let least = TurnRequest(systemPrompt: request.systemPrompt, prompt: request.prompt, isRaw: request.isRaw)
        // A prompt that cannot be counted is refused by the model itself, with its reason.
        guard let all = try? await model.countTokens(request.generationRequest.prompt),
            let few = try? await model.countTokens(least.generationRequest.prompt)
        else { return nil }
        let window = model.identity.contextLength
        return ContextLoad(
            conversationTokens: all, leastTokens: few, answerTokens: min(request.maxTokens, window / 4),
            windowTokens: window)
    }
}

/// One turn's work: the machine, the tasks that it started, and the loop that joins them.
private actor TurnWork {
    private let runner: TurnRunner
    private let request: TurnRequest
    private let told: AsyncStream<TurnUpdate>.Continuation
    private let inputs: AsyncStream<TurnRunner.Input>.Continuation
    private var drafting: Task<Void, Never>?
    private var sending: Task<Void, Never>?
    private var attempt = 0
    private let start = ContinuousClock.now
    private var startedAt = Timestamp(millisecondsSince1970: 0)

    init(
        runner: TurnRunner, request: TurnRequest, told: AsyncStream<TurnUpdate>.Continuation,
        inputs: AsyncStream<TurnRunner.Input>.Continuation
    ) {
        self.runner = runner
        self.request = request
        self.told = told
        self.inputs = inputs
    }

    func run(_ events: AsyncStream<TurnRunner.Input>) async {
        startedAt = runner.now()
        let desk = runner.desk
        await desk.refresh(for: request.messages, maxTokens: request.maxTokens)
        var turn = Turn(
            router: Router(settings: desk.policy.settings, ruling: desk.ruling(on: request)),
            estimator: { [runner, request] in runner.estimator(request) },
            localModel: runner.model?.identity.name, lock: desk.standing.lock)
        if let draft = request.handedOver {
            await perform(turn.handle(.handOver(draft: draft, cloud: desk.standing)))
        } else if let answer = runner.computed(request) {
            await perform(turn.handle(.compute(answer)))
        } else {
            let (facts, hit) = await runner.facts(of: request)
            await perform(turn.handle(.begin(facts, hit: hit)))
        }
        if !turn.isOver {
            for await input in events {
                await perform(turn.handle(input, attempt: attempt, cloud: desk.standing))
                if turn.isOver { break }
            }
        }
        drafting?.cancel()
        sending?.cancel()
        inputs.finish()
        told.finish()
    }

    private func perform(_ effects: [Turn.Effect]) async {
        for effect in effects {
            switch effect {
            case .draft: draft()
            case .stopDraft: drafting?.cancel()
            case .send(let permit): send(permit)
            case .cancelCloud: sending?.cancel()
            case .tell(.finished(let outcome)):
                await remember(outcome)
                told.yield(.finished(outcome))
                await measure(outcome)
            case .tell(let update): told.yield(update)
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
        sending = Task { [inputs, request, desk = runner.desk] in
            for await event in desk.send(permit, request.messages, maxTokens: request.maxTokens) {
                inputs.yield(.desk(event))
            }
        }
    }

    /// Keeps an answer for the next one who asks the same: only a whole one that nobody doubts.
    private func remember(_ outcome: TurnOutcome) async {
        guard let cache = runner.cache, let question = runner.cacheable(request), outcome.isWorthKeeping,
            let origin = outcome.origin, let model = outcome.model
        else { return }
        let answer = CacheableAnswer(text: outcome.text, origin: origin, model: model, figures: outcome.figures)
        // What cannot be kept is asked again; the store says separately that it is unwell.
        try? await cache.put(answer, to: question, from: nil, timeToLive: runner.cacheLifetime, at: runner.now())
    }

    /// Keeps what the turn took. A log that cannot be written is no reason to hold an answer back.
    private func measure(_ outcome: TurnOutcome) async {
        try? await runner.metrics?.record(
            outcome.metrics(
                startedAt: startedAt, total: ContinuousClock.now - start, health: runner.health()))
    }
}

extension Turn {
    /// Joins what a task reported with how the cloud stands now; a report of a draft that was replaced is dropped.
    fileprivate mutating func handle(_ input: TurnRunner.Input, attempt: Int, cloud: CloudStanding) -> [Effect] {
        switch input {
        case .local(let event, let number):
            number == attempt ? handle(.local(event, cloud: cloud)) : []
        case .localFailed(let why, let number):
            number == attempt ? handle(.localFailed(.failed(why), cloud: cloud)) : []
        case .desk(let event): handle(event)
        case .stop: handle(.stop)
        }
    }
}

extension TurnOutcome {
    fileprivate func metrics(startedAt: Timestamp, total: Duration, health: DeviceHealth?) -> TurnMetrics {
        let route: TurnRoute =
            switch origin {
            case .local: .local
            case .cache: .cache
            case .cloud: .cloud
            case nil: .refused
            }
        return TurnMetrics(
            startedAt: startedAt, route: route, model: model, promptTokens: figures.promptTokens,
            generatedTokens: figures.generatedTokens, firstToken: local?.timeToFirstToken,
            cloudFirstToken: cloud?.timeToFirstToken, total: total, tokensPerSecond: figures.tokensPerSecond,
            confidence: confidence, costMicroUSD: cost?.microUSD, health: health)
    }

    fileprivate var isWorthKeeping: Bool {
        ending == .complete && !isUnsure && !isComputed && !text.isEmpty && (origin == .local || origin == .cloud)
    }

    /// The record of the answer, for the store.
    public var figures: AnswerFigures {
        switch origin {
        case .cloud:
            AnswerFigures(
                promptTokens: cloud?.usage?.promptTokens, generatedTokens: cloud?.usage?.completionTokens,
                timeToFirstToken: cloud?.timeToFirstToken, duration: cloud?.duration,
                tokensPerSecond: cloud?.tokensPerSecond, confidence: confidence,
                costMicroUSD: cost?.microUSD, reason: decision.reasons.first?.sentence)
        case .local:
            AnswerFigures(
                promptTokens: prefill?.promptTokens, generatedTokens: draftTokens,
                timeToFirstToken: local?.timeToFirstToken, duration: local.map { $0.decodeDuration },
                tokensPerSecond: local?.decodeTokensPerSecond, confidence: confidence,
                reason: decision.reasons.first?.sentence)
        case .cache, nil:
            AnswerFigures(confidence: confidence, reason: decision.reasons.first?.sentence)
        }
    }
}

extension CloudSummary {
    /// After the first token, where the server counted.
    fileprivate var tokensPerSecond: Double? {
        guard let tokens = usage?.completionTokens, let timeToFirstToken, tokens > 1 else { return nil }
        let streaming = (duration - timeToFirstToken).inSeconds
        return streaming > 0 ? Double(tokens - 1) / streaming : nil
    }
}
