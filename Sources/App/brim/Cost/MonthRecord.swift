import AssistantCore
import CostModel
import Store

extension MonthlyUse {
    /// What the store knows of a month: its turns, and what the ledger charged in it.
    ///
    /// Charges that cannot be read since the database was lost throw, with the next step.
    static func read(_ month: CalendarMonth, from store: DatabaseStore) async throws -> MonthlyUse {
        let turns = try await store.metrics.turns(limit: .max)
            .filter { month.start <= $0.startedAt && $0.startedAt < month.end }
        let since = try await store.spending.total(of: .everything, since: month.start)
        let after = try await store.spending.total(of: .everything, since: month.end)
        return MonthlyUse(
            turns,
            ledger: Ledger(
                chargedMicroUSD: since.chargedMicroUSD - after.chargedMicroUSD,
                reservedMicroUSD: since.reservedMicroUSD - after.reservedMicroUSD,
                requests: since.requests - after.requests))
    }
}
