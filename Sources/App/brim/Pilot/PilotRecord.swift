import DeviceSensors
import AssistantCore
import CostModel
import ExactTools
import Foundation
import Pilots
import Store

extension PilotFigures {
    /// What the store and the system tell of a pilot.
    static func read(_ plan: PilotPlan, from store: DatabaseStore, at now: Timestamp) async throws -> PilotFigures {
        let (start, end) = (plan.startedAt, plan.end(at: now))
        let turns = try await store.metrics.turns(limit: .max).filter { start <= $0.startedAt && $0.startedAt <= end }
        let after = end.advanced(by: .milliseconds(1))
        let all = try await store.spending.total(of: .everything, since: start)
        let later = try await store.spending.total(of: .everything, since: after)
        let verdicts = try await store.labels.labelledAnswers()
            .filter { start <= $0.labelledAt && $0.labelledAt <= end }.map(\.verdict)
        let uptime = LinuxSensors().uptime
        return PilotFigures(
            turns, from: start, to: end,
            beside: Beside(
                chargedMicroUSD: all.chargedMicroUSD - later.chargedMicroUSD,
                worstCaseMicroUSD: all.reservedMicroUSD - later.reservedMicroUSD,
                requests: all.requests - later.requests,
                right: verdicts.count { $0 == .right }, wrong: verdicts.count { $0 == .wrong }, uptime: uptime,
                wasRestarted: plan.boot.flatMap { boot in SystemStart.boot.map { $0 != boot } }))
    }
}
