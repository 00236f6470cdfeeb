import AssistantCore
import Testing

struct CloudPriceTests {
    private let price = CloudPrice(inputMicroUSDPerMillion: 60_000, outputMicroUSDPerMillion: 240_000)

    @Test("a million tokens cost what the price says, and parts of a micro-dollar round up")
    func exact() {
        #expect(price.costMicroUSD(promptTokens: 1_000_000, completionTokens: 0) == 60_000)
        #expect(price.costMicroUSD(promptTokens: 0, completionTokens: 1_000_000) == 240_000)
        #expect(price.costMicroUSD(promptTokens: 214, completionTokens: 100) == 37)  // 12.84 + 24.00
        #expect(price.costMicroUSD(promptTokens: 1, completionTokens: 0) == 1)
        #expect(price.costMicroUSD(promptTokens: 0, completionTokens: 0) == 0)
    }

    @Test("counts from outside that are negative or far too large neither trap nor turn into a credit")
    func hostile() {
        #expect(price.costMicroUSD(promptTokens: -5, completionTokens: .min) == 0)
        #expect(price.costMicroUSD(promptTokens: .max, completionTokens: 0) == .max)
        #expect(price.costMicroUSD(promptTokens: .max, completionTokens: .max) == .max)
        let negative = CloudPrice(inputMicroUSDPerMillion: -1, outputMicroUSDPerMillion: .min)
        #expect(negative.costMicroUSD(promptTokens: 1_000_000, completionTokens: 1_000_000) == 0)
    }
}
