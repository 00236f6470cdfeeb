public import AssistantCore
public import Routing
internal import Synchronization

/// The one counter over which anything leaves the device.
///
/// It knows how the cloud stands (lock, consent, budget, breaker, model), and it carries a permitted request out in an
/// order that cannot lose money or trace: seal and redact, pass the breaker, reserve the worst case, write the audit
/// entry, and only then send. Whatever happens after that, the money is settled or stays reserved, and the audit log
/// says what came of it.
public final class CloudDesk: Sendable {
    /// What is behind the counter.
    public struct Ports: Sendable {
        public var client: any CloudModel
        public var ledger: any SpendingLedger
        public var audit: any AuditLog
        public var consents: any ConsentStore

        public init(
            client: any CloudModel, ledger: any SpendingLedger, audit: any AuditLog, consents: any ConsentStore
        ) {
            self.client = client
            self.ledger = ledger
            self.audit = audit
            self.consents = consents
        }
    }

    /// What the operator configured.
    public struct Settings: Sendable {
        /// What consent is asked for, such as `https://api.tokenfactory.nebius.com/v1`.
        public var endpoint: String
        public var lock: OperatorLock
        public var policy: RoutingPolicy
        public var budget: Budget
        public var breaker: CircuitBreaker.Settings
        public var prices: [String: CloudPrice]
        /// Whose money it is.
        public var device: String
        /// Empty where there is none.
        public var team: String
        /// At most this many tokens are asked of the cloud.
        public var maxTokens: Int

        public init(
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
        var policy: RoutingPolicy
        var consent: Consent?
        var breaker: CircuitBreaker
        /// Of the conversation at hand: the same value keeps its placeholder.
        var redactor = Redactor()
        var prices: PriceTable
        var selection: CloudSelection?
        /// Why there is no cloud; `nil` where there is one.
        var unready: String?
        /// What was charged in each line of the budget.
        var charged: [Money] = []
        /// What the turn at hand would cost at worst; `nil` where the price is unknown.
        var worstCase: Money?
    }

    public let settings: Settings
    let ports: Ports?
    let clock: @Sendable () -> Timestamp
    let state: Mutex<State>

    /// - Parameters:
    ///   - ports: `nil` where there is no cloud; `unready` then says why, with the next step.
    ///   - clock: the time of day.
    public init(
        _ settings: Settings, ports: Ports?, unready: String? = nil, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings
        self.ports = ports
        self.clock = clock
        state = Mutex(
            State(
                lock: settings.lock, policy: settings.policy, breaker: CircuitBreaker(settings.breaker),
                prices: PriceTable(configured: settings.prices),
                unready: ports == nil ? unready ?? "No cloud is set up." : nil))
    }

    /// How the cloud stands at this moment. Cheap: asked for every token.
    public var standing: CloudStanding {
        state.withLock { state in
            CloudStanding(
                lock: state.lock, endpoint: state.unready.map { .unready($0) } ?? .ready(settings.endpoint),
                consent: state.consent,
                budget: settings.budget.standing(charged: state.charged, worstCase: state.worstCase),
                breaker: state.breaker.standing(at: .now))
        }
    }

    /// The operator's lock, from this moment on. The change is recorded.
    public func setLock(_ lock: OperatorLock) async {
        state.withLock { $0.lock = lock }
        await record(AuditEvent(.settings, reason: "lock set to \(lock.rawValue)", subject: "lock"))
    }

    /// The operator's rules as they are now.
    public var policy: RoutingPolicy { state.withLock { $0.policy } }

    /// The operator's rules, from the next turn on. A change of the threshold is recorded.
    public func setPolicy(_ policy: RoutingPolicy) async {
        let before = state.withLock { state in
            defer { state.policy = policy }
            return state.policy
        }
        let threshold = policy.settings.threshold
        guard before.settings.threshold != threshold else { return }
        await record(AuditEvent(.settings, reason: "threshold set to \(threshold)", subject: "threshold"))
    }

    /// The operator allows, or no longer allows, the cloud; recorded before it takes effect. Throws where it cannot be.
    public func setConsent(_ isGranted: Bool, source: String) async throws {
        guard let ports else { return }
        let consent = Consent(subject: settings.endpoint, isGranted: isGranted, source: source, givenAt: clock())
        try await ports.consents.record(consent)
        state.withLock { $0.consent = consent }
    }

