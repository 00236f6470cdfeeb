import AssistantCore
import Testing

@testable import Routing

@Suite("Prices and estimates")
struct PriceTests {
    private let cheap = CloudPrice(inputMicroUSDPerMillion: 100, outputMicroUSDPerMillion: 900)
    private let dear = CloudPrice(inputMicroUSDPerMillion: 200, outputMicroUSDPerMillion: 400)
    private let day: Int64 = 86_400_000

    private func time(_ days: Int64) -> Timestamp { Timestamp(millisecondsSince1970: days * day) }

    @Test("The endpoint's list comes before the configuration, with its age")
    func quotes() {
        var table = PriceTable(configured: ["a": cheap, "b": cheap])
        #expect(table.quote(for: "a", at: time(1)) == .init(price: cheap, source: .configuration, isStale: false))
        #expect(table.quote(for: "c", at: time(1)) == nil)
        table.refresh(
            from: [
                CloudModelInfo(id: "a", price: dear), CloudModelInfo(id: "b"), CloudModelInfo(id: "c", price: dear),
            ],
            at: time(1))
        #expect(
            table.quote(for: "a", at: time(3))
                == .init(price: dear, source: .endpoint(age: .seconds(2 * 86_400)), isStale: false))
        #expect(table.quote(for: "b", at: time(3))?.source == .configuration)
        #expect(table.quote(for: "c", at: time(3))?.price == dear)
    }

    @Test("Of a stale price and a configured one the dearer parts count, also when the clock went back")
    func stale() {
        var table = PriceTable(configured: ["a": cheap])
        table.refresh(from: [CloudModelInfo(id: "a", price: dear)], at: time(10))
        for now in [time(18), time(9)] {
            let quote = table.quote(for: "a", at: now)
            #expect(quote?.isStale == true)
            #expect(quote?.price == CloudPrice(inputMicroUSDPerMillion: 200, outputMicroUSDPerMillion: 900))
        }
    }

    @Test("A list without prices leaves the earlier one standing")
    func emptyRefresh() {
        var table = PriceTable()
        table.refresh(from: [CloudModelInfo(id: "a", price: dear)], at: time(1))
        table.refresh(from: [CloudModelInfo(id: "a")], at: time(2))
        #expect(table.quote(for: "a", at: time(2))?.price == dear)
    }

    @Test("The worst case covers every tokeniser: a byte is a token, and all the answer is used")
    func worstCase() {
        let estimate = CostEstimate(
            messages: [Message(.system, "Ü"), Message(.user, "abc")], maxTokens: 100,
            price: CloudPrice(inputMicroUSDPerMillion: 1_000_000, outputMicroUSDPerMillion: 2_000_000))
        #expect(estimate.promptTokensAtMost == 64 + 2 * 16 + 5)
        #expect(estimate.worstCase == Money(microUSD: 101 + 200))
        #expect(estimate.running(receivedTokens: 10) == Money(microUSD: 25 + 20))
        #expect(CostEstimate(messages: [], maxTokens: -1, price: nil).worstCase == nil)
    }
}
