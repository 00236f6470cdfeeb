import AssistantCore
import CostModel
import Foundation
import Store
import Testing

@testable import brim

/// The month's figures, read from a store that a month of turns has filled.
@Suite struct CostRecordTests {
    private static let price = CloudPrice(inputMicroUSDPerMillion: 150_000, outputMicroUSDPerMillion: 600_000)

    /// `make cost-replay` takes a whole month of 10,000.
    private static let turns =
        ProcessInfo.processInfo.environment["BRIM_REPLAY_TURNS"].flatMap { Int($0) } ?? 1_000

    /// A folder in memory where there is one: thirty thousand commits are no test of a disk.
    private static func folder() -> String {
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
        return base + "brim-cost-" + UUID().uuidString
    }

    /// A turn as the runner records it, with its money in the ledger.
    private static func turn(_ number: Int, at time: Timestamp, in store: DatabaseStore) async throws {
        // Every fourth stays, which is 25 %.
        guard !number.isMultiple(of: 4) else {
            try await store.metrics.record(
                TurnMetrics(startedAt: time, route: .local, promptTokens: 40, generatedTokens: 30))
            return
        }
        let usage = CloudUsage(promptTokens: 80 + number * 7 % 900, completionTokens: 20 + number * 13 % 400)
        let worst = price.costMicroUSD(promptTokens: usage.promptTokens * 4, completionTokens: 1_024)
        let outcome = try await store.spending.reserve(
            SpendingRequest(worstCaseMicroUSD: worst, model: "m", device: "d"), within: [], at: time)
        guard case .reserved(let id) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let cost = price.costMicroUSD(usage)
        // A few streams break off, and nobody ever says what they cost.
        if !number.isMultiple(of: 899) {
            try await store.spending.settle(id, costMicroUSD: cost, usage: usage, at: time)
        }
        try await store.metrics.record(
            TurnMetrics(
                startedAt: time, route: .cloud, promptTokens: usage.promptTokens,
                generatedTokens: usage.completionTokens, costMicroUSD: cost))
    }

    @Test("Over a month of recorded turns the model is within 1 % of the ledger, and other months are not in it")
    func replay() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let month = try #require(CalendarMonth("2026-11"))
        let store = try DatabaseStore(directory: folder, at: month.start)
        let step = Int64(30 * 86_400_000 / Self.turns)
        for number in 0..<Self.turns {
            let time = Timestamp(millisecondsSince1970: month.start.millisecondsSince1970 + Int64(number) * step)
            try await Self.turn(number, at: time, in: store)
        }
        let use = try await MonthlyUse.read(month, from: store)
        #expect(use.answered == Self.turns && use.keptShare == 0.25 && use.ledger.requests == Self.turns * 3 / 4)
        let charged = Double(use.ledger.chargedMicroUSD) / 1e6
        let modelled = try #require(use.cloudUSD(at: Self.price))
        #expect(charged > 0.1 && abs(modelled / charged - 1) < 0.01, "\(modelled) beside \(charged)")
        #expect(use.ledger.reservedMicroUSD > 0, "what broke off stays at its worst case")

        let before = month.start.advanced(by: .milliseconds(-1))
        try await Self.turn(1, at: before, in: store)
        try await Self.turn(1, at: month.end, in: store)
        let after = try await MonthlyUse.read(month, from: store)
        // The charge before the month is dated at the latest one, since a clock that goes back is wrong; its turn is not.
        #expect(after.answered == Self.turns && after.ledger.requests - use.ledger.requests <= 1)
        #expect(try await MonthlyUse.read(try #require(CalendarMonth("2026-12")), from: store).ledger.requests == 1)
    }
}