    /// Connects, settles on a model and reads the prices, where the cloud may be asked at all; sends nothing otherwise.
    ///
    /// - Returns: a sentence for a person where another model than the configured one is used.
    public func prepare() async throws -> String? {
        await refreshConsent()
        guard let ports, isOpen else { return nil }
        let selection = try await ports.client.prepare()
        state.withLock {
            $0.selection = selection
            $0.prices.refresh(from: [selection.model], at: clock())
        }
        return selection.notice
    }

    /// Whether so much as a handshake may leave the device.
    private var isOpen: Bool {
        state.withLock { $0.lock != .localOnly && $0.consent?.isGranted == true && $0.unready == nil }
    }

    /// Reads what was spent and allowed, and takes in what the turn at hand would cost. Before each turn.
    func refresh(for messages: [Message], maxTokens: Int) async {
        guard let ports else { return }
        await refreshConsent()
        let now = clock()
        if isOpen, !settings.budget.caps(at: now).isEmpty, state.withLock({ $0.selection }) == nil {
            // A hard limit needs a price. Where none can be had, the budget says so.
            _ = try? await prepare()
        }
        var charged: [Money] = []
        for line in settings.budget.lines {
            // What cannot be read counts as spent: a missing entry bars the hard limits.
            guard let total = try? await ports.ledger.total(of: line.scope, since: line.limits.periodStart(at: now))
            else { break }
            charged.append(Money(microUSD: total.chargedMicroUSD))
        }
        state.withLock {
            $0.charged = charged
            let price = $0.selection.flatMap { [prices = $0.prices] in prices.quote(for: $0.model.id, at: now) }?.price
            let tokens = min(maxTokens, settings.maxTokens)
            $0.worstCase = CostEstimate(messages: messages, maxTokens: tokens, price: price).worstCase
        }
    }

    /// Reads the operator's latest word. What is read here holds for ``standing``.
    public func refreshConsent() async {
        guard let ports else { return }
        // A consent that cannot be read was not given.
        let consent = try? await ports.consents.consent(to: settings.endpoint)
        state.withLock { $0.consent = consent }
    }

    /// Hangs up. Nothing can be sent afterwards.
    public func close() async {
        state.withLock { $0.unready = "Brim is closing." }
        await ports?.client.shutdown()
    }

    /// A new conversation: its placeholders begin anew.
    public func beginConversation() {
        state.withLock { $0.redactor = Redactor() }
    }

    /// What would leave the device if these messages were sent, with what is replaced marked.
    public func preview(of messages: [Message]) -> [RedactedMessage] {
        var redactor = state.withLock { $0.redactor }
        return redactor.redact(messages).explained
    }

    /// The model that would be asked and what the turn at hand would cost at worst; each `nil` where it is not known.
    public var outlook: (model: String?, worstCase: Money?) {
        state.withLock { ($0.selection?.model.id, $0.worstCase) }
    }

    func ruling(on request: TurnRequest) -> Ruling {
        if request.constraint != nil { return .formed }
        return request.isRaw ? .raw : policy.ruling(on: request.messages, taskKind: request.taskKind)
    }

    /// Writes to the audit log where there is one. A log that cannot be written is no reason to fail what is already
    /// done; what is about to be sent uses ``Delivery`` instead, which then does not send.
    func record(_ event: AuditEvent) async {
        guard let ports else { return }
        _ = try? await ports.audit.append(event, at: clock())
    }

    /// Carries out a permitted request. The stream tells the turn what happens, and ends.
    func send(_ permit: SendPermit, _ messages: [Message], maxTokens: Int) -> AsyncStream<Turn.Event> {
        AsyncStream { continuation in
            guard let ports else {
                continuation.yield(.heldBack("No cloud is set up."))
                continuation.finish()
                return
            }
            let delivery = Delivery(
                desk: self, ports: ports, permit: permit, messages: messages,
                maxTokens: min(maxTokens, settings.maxTokens), tell: { continuation.yield($0) })
            let task = Task {
                await delivery.run()
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
