import AssistantCore
import ChatUI
import Foundation
import Routing
import Synchronization
import Turns

/// What a screen can take back at once: the permission to send, and the turn at work. Nothing in here waits; any thread.
final class CloudPermission: Sendable {
    private struct State {
        /// `nil` until there is a way to the cloud; what is asked for before that holds from its first moment.
        var gateway: CloudGateway?
        var isLocked: Bool
        var isLockConfigured: Bool
        var rules: RoutingRules
        var isShut = false
        var turn: TurnRunner.Running?
    }

    private let state: Mutex<State>
    private let inbox: any ActionInbox

    /// - Parameter configuration: as it was read at the start.
    init(_ configuration: BrimConfiguration, _ inbox: any ActionInbox) {
        let isLocked = configuration.lock == .localOnly
        state = Mutex(State(isLocked: isLocked, isLockConfigured: isLocked, rules: configuration.rules))
        self.inbox = inbox
    }

    /// Takes over the way to the cloud before anything is done with it. `rules` are those that it was made with.
    func adopt(_ gateway: CloudGateway, _ rules: RoutingRules) {
        state.withLock { state in
            if state.isLocked { gateway.setLocalOnly(true) }
            if state.isLockConfigured { gateway.tighten(to: .localOnly) }
            if state.rules != rules { Self.apply(state.rules, to: gateway) }
            if state.isShut { gateway.shut() }
            state.gateway = gateway
        }
    }

    /// Takes over a turn from its first moment.
    func begin(_ turn: TurnRunner.Running) {
        let isShut = state.withLock { state in
            state.turn = turn
            return state.isShut
        }
        if isShut { turn.stop() }
    }

    /// Whether local-only is set: what is said now never leaves.
    var isLocked: Bool { state.withLock { $0.gateway.map { $0.cloudState.lock == .localOnly } ?? $0.isLocked } }

    /// Locks, or unlocks where the operator's own lock allows it, and says how the cloud stands then.
    func setLocalOnly(_ isOn: Bool) {
        let (gateway, isRefused) = state.withLock { state in
            let isRefused = !isOn && state.isLockConfigured
            if !isRefused { state.isLocked = isOn }
            return (state.gateway, isRefused)
        }
        if isRefused {
            inbox.post(
                .hint("the operator set local-only; to allow the cloud, remove the setting and start Brim again"))
        } else {
            gateway?.setLocalOnly(isOn)
        }
        inbox.post(.cloud(gateway?.status ?? CloudStatus(.unknown, isLocked: isOn || isRefused)))
    }

    /// The configuration has come to say local-only, whatever else is wrong with it: from now on, for as long as the program
    /// runs.
    func lock() {
        let gateway = state.withLock { state in
            (state.isLocked, state.isLockConfigured) = (true, true)
            return state.gateway
        }
        gateway?.tighten(to: .localOnly)
        inbox.post(.cloud(gateway?.status ?? CloudStatus(.unknown, isLocked: true)))
    }

    /// Takes over what the operator has configured anew: a lock only tightens, rules hold from now on.
    func configure(_ configuration: BrimConfiguration) {
        let (gateway, changed) = state.withLock { state in
            if configuration.lock == .localOnly { (state.isLocked, state.isLockConfigured) = (true, true) }
            defer { state.rules = configuration.rules }
            return (state.gateway, state.rules != configuration.rules)
        }
        guard let gateway else { return }
        gateway.tighten(to: configuration.lock)
        if changed { Self.apply(configuration.rules, to: gateway) }
        inbox.post(.cloud(gateway.status))
    }

    /// Rules that cannot be meant change nothing; who records the change says so.
    private static func apply(_ rules: RoutingRules, to gateway: CloudGateway) {
        if let policy = try? RoutingPolicy(rules) { gateway.apply(policy) }
    }

    func stopTurn() { state.withLock { $0.turn }?.stop() }

    /// Ends everything, for good.
    func shut() {
        let (gateway, turn) = state.withLock { state in
            state.isShut = true
            return (state.gateway, state.turn)
        }
        gateway?.shut()
        turn?.stop()
    }
}

/// Tells the screen how the cloud stands, and what it has cost in the present period of its budget.
struct CloudStatusReporter: Sendable {
    let gateway: CloudGateway
    let ledger: any SpendingLedger
    let limits: Budget.Limits
    let inbox: any ActionInbox

    /// Without a budget of its own the period is a day: what people ask is what it has cost today.
    private static let day = BudgetDuration("1d")

    func report() async {
        var status = gateway.status
        status.money = await money()
        inbox.post(.cloud(status))
    }

    /// `nil` where the ledger cannot be read: then nothing is known.
    private func money() async -> SpendingState? {
        var limits = limits
        let isLimited = limits.maxBudget != nil || limits.softBudget != nil
        if !isLimited { limits.budgetDuration = Self.day }
        let period = limits.budgetDuration.map { $0 == Self.day ? "today" : "per \($0)" } ?? "in all"
        do {
            let total = try await ledger.total(of: .everything, since: limits.periodStart(at: .now))
            return SpendingState(
                spent: Money(microUSD: total.chargedMicroUSD), limit: limits.maxBudget, warning: limits.softBudget,
                period: period)
        } catch {
            return nil
        }
    }
}

extension CloudState {
    /// In the words of the header.
    func status(threshold: Double) -> CloudStatus {
        CloudStatus(access, isLocked: lock == .localOnly, threshold: threshold)
    }

    private var access: CloudStatus.Access {
        guard case .ready = endpoint else { return .unavailable("no cloud") }
        guard consent?.isGranted == true else { return .notAllowed }
        guard budget.admits else { return .barred(budget.words) }
        switch breaker {
        case .open(let rest): return .barred("cloud down", for: rest)
        case .rateLimited(let rest): return .barred("cloud busy", for: rest)
        case .probing, .blocked: return .barred(breaker.words)
        case .closed, .halfOpen: return .open(budget.words.isEmpty ? breaker.words : budget.words)
        }
    }
}

extension CloudGateway {
    /// How the cloud stands, in the words of the header.
    var status: CloudStatus { cloudState.status(threshold: policy.settings.threshold) }

    /// Whether the cloud may be asked now.
    var mayAnswer: Bool { status.mayAnswer }
}
