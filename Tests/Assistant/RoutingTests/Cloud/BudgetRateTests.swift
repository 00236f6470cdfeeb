import AssistantCore
import Routing
import Testing

@Suite struct BudgetRateTests {
    private let now = Timestamp(millisecondsSince1970: 1_795_000_000_000)

    @Test("Limits of a minute become caps of their scope, and lines without them none")
    func rates() {
        let budget = Budget([
            Budget.Line(.everything, .init(rpm: 10)), Budget.Line(.team("red"), .init(maxBudget: .zero)),
            Budget.Line(.team("blue"), .init(tpm: 5_000)),
        ])
        #expect(budget.rates == [RateCap(.everything, requests: 10), RateCap(.team("blue"), tokens: 5_000)])
        // A limit of a minute is no hard budget, and asks for no price.
        #expect(Budget([Budget.Line(.everything, .init(rpm: 1))]).state(charged: [.zero], worstCase: nil) == .open)
    }

    @Test("A limit that is reached bars the cloud with its code, and says when it may be asked again")
    func reached() throws {
        let state = BudgetState.tooFast(
            RateDelay(RateCap(.team("red"), requests: 3), wait: .milliseconds(12_400)))
        #expect(!state.admits && state.words == "rate limit")
        let sentence = try #require(state.sentence)
        #expect(sentence.contains("of team red of 3 requests a minute") && sentence.contains("in 13 s"))
    }

    @Test("Soft limits that are reached are told with their period; those that are not are not")
    func alerts() throws {
        let soft = try #require(Money(decimal: "3"))
        let month = try #require(BudgetDuration("1mo"))
        let budget = Budget([
            Budget.Line(.everything, .init(softBudget: soft, budgetDuration: month)),
            Budget.Line(.team("red"), .init(softBudget: soft)), Budget.Line(.team("blue"), .init()),
        ])
        let less = try #require(Money(decimal: "2.99"))
        #expect(budget.alerts(charged: [less, less, soft], at: now).isEmpty)
        let alerts = budget.alerts(charged: [soft, less, soft], at: now)
        #expect(alerts.map(\.scope) == [.everything] && alerts.first?.period == month.periodStart(at: now))
        #expect(alerts.first?.sentence == "The soft budget is reached: $3.00 of $3.00.")
    }

    @Test("What is set aside for a team is what all others together may not spend")
    func reserve() throws {
        let limits = Budget.Limits(maxBudget: Money(microUSD: 10_000_000), budgetDuration: BudgetDuration("30d"))
        let aside = Money(microUSD: 4_000_000)
        let line = try #require(Budget.line(reserving: aside, for: "red", of: limits))
        #expect(line.scope == .allBut(team: "red") && line.limits.maxBudget == Money(decimal: "6"))
        #expect(line.limits.budgetDuration == limits.budgetDuration)
        #expect(Budget.line(reserving: .max, for: "red", of: limits)?.limits.maxBudget == .zero)
        #expect(Budget.line(reserving: .zero, for: "red", of: .init()) == nil)
    }
}
