package import AssistantCore
package import Routing
internal import Synchronization

/// The one counter over which anything leaves the device.
///
/// It knows how the cloud stands (lock, consent, budget, breaker, model), and it carries a permitted request out in an
/// order that cannot lose money or trace: seal and redact, pass the breaker, reserve the worst case, write the audit
/// entry, and only then send. Whatever happens after that, the money is settled or stays reserved, and the audit log
/// says what came of it.
///
/// The permission is not only looked at beforehand: it is asked again before each attempt and for each piece of the
/// body, and whoever takes it back ends what is under way (see `CloudGateway+Permission.swift`).
package final class CloudGateway: Sendable {
    /// What is behind the counter.
    package struct Ports: Sendable {
        package var client: any CloudModel
        package var ledger: any SpendingLedger
        package var audit: any AuditLog
        package var consents: any ConsentStore

        package init(
            client: any CloudModel, ledger: any SpendingLedger, audit: any AuditLog, consents: any ConsentStore
        ) {
            self.client = client
            self.ledger = ledger
            self.audit = audit
            self.consents = consents
        }
    }

    /// What the operator configured.
    package struct Settings: Sendable {
        /// What consent is asked for, such as `https://api.tokenfactory.nebius.com/v1`.
        package var endpoint: String
        package var lock: OperatorLock
        package var policy: RoutingPolicy
        package var budget: Budget
        package var breaker: CircuitBreaker.Settings
        package var prices: [String: CloudPrice]
        /// Whose money it is.
        package var device: String
        /// Empty where there is none.
        package var team: String
        /// At most this many tokens are asked of the cloud.
        package var maxTokens: Int
        /// The model that is asked about pictures; `nil` where none is.
        package var visionModel: String?
        /// Called with the soft limits that are reached, after each request, again each time.
        package var onSoftLimits: (@Sendable ([Budget.Alert]) async -> Void)?

        package init(
            endpoint: String, policy: RoutingPolicy, lock: OperatorLock = .none, budget: Budget = Budget(),
            breaker: CircuitBreaker.Settings = CircuitBreaker.Settings(), prices: [String: CloudPrice] = [:],
            device: String = "", team: String = "", maxTokens: Int = 1024
        ) {
            self.endpoint = endpoint
            self.lock = lock
            self.policy = policy
            self.budget = budget
            self.breaker = breaker
            self.prices = prices
            self.device = device
            self.team = team
            self.maxTokens = maxTokens
        }
    }

    struct State: Sendable {
        var lock: OperatorLock
        /// What the operator configured: a person on the screen cannot loosen it.
        var leastLock: OperatorLock
        var policy: RoutingPolicy
        /// Counts the changes of `policy`.
        var policyRevision = 0
        var consent: Consent?
        var breaker: CircuitBreaker
        var prices: PriceTable
        var selection: CloudSelection?
        /// For pictures.
        var visionSelection: CloudSelection?
        /// Why there is no cloud; `nil` where there is one.
        var unready: String?
        /// What was charged in each line of the budget.
        var charged: [Money] = []
        /// What the turn at hand would cost at worst; `nil` where the price is unknown.
        var worstCase: Money?
        /// Who would be asked in the turn at hand.
        var outlookModel: String?
        /// A limit of a minute that the turn at hand would pass, until then.
        var delay: (reached: RateDelay, until: ContinuousClock.Instant)?
        /// What has a connection, or wants one.
        var exchanges: [ExchangeID: Exchange] = [:]
        var exchangesBegun: UInt64 = 0
    }

    package let settings: Settings
    let ports: Ports?
    let clock: @Sendable () -> Timestamp
    let state: Mutex<State>

    /// - Parameters:
    ///   - ports: `nil` where there is no cloud; `unready` then says why, with the next step.
    ///   - clock: the time of day.
    package init(
        _ settings: Settings, ports: Ports?, unready: String? = nil, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings
        self.ports = ports
        self.clock = clock
        state = Mutex(
            State(
                lock: settings.lock, leastLock: settings.lock, policy: settings.policy,
                breaker: CircuitBreaker(settings.breaker),
                prices: PriceTable(configured: settings.prices),
                unready: ports == nil ? unready ?? "No cloud is set up." : nil))
    }

    /// How the cloud stands at this moment. Cheap: asked for every token.
    package var cloudState: CloudState { state.withLock { cloudState($0) } }

    func cloudState(_ state: State) -> CloudState {
        CloudState(
            lock: state.lock, endpoint: state.unready.map { .unready($0) } ?? .ready(settings.endpoint),
            consent: state.consent,
            budget: budget(state),
            breaker: state.breaker.state(at: .now))
    }

    private func budget(_ state: State) -> BudgetState {
        let budget = settings.budget.state(charged: state.charged, worstCase: state.worstCase)
        guard budget.admits, let delay = state.delay, delay.until > .now else { return budget }
        return .tooFast(RateDelay(delay.reached.cap, wait: ContinuousClock.now.duration(to: delay.until)))
    }

    /// Whether local-only was configured, so that nobody at the screen takes it off.
    package var isLockConfigured: Bool { state.withLock { $0.leastLock == .localOnly } }

    /// The operator's rules as they are now.
    package var policy: RoutingPolicy { state.withLock { $0.policy } }

    /// The operator allows the cloud; recorded before it takes effect. Throws where it cannot be.
    package func allow(source: String) async throws {
        guard let ports else { return }
        let consent = Consent(subject: settings.endpoint, isGranted: true, source: source, givenAt: clock())
        try await ports.consents.record(consent)
        state.withLock { $0.consent = consent }
    }

    /// Connects, settles on a model and reads the prices, where the cloud may be asked at all; sends nothing otherwise.
    ///
    /// - Returns: a sentence for a person where another model than the configured one is used.
    package func prepare() async throws -> String? {
        await refreshConsent()
        guard let ports, isOpen else { return nil }
        return try await select(ports).notice
    }

    /// Settles on a model, and connects for it. The permission to do so was there a moment ago; where it is taken back,
    /// the attempt to connect ends.
    func select(_ ports: Ports) async throws -> CloudSelection {
        let selection = try await connecting { try await ports.client.prepare() }
        state.withLock {
            $0.selection = selection
            $0.prices.refresh(from: [selection.model], at: clock())
        }
        return selection
    }

    /// Settles on the model that is asked about pictures, which the endpoint's list has to have where there is one.
    func selectVision(_ ports: Ports) async throws -> CloudSelection {
        guard let wanted = settings.visionModel else { throw VisionFailure.unset }
        let offered = try await connecting { try? await ports.client.models() } ?? []
        guard let found = offered.first(where: { $0.id == wanted }) else {
            guard offered.isEmpty else { throw VisionFailure.notOffered(wanted) }
            let selection = CloudSelection(model: CloudModelInfo(id: wanted), isConfirmed: false)
            state.withLock { $0.visionSelection = selection }
            return selection
        }
        let selection = CloudSelection(model: found)
        state.withLock {
            $0.visionSelection = selection
            $0.prices.refresh(from: offered, at: clock())
        }
        return selection
    }

    /// Whether so much as a handshake may leave the device.
    private var isOpen: Bool { state.withLock { Self.isOpen($0) } }

    static func isOpen(_ state: State) -> Bool {
        state.lock != .localOnly && state.consent?.isGranted == true && state.unready == nil
    }

    /// Reads what was spent and allowed, and takes in what the turn at hand would cost. Before each turn.
    ///
    /// - Parameter mayConnect: whether the endpoint may be asked for its prices, where it may be asked at all.
    func refresh(for messages: [Message], maxTokens: Int, mayConnect: Bool) async {
        guard let ports else { return }
        await refreshConsent()
        let now = clock()
        if mayConnect, isOpen, isLimited, state.withLock({ $0.selection }) == nil {
            // A hard limit needs a price. Where none can be had, the budget says so.
            _ = try? await prepare()
        }
        let hasPicture = messages.contains { $0.picture != nil }
        if hasPicture, mayConnect, isOpen, state.withLock({ $0.visionSelection }) == nil {
            _ = try? await selectVision(ports)
        }
        var charged: [Money] = []
        for line in settings.budget.lines {
            // What cannot be read counts as spent: a missing entry bars the hard limits.
            guard let total = try? await ports.ledger.total(of: line.scope, since: line.limits.periodStart(at: now))
            else { break }
            charged.append(Money(microUSD: total.chargedMicroUSD))
        }
        let tokens = CostEstimate(
            messages: messages, maxTokens: min(maxTokens, settings.maxTokens), price: nil
        ).worstCaseTokens
        // A limit that cannot be looked at here is kept by the reservation.
        let delay = try? await ports.ledger.delay(under: settings.budget.rates, adding: tokens, at: now)
        state.withLock { state in
            state.delay = delay.map { ($0, .now + $0.wait) }
            state.charged = charged
            let selection = hasPicture ? state.visionSelection : state.selection
            state.outlookModel = selection?.model.id
            guard let model = selection?.model.id else {
                // Who may not ask for the price supposes that it is known once it is needed.
                state.worstCase = mayConnect ? nil : .zero
                return
            }
            let tokens = min(maxTokens, settings.maxTokens)
            state.worstCase =
                CostEstimate(messages: messages, maxTokens: tokens, price: price(of: model, in: state)).worstCase
        }
    }

    /// Reports which soft limits are reached, where somebody wants to know.
    private func reportSoftLimits(_ ports: Ports) async {
        guard let onSoftLimits = settings.onSoftLimits else { return }
        let now = clock()
        var charged: [Money] = []
        for line in settings.budget.lines {
            guard let total = try? await ports.ledger.total(of: line.scope, since: line.limits.periodStart(at: now))
            else { return }
            charged.append(Money(microUSD: total.chargedMicroUSD))
        }
        let alerts = settings.budget.alerts(charged: charged, at: now)
        if !alerts.isEmpty { await onSoftLimits(alerts) }
    }

    /// Whether there is a hard limit, which needs a price that holds.
    private var isLimited: Bool { settings.budget.lines.contains { $0.limits.maxBudget != nil } }

    /// What a model costs; `nil` where nobody knows well enough.
    func price(of model: String, in state: State) -> CloudPrice? {
        state.prices.quote(for: model, at: clock(), isLimited: isLimited)?.price
    }

    /// Hangs up. Nothing can be sent afterwards.
    package func close() async {
        shut()
        await ports?.client.shutdown()
    }

    /// What would leave the device if the request were sent, with what is replaced marked.
    package func preview(of request: TurnRequest) -> [RedactedMessage] {
        request.redaction.preview(of: request.messages)
    }

    /// The model that would be asked and what the turn at hand would cost at worst; each `nil` where it is not known.
    package var outlook: (model: String?, worstCase: Money?) {
        state.withLock { ($0.outlookModel ?? $0.selection?.model.id, $0.worstCase) }
    }

    /// The share of a document that the request would send, with what the rest would cost where the price is known.
    package func share(of request: TurnRequest) -> DocumentShare? {
        let price: CloudPrice? = state.withLock { state in
            guard let model = state.selection?.model.id else { return nil }
            return self.price(of: model, in: state)
        }
        return request.share?.priced(at: price)
    }

    func ruling(on request: TurnRequest) -> Ruling {
        if request.constraint != nil { return .formed }
        guard !request.isRaw else { return .raw }
        let ruling = policy.ruling(on: request.messages, taskKind: request.taskKind)
        let staying = request.stayingCollections.sorted()
        return staying.isEmpty ? ruling : ruling.bound(toCollections: staying)
    }

    /// Writes to the audit log where there is one. A log that cannot be written is no reason to fail what is already
    /// done; what is about to be sent uses ``CloudDispatch`` instead, which then does not send.
    func record(_ event: AuditEvent) async {
        guard let ports else { return }
        _ = try? await ports.audit.append(event, at: clock())
    }

    /// Carries out a permitted request.
    ///
    /// - Parameters:
    ///   - passages: of documents, which are part of `messages`: each is recorded by its digest.
    ///   - onEvent: called with what the turn has to know, on any thread, one event after the other.
    func send(
        _ permit: SendPermit, _ messages: [Message], passages: [Passage] = [], share: DocumentShare? = nil,
        maxTokens: Int, redaction: ConversationRedaction,
        onEvent: @escaping @Sendable (Turn.Event) -> Void
    ) -> Sending {
        guard let ports else {
            onEvent(.heldBack("No cloud is set up."))
            return Sending(revoke: {}, work: nil)
        }
        let id = begin(sending: messages)
        let dispatch = CloudDispatch(
            gateway: self, ports: ports, id: id, permit: permit, messages: messages, passages: passages,
            share: share, redaction: redaction,
            maxTokens: min(maxTokens, settings.maxTokens), emit: onEvent)
        let request = Task {
            await dispatch.run()
            end(id)
        }
        attach(to: id) { request.cancel() }
        // A task of its own: what ends the request must not end the account of it. A revocation that comes when the
        // answer is whole would otherwise stop the operator's command before it has run.
        let work = Task {
            await request.value
            await reportSoftLimits(ports)
        }
        return Sending(revoke: { self.revoke(id) }, work: work)
    }
}

/// A permitted request on its way.
struct Sending: Sendable {
    /// Takes the permission back: no further byte is handed out, and the request ends.
    let revoke: @Sendable () -> Void
    /// Ends when the account is settled and the outcome recorded.
    let work: Task<Void, Never>?
}

/// Why nobody can be asked about a picture.
enum VisionFailure: Error, CustomStringConvertible {
    case unset
    case notOffered(String)

    var description: String {
        switch self {
        case .unset: "No model for pictures is set: name one of the endpoint's in cloud.vision_model."
        case .notOffered(let model):
            "The endpoint does not offer \(TerminalText.sanitised(model)): name another one in cloud.vision_model."
        }
    }
}
