import AssistantCore
import Testing

@testable import Store

/// Limits of requests and tokens a minute, as the ledger keeps them.
@Suite("Rates")
struct RateTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    private func reserve(
        _ rates: [RateCap], tokens: Int = 100, team: String = "", at time: Int64
    ) async throws -> ReservationOutcome {
        try await store.spending.reserve(
            SpendingRequest(worstCaseMicroUSD: 0, model: "m", device: "pi", team: team, worstCaseTokens: tokens),
            within: [], rates: rates, at: .at(time))
    }

    private func isReserved(_ outcome: ReservationOutcome) -> Bool {
        if case .reserved = outcome { true } else { false }
    }

    @Test("so many requests pass within a minute, the next one when the first is a minute old")
    func requests() async throws {
        let cap = RateCap(.everything, requests: 2)
        #expect(isReserved(try await reserve([cap], at: 1_000)))
        #expect(isReserved(try await reserve([cap], at: 1_010)))
        #expect(try await reserve([cap], at: 1_020) == .tooFast(RateDelay(cap, wait: .seconds(40))))
        #expect(
            try await store.spending.delay(under: [cap], adding: 0, at: .at(1_020))
                == RateDelay(cap, wait: .seconds(40)))
        #expect(isReserved(try await reserve([cap], at: 1_060)))
        #expect(try await store.spending.delay(under: [cap], adding: 0, at: .at(1_071)) == nil)
    }

    @Test("tokens count at their worst until the server has counted, and then as it counted")
    func tokens() async throws {
        let cap = RateCap(.everything, tokens: 1_000)
        guard case .reserved(let id) = try await reserve([cap], tokens: 900, at: 0) else {
            Issue.record("the first one passes")
            return
        }
        #expect(try await reserve([cap], tokens: 200, at: 1) == .tooFast(RateDelay(cap, wait: .seconds(59))))
        try await store.spending.settle(
            id, costMicroUSD: 0, usage: CloudUsage(promptTokens: 50, completionTokens: 50), at: .at(2))
        #expect(isReserved(try await reserve([cap], tokens: 200, at: 3)))
        // Larger than the limit by itself: no waiting helps.
        #expect(try await reserve([cap], tokens: 1_001, at: 500) == .tooFast(RateDelay(cap, wait: .seconds(60))))
        #expect(try await reserve([cap], tokens: .max, at: 500) == .tooFast(RateDelay(cap, wait: .seconds(60))))
    }

    @Test("what was never sent does not count, and nothing is written for what is refused")
    func released() async throws {
        let cap = RateCap(.everything, requests: 1)
        guard case .reserved(let id) = try await reserve([cap], at: 0) else {
            Issue.record("the first one passes")
            return
        }
        #expect(!isReserved(try await reserve([cap], at: 1)))
        try await store.spending.release(id, at: .at(2))
        #expect(isReserved(try await reserve([cap], at: 3)))
        #expect(try await store.spending.total(of: .everything, since: .at(0)).requests == 1)
    }

    @Test("each limit concerns its own scope")
    func scopes() async throws {
        let red = RateCap(.team("red"), requests: 1)
        let others = RateCap(.allBut(team: "red"), requests: 1)
        #expect(isReserved(try await reserve([red, others], team: "red", at: 0)))
        #expect(try await reserve([red, others], team: "red", at: 1) == .tooFast(RateDelay(red, wait: .seconds(59))))
        #expect(isReserved(try await reserve([red, others], team: "blue", at: 1)))
        #expect(!isReserved(try await reserve([red, others], at: 2)))
    }

    @Test("a clock that goes back makes a limit no looser")
    func clock() async throws {
        let cap = RateCap(.everything, requests: 1)
        #expect(isReserved(try await reserve([cap], at: 10_000)))
        #expect(!isReserved(try await reserve([cap], at: 5_000)))
    }

    @Test("two stores on one file keep one limit")
    func processes() async throws {
        let other = try DatabaseStore.open(directory)
        let cap = RateCap(.everything, requests: 5)
        let passed = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for number in 0..<20 {
                let ledger = number.isMultiple(of: 2) ? store.spending : other.spending
                tasks.addTask {
                    let outcome = try await ledger.reserve(
                        SpendingRequest(worstCaseMicroUSD: 0, model: "m", device: "pi", worstCaseTokens: 1), within: [],
                        rates: [cap], at: .at(0))
                    if case .reserved = outcome { return true }
                    return false
                }
            }
            return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passed == 5)
    }

    @Test("what is set aside for a team, nobody else spends")
    func reserve() async throws {
        let caps = [
            SpendingCap(.everything, since: .at(0), limitMicroUSD: 100),
            SpendingCap(.allBut(team: "red"), since: .at(0), limitMicroUSD: 60),
        ]
        func spend(_ amount: Int64, _ team: String) async throws -> Bool {
            isReserved(
                try await store.spending.reserve(
                    SpendingRequest(worstCaseMicroUSD: amount, model: "m", device: "pi", team: team), within: caps,
                    at: .at(1)))
        }
        #expect(try await spend(50, "blue"))
        #expect(try await !spend(20, ""), "sixty are all that others have")
        #expect(try await spend(40, "red"))
        #expect(try await spend(10, "blue"))
        #expect(try await !spend(1, "red"), "the whole budget is used up")
    }
}
