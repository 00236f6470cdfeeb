import AssistantCore
import ChatUI
import Foundation
import Routing
import Turns

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
}
