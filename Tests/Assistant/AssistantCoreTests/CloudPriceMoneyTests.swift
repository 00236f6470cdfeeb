import AssistantCore
import Testing

@Suite("Prices in money")
struct CloudPriceMoneyTests {
    @Test("A price in dollars gives costs in dollars, rounded up")
    func costs() throws {
        let price = try CloudPrice(
            inputPerMillion: #require(Money(decimal: "0.06")), outputPerMillion: #require(Money(decimal: "0.24")))
        #expect(price.inputPerMillion.decimal == "0.06")
        #expect(price.outputPerMillion.decimal == "0.24")
        #expect(price.cost(promptTokens: 1_000_000, completionTokens: 0).decimal == "0.06")
        #expect(price.cost(CloudUsage(promptTokens: 214, completionTokens: 100)).microUSD == 37)
        #expect(price.cost(promptTokens: .max, completionTokens: .max) == .max)
    }
}
