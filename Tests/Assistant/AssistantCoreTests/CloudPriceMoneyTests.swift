import AssistantCore
import Testing

@Suite("Prices in money")
struct CloudPriceMoneyTests {
    let price = CloudPrice(inputPerMillion: Money(nanoUSD: 60_000_000), outputPerMillion: Money(nanoUSD: 240_000_000))

    @Test("A reply costs its tokens at the price of a million")
    func ordinary() {
        #expect(price.cost(promptTokens: 1_000_000, completionTokens: 0).decimal == "0.06")
        #expect(price.cost(promptTokens: 214, completionTokens: 100).nanoUSD == 214 * 60 + 100 * 240)
        #expect(price.inputPerMillion.decimal == "0.06")
        #expect(price.outputPerMillion.decimal == "0.24")
    }

    @Test("A fraction of a nano-dollar is rounded up")
    func roundsUp() {
        let fine = CloudPrice(inputMicroUSDPerMillion: 1, outputMicroUSDPerMillion: 0)
        #expect(fine.cost(promptTokens: 1, completionTokens: 1).nanoUSD == 1)
        #expect(fine.cost(promptTokens: 1_000, completionTokens: 0).nanoUSD == 1)
        #expect(fine.cost(promptTokens: 1_001, completionTokens: 0).nanoUSD == 2)
        #expect(CloudPrice(inputPerMillion: Money(nanoUSD: 1), outputPerMillion: .zero) == fine)
    }

    @Test("Hostile counts and prices neither trap nor come out cheap")
    func hostile() {
        let dear = CloudPrice(inputMicroUSDPerMillion: .max, outputMicroUSDPerMillion: .max)
        #expect(dear.cost(promptTokens: .max, completionTokens: .max) == .max)
        #expect(dear.cost(promptTokens: 1_001, completionTokens: 0) == .max)
        #expect(dear.inputPerMillion == .max)
        #expect(price.cost(promptTokens: -5, completionTokens: .min) == .zero)
        let negative = CloudPrice(inputMicroUSDPerMillion: .min, outputMicroUSDPerMillion: -1)
        #expect(negative.cost(promptTokens: 10, completionTokens: 10) == .zero)
        for shift in 0..<63 {
            let tokens = Int.max >> shift
            let exact = Double(tokens) * 60
            let cost = Double(price.cost(promptTokens: tokens, completionTokens: 0).nanoUSD)
            #expect(abs(cost - min(exact, Double(Int64.max))) <= exact * 1e-12)
        }
    }
}
