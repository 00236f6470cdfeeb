import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Spending ledger")
struct SpendingTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore
    let usage = CloudUsage(promptTokens: 10, completionTokens: 20)

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    private func reserve(
        _ amount: Int64, device: String = "pi", team: String = "", model: String = "m", within caps: [SpendingCap] = [],
        at time: Int64 = 0
    ) async throws -> ReservationID? {
        let request = SpendingRequest(worstCaseMicroUSD: amount, model: model, device: device, team: team)
        guard case .reserved(let id) = try await store.spending.reserve(request, within: caps, at: .at(time)) else {
            return nil
        }
        return id
    }

    @Test("what is spent while the clock is behind counts in the period in which it is spent")
    func clockBehind() async throws {
        let day: Int64 = 86_400
        _ = try await reserve(10, at: 40 * day)
        // Forty days behind, and at the beginning of time.
        _ = try await reserve(5, at: 0)
        let ancient = SpendingRequest(worstCaseMicroUSD: 3, model: "m", device: "pi")
        _ = try await store.spending.reserve(ancient, within: [], at: Timestamp(millisecondsSince1970: 0))
        #expect(try await charged(since: 30 * day) == 18)
        let cap = SpendingCap(since: .at(30 * day), limitMicroUSD: 20)
        #expect(try await reserve(3, within: [cap], at: 41 * day) == nil)
        #expect(try await reserve(2, within: [cap], at: 41 * day) != nil)
    }

    @Test("a clock that was far ahead once does not date what comes later")
    func clockAhead() async throws {
        let day: Int64 = 86_400
        _ = try await reserve(10, at: 4_000 * day)
        _ = try await reserve(5, at: day)
        #expect(try await charged(since: 2 * day) == 10)
    }

    private func charged(_ scope: SpendingScope = .everything, since time: Int64 = 0) async throws -> Int64 {
        try await store.spending.total(of: scope, since: .at(time)).chargedMicroUSD
    }

    @Test("the worst case counts until the request is settled, and then what it cost")
    func lifeOfACharge() async throws {
        let id = try #require(try await reserve(500))
        #expect(
            try await store.spending.total(of: .everything, since: .at(0))
                == SpendingTotal(chargedMicroUSD: 500, reservedMicroUSD: 500, requests: 1))
        try await store.spending.settle(id, costMicroUSD: 123, usage: usage, at: .at(1))
        #expect(
            try await store.spending.total(of: .everything, since: .at(0))
                == SpendingTotal(chargedMicroUSD: 123, reservedMicroUSD: 0, requests: 1))
    }

    @Test("a reservation that nobody settles stays, whatever happens to the program")
    func staysReserved() async throws {
        _ = try await reserve(500)
        let reopened = try DatabaseStore.open(directory)
        #expect(try await reopened.spending.total(of: .everything, since: .at(0)).reservedMicroUSD == 500)
    }

    @Test("a request that cost more than its worst case is charged in full")
    func costlier() async throws {
        let id = try #require(try await reserve(5))
        try await store.spending.settle(id, costMicroUSD: 9, usage: usage, at: .at(1))
        #expect(try await charged() == 9)
    }

    @Test("a charge is settled or released once")
    func closesOnce() async throws {
        let settled = try #require(try await reserve(5))
        try await store.spending.settle(settled, costMicroUSD: 4, usage: usage, at: .at(1))
        let released = try #require(try await reserve(7))
        try await store.spending.release(released, at: .at(1))
        for id in [settled, released] {
            let again = try await storeError {
                try await store.spending.settle(id, costMicroUSD: 9, usage: usage, at: .at(2))
            }
            #expect(again.code == .alreadyClosed)
            let release = try await storeError { try await store.spending.release(id, at: .at(2)) }
            #expect(release.code == .alreadyClosed)
        }
        let absent = try await storeError { try await store.spending.release(ReservationID(99), at: .at(2)) }
        #expect(absent.code == .notFound)
        #expect(
            try await store.spending.total(of: .everything, since: .at(0))
                == SpendingTotal(chargedMicroUSD: 4, reservedMicroUSD: 0, requests: 1))
    }

    @Test("a cap lets through what reaches it and refuses what passes it")
    func cap() async throws {
        let cap = SpendingCap(since: .at(0), limitMicroUSD: 100)
        #expect(try await reserve(60, within: [cap]) != nil)
        #expect(try await reserve(40, within: [cap]) != nil)
        let request = SpendingRequest(worstCaseMicroUSD: 1, model: "m", device: "pi")
        let refused = try await store.spending.reserve(request, within: [cap], at: .at(1))
        #expect(refused == .refused(cap, chargedMicroUSD: 100))
        #expect(try await charged() == 100)
        #expect(try await reserve(0, within: [cap]) != nil)
    }

    @Test("caps hold for their own scope and period, and the first that refuses is named")
    func scopes() async throws {
        _ = try await reserve(50, device: "a", team: "red", at: 0)
        _ = try await reserve(50, device: "b", team: "red", at: 10)
        #expect(try await charged(.device("a")) == 50)
        #expect(try await charged(.team("red")) == 100)
        #expect(try await charged(.team("blue")) == 0)
        #expect(try await charged(.team("red"), since: 5) == 50)
        let caps = [
            SpendingCap(.device("a"), since: .at(0), limitMicroUSD: 60),
            SpendingCap(.team("red"), since: .at(0), limitMicroUSD: 105),
        ]
        #expect(try await reserve(11, device: "a", team: "blue", within: caps) == nil)
        #expect(try await reserve(6, device: "c", team: "red", within: caps) == nil)
        #expect(try await reserve(1_000, device: "c", team: "blue", within: caps) != nil)
        #expect(try await reserve(5, device: "a", team: "red", within: caps) != nil)
    }

    @Test("charges dated later than now count, so that a clock that went back loosens nothing")
    func clockWentBack() async throws {
        _ = try await reserve(90, at: 1_000_000)
        let cap = SpendingCap(since: .at(-86_400), limitMicroUSD: 100)
        #expect(try await reserve(11, within: [cap], at: 0) == nil)
        #expect(try await reserve(10, within: [cap], at: 0) != nil)
    }

    @Test("sums are split by day, model, device and team")
    func groups() async throws {
        let id = try #require(try await reserve(9, device: "a", team: "red", model: "x", at: 0))
        try await store.spending.settle(id, costMicroUSD: 4, usage: usage, at: .at(1))
        _ = try await reserve(5, device: "b", team: "red", model: "y", at: 86_400)
        func sums(_ grouping: SpendingGrouping) async throws -> [String: Int64] {
            Dictionary(
                uniqueKeysWithValues: try await store.spending.totals(by: grouping, since: .at(0)).map {
                    ($0.label, $0.total.chargedMicroUSD)
                })
        }
        #expect(try await sums(.day) == ["2026-09-21": 4, "2026-09-22": 5])
        #expect(try await sums(.model) == ["x": 4, "y": 5])
        #expect(try await sums(.device) == ["a": 4, "b": 5])
        #expect(try await sums(.team) == ["red": 9])
    }

    @Test("amounts outside what money is are refused", arguments: [-1, Int64.min, 1_000_000_000_001, Int64.max])
    func absurdAmounts(amount: Int64) async throws {
        let reservation = try await storeError { _ = try await reserve(amount) }
        #expect(reservation.code == .invalidArgument)
        let id = try #require(try await reserve(1))
        let settlement = try await storeError {
            try await store.spending.settle(id, costMicroUSD: amount, usage: usage, at: .at(1))
        }
        #expect(settlement.code == .invalidArgument)
        #expect(try await charged() == 1)
    }

    @Test("nothing is reserved in memory, whatever it costs")
    func memory() async throws {
        let memory = try DatabaseStore.inMemory()
        for cost: Int64 in [0, 1] {
            let request = SpendingRequest(worstCaseMicroUSD: cost, model: "m", device: "pi")
            #expect(try await memory.spending.reserve(request, within: [], at: .at(0)) == .notDurable)
        }
        #expect(try await memory.spending.total(of: .everything, since: .at(0)).requests == 0)
    }

    @Test("nothing is reserved in a file that somebody has deleted")
    func deleted() async throws {
        #expect(try await reserve(0) != nil)
        for name in try directory.names where name.hasPrefix("brim.sqlite") {
            try FileManager.default.removeItem(atPath: directory.file(name))
        }
        let request = SpendingRequest(worstCaseMicroUSD: 0, model: "m", device: "pi")
        #expect(try await store.spending.reserve(request, within: [], at: .at(0)) == .notDurable)
    }

    @Test("a sum reads the index alone")
    func plan() async throws {
        let plan = try directory.sqlite { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT sum(chargedMicroUSD) FROM charge WHERE reservedAt >= 0 AND team = 'x'"
            ).map { $0["detail"] as String }
        }
        #expect(plan.first?.contains("USING COVERING INDEX chargeByTime") == true, "\(plan)")
    }
}
