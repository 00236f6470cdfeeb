internal import AssistantCore
package import Routing
internal import Synchronization

/// Names something that has a connection, or wants one.
typealias ExchangeID = UInt64

/// Something that has a connection, or wants one, while the permission for it stands.
struct Exchange: Sendable {
    /// All that is sent, as it was said; empty where nothing of a conversation is.
    var messages: [Message]
    /// Of the rules that `messages` were last held against.
    var policyRevision: Int
    /// Ends it. `nil` until it has begun.
    var cancel: (@Sendable () -> Void)?
    /// Why it may not go on: a sentence; empty where the person stopped it.
    var revocation: String?
    /// Bytes of the body have been handed out.
    var hasLeft = false
}

/// The permission to send: who takes it back, and where it is asked for.
///
/// All of it happens under one mutex. Once a call that takes the permission back has returned, no piece of a body is
/// handed out any more, and all that was under way has been cancelled. Nothing here waits, so that nothing can stand in
/// front of the person who locks.
extension CloudGateway {
    // MARK: Taking it back

    /// Turns local-only on or off, at once; any thread. To be recorded with ``recordLock()``.
    ///
    /// - Returns: whether it is as it was asked for: what the operator configured cannot be turned off.
    @discardableResult
    package func setLocalOnly(_ isOn: Bool) -> Bool {
        set(isOn ? .localOnly : state.withLock { $0.leastLock })
        return isOn || cloudState.lock != .localOnly
    }

    /// Takes over a lock that the operator has configured meanwhile, at once; any thread. It only tightens: who wants
    /// less starts Brim anew.
    package func tighten(to lock: OperatorLock) {
        guard lock == .localOnly else { return }
        state.withLock { $0.leastLock = .localOnly }
        set(.localOnly)
    }

    /// The operator's lock, from this moment on. The change is recorded.
    package func setLock(_ lock: OperatorLock) async {
        set(lock)
        await recordLock()
    }

    /// Writes down how the lock stands.
    package func recordLock() async {
        let lock = cloudState.lock
        await record(AuditEvent(.settings, reason: "lock set to \(lock.rawValue)", subject: "lock"))
    }

    private func set(_ lock: OperatorLock) {
        revoke(because: "Local-only was set.") { state in
            state.lock = lock
            return { _ in lock == .localOnly }
        }
    }

    /// The operator's rules, from this moment on; any thread. What is under way and may not leave by them ends. To be
    /// recorded with ``recordThreshold()``.
    package func apply(_ policy: RoutingPolicy) {
        revoke(because: "The rules were changed.") { state in
            state.policy = policy
            state.policyRevision += 1
            return { !$0.messages.isEmpty && !policy.allows($0.messages) }
        }
    }

    /// The same. A change of the threshold is recorded.
    package func setPolicy(_ policy: RoutingPolicy) async {
        let before = self.policy.settings.threshold
        apply(policy)
        guard before != policy.settings.threshold else { return }
        await recordThreshold()
    }

    /// Writes down how sure a local answer has to be.
    package func recordThreshold() async {
        let threshold = policy.settings.threshold
        await record(AuditEvent(.settings, reason: "threshold set to \(threshold)", subject: "threshold"))
    }

    /// Ends all that is under way, for good; any thread.
    package func shut() {
        revoke(because: "Brim is closing.") { state in
            state.unready = "Brim is closing."
            return { _ in true }
        }
    }

    /// Reads the operator's latest word, which another process may have changed. What is read here holds for
    /// ``cloudState``.
    package func refreshConsent() async {
        guard let ports else { return }
        // A consent that cannot be read was not given.
        let consent = try? await ports.consents.consent(to: settings.endpoint)
        revoke(because: "The permission was withdrawn.") { state in
            state.consent = consent
            return { _ in consent?.isGranted != true }
        }
    }

    /// Ends one exchange: the person wants no more of it.
    func revoke(_ id: ExchangeID) {
        let cancel = state.withLock { state in
            if state.exchanges[id]?.revocation == nil { state.exchanges[id]?.revocation = "" }
            return state.exchanges[id]?.cancel
        }
        cancel?()
    }

    /// Changes what the permission hangs on and, in the same step, ends what may not go on.
    private func revoke(because why: String, _ change: (inout State) -> (Exchange) -> Bool) {
        let cancels = state.withLock { state in
            let isEnded = change(&state)
            var cancels: [@Sendable () -> Void] = []
            for (id, exchange) in state.exchanges where exchange.revocation == nil && isEnded(exchange) {
                state.exchanges[id]?.revocation = why
                if let cancel = exchange.cancel { cancels.append(cancel) }
            }
            return cancels
        }
        for cancel in cancels { cancel() }
    }

    // MARK: Asking for it

    func begin(sending messages: [Message]) -> ExchangeID {
        state.withLock { state in
            state.exchangesBegun += 1
            state.exchanges[state.exchangesBegun] = Exchange(
                messages: messages, policyRevision: state.policyRevision,
                revocation: Self.isOpen(state) ? nil : "The cloud was shut off.")
            return state.exchangesBegun
        }
    }

    /// What ends the exchange; done at once where it may not go on already.
    func attach(to id: ExchangeID, _ cancel: @escaping @Sendable () -> Void) {
        let isRevoked = state.withLock { state in
            state.exchanges[id]?.cancel = cancel
            return state.exchanges[id]?.revocation != nil
        }
        if isRevoked { cancel() }
    }

    func end(_ id: ExchangeID) { state.withLock { _ = $0.exchanges.removeValue(forKey: id) } }

    /// What became of an exchange so far: whether bytes of it were handed out, and why it may not go on. Both are final
    /// once there is a reason.
    func progress(of id: ExchangeID) -> (hasLeft: Bool, revocation: String?) {
        state.withLock { ($0.exchanges[id]?.hasLeft ?? false, $0.exchanges[id]?.revocation) }
    }

    /// Whether a sealed request may go on now: where bytes are handed out, this is the last word.
    func mayLeave(_ id: ExchangeID, _ sealed: SealedPrompt, _ moment: SendMoment) async -> Bool {
        await refreshConsent()
        return state.withLock { state in
            guard let exchange = state.exchanges[id], exchange.revocation == nil,
                sealed.mayLeave(under: cloudState(state)),
                exchange.policyRevision == state.policyRevision || state.policy.allows(exchange.messages)
            else { return false }
            state.exchanges[id]?.policyRevision = state.policyRevision
            if moment == .handingOut { state.exchanges[id]?.hasLeft = true }
            return true
        }
    }

    /// Does something that needs a connection and sends nothing of a conversation. It is cancelled with the permission.
    func connecting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let id = begin(sending: [])
        defer { end(id) }
        let task = Task { try await work() }
        attach(to: id) { task.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

extension RoutingPolicy {
    /// Whether all of the messages may leave by the rules.
    fileprivate func allows(_ messages: [Message]) -> Bool { ruling(on: messages).mayLeave }
}
