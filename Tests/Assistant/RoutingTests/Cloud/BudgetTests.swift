import TestSupport
import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Budget")
struct BudgetTests {
    private func usd(_ text: String) throws -> Money { try #require(Money(decimal: text)) }

    @Test("The hard limit lets through what fits to the last micro-dollar, and nothing more")
    func hardLimit() throws {
        let budget = Budget([.init(.everything, .init(maxBudget: try usd("1")))])
        #expect(budget.state(charged: [try usd("0.9")], worstCase: try usd("0.1")) == .open)
        let needed = try usd("0.100001")
        let state = budget.state(charged: [try usd("0.9")], worstCase: needed)
        #expect(state == .exhausted(.everything, charged: try usd("0.9"), limit: try usd("1"), needed: needed))
        #expect(!state.admits)
        #expect(
            state.sentence
                == "The budget does not suffice: $0.90 of $1.00 charged, and this could cost $0.100001; "
                + "raise max_budget or wait for the next period.")
        #expect(state.words == "over budget")
        #expect(budget.state(charged: [try usd("1")], worstCase: needed).words == "budget used up")
    }

    @Test("The soft limit warns and lets through")
    func softLimit() throws {
        let budget = Budget([
            .init(.team("ward"), .init(maxBudget: try usd("2"), softBudget: try usd("1"))),
            .init(.device("pi"), .init(softBudget: try usd("0.5"))),
        ])
        #expect(budget.state(charged: [try usd("0.99"), try usd("0.4")], worstCase: .zero) == .open)
        let state = budget.state(charged: [try usd("1"), try usd("1")], worstCase: .zero)
        #expect(state == .warned(.team("ward"), charged: try usd("1"), limit: try usd("1")))
        #expect(state.admits)
        #expect(state.sentence == "The soft budget of team ward is reached: $1.00 of $1.00.")
        #expect(state.words == "budget $1.00 of $1.00")
    }

    @Test("One used-up scope is enough, whatever the others have left")
    func worstScope() throws {
        let budget = Budget([
            .init(.everything, .init(maxBudget: try usd("100"), softBudget: .zero)),
            .init(.device("pi"), .init(maxBudget: try usd("1"))),
        ])
        let state = budget.state(charged: [.zero, try usd("1")], worstCase: Money(microUSD: 1))
        guard case .exhausted(.device("pi"), _, _, _) = state else {
            Issue.record("\(state)")
            return
        }
    }

    @Test("What nobody knows counts against the request")
    func unknown() throws {
        let budget = Budget([.init(.everything, .init(maxBudget: .max))])
        #expect(budget.state(charged: [], worstCase: .zero).admits == false)
        #expect(budget.state(charged: [.zero], worstCase: nil) == .priceUnknown)
        #expect(
            Budget([.init(.everything, .init(softBudget: .max))]).state(charged: [.zero], worstCase: nil) == .open)
        #expect(Budget().state(charged: [], worstCase: nil) == .open)
    }

    @Test("Negative sums in configuration or ledger open nothing")
    func negative() {
        let budget = Budget([.init(.everything, .init(maxBudget: Money(microUSD: -5)))])
        #expect(budget.state(charged: [Money(microUSD: -100)], worstCase: Money(microUSD: 1)).admits == false)
        #expect(budget.caps(at: Timestamp(millisecondsSince1970: 0)).map(\.limitMicroUSD) == [0])
        let small = Budget([.init(.everything, .init(maxBudget: Money(microUSD: 5)))])
        #expect(small.state(charged: [Money(microUSD: -100)], worstCase: Money(microUSD: 6)).admits == false)
        #expect(small.state(charged: [Money(microUSD: 5)], worstCase: Money(microUSD: -6)).admits)
    }

    @Test("Caps name scope, period and limit for the ledger")
    func caps() throws {
        let budget = Budget([
            .init(.device("pi"), .init(maxBudget: try usd("3"), budgetDuration: BudgetDuration("1d"))),
            .init(.team("ward"), .init(softBudget: try usd("3"))),
            .init(.everything, .init(maxBudget: try usd("4"))),
        ])
        let now = Timestamp(millisecondsSince1970: 86_400_000 * 10 + 5)
        #expect(
            budget.caps(at: now) == [
                SpendingCap(
                    .device("pi"), since: Timestamp(millisecondsSince1970: 86_400_000 * 10), limitMicroUSD: 3_000_000),
                SpendingCap(.everything, since: Timestamp(millisecondsSince1970: .min), limitMicroUSD: 4_000_000),
            ])
    }

    @Test("Limits are read from configuration by the names people know")
    func codable() throws {
        let json = #"{"max_budget":"5.00","soft_budget":4,"budget_duration":"30d"}"#
        let limits = try JSONDecoder().decode(Budget.Limits.self, from: Data(json.utf8))
        #expect(limits.maxBudget?.microUSD == 5_000_000)
        #expect(limits.softBudget?.microUSD == 4_000_000)
        #expect(limits.budgetDuration?.description == "30d")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Budget.Limits.self, from: Data(#"{"budget_duration":"soon"}"#.utf8))
        }
    }

    /// Everything that was charged, as a list; sums are taken anew for every question, in 128 bits.
    private struct NaiveLedger {
        var charges: [(scope: Int, amount: Int128, isOpen: Bool)] = []
        func charged(_ scope: Int) -> Int128 { charges.filter { $0.scope == scope }.map(\.amount).reduce(0, +) }
    }

    @Test("Random reservations, settlements and releases never pass a hard limit", arguments: 0..<20 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits: [Int64] = (0..<2).map { _ in Int64.random(in: 0...1_000, using: &random) }
        let soft: [Int64] = (0..<2).map { _ in Int64.random(in: 0...1_000, using: &random) }
        let scopes: [SpendingScope] = [.device("a"), .team("b")]
        let budgets = (0..<2).map { index in
            Budget([
                .init(
                    scopes[index],
                    .init(
                        maxBudget: Money(microUSD: limits[index]), softBudget: Money(microUSD: soft[index])))
            ])
        }
        var ledger = NaiveLedger()
        for _ in 0..<400 {
            let scope = Int.random(in: 0..<2, using: &random)
            if Bool.random(using: &random),
                let open = ledger.charges.indices.filter({ ledger.charges[$0].isOpen })
                    .randomElement(using: &random)
            {
                let reserved = ledger.charges[open].amount
                ledger.charges[open].amount =
                    Bool.random(using: &random) ? 0 : Int128.random(in: 0...reserved, using: &random)
                ledger.charges[open].isOpen = false
            }
            let need = Int64.random(in: 0...200, using: &random)
            let charged = ledger.charged(scope)
            let state = budgets[scope].state(
                charged: [Money(microUSD: Int64(charged))], worstCase: Money(microUSD: need))
            #expect(state.admits == (charged + Int128(need) <= Int128(limits[scope])))
            if state.admits {
                #expect((state != .open) == (charged >= Int128(soft[scope])))
                ledger.charges.append((scope, Int128(need), true))
            }
            #expect(ledger.charged(scope) <= Int128(limits[scope]))
        }
    }
}
