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
        #expect(
            table.quote(for: "a", at: time(1), isLimited: false)
                == .init(price: cheap, source: .configuration, isStale: false))
        #expect(table.quote(for: "c", at: time(1), isLimited: false) == nil)
        table.refresh(
            from: [
                CloudModelInfo(id: "a", price: dear), CloudModelInfo(id: "b"), CloudModelInfo(id: "c", price: dear),
            ],
            at: time(1))
        #expect(
            table.quote(for: "a", at: time(3), isLimited: false)
                == .init(price: dear, source: .endpoint(age: .seconds(2 * 86_400)), isStale: false))
        #expect(table.quote(for: "b", at: time(3), isLimited: false)?.source == .configuration)
        #expect(table.quote(for: "c", at: time(3), isLimited: false)?.price == dear)
    }

    @Test("Of a stale price and a configured one the dearer parts count, also when the clock went back")
    func stale() {
        var table = PriceTable(configured: ["a": cheap])
        table.refresh(from: [CloudModelInfo(id: "a", price: dear)], at: time(10))
        for now in [time(18), time(9)] {
            let quote = table.quote(for: "a", at: now, isLimited: false)
            #expect(quote?.isStale == true)
            #expect(quote?.price == CloudPrice(inputMicroUSDPerMillion: 200, outputMicroUSDPerMillion: 900))
        }
    }

    @Test("Under a hard limit the dearer parts count, however fresh the list, and a price of nothing is none")
    func limited() {
        let nothing = CloudPrice(inputMicroUSDPerMillion: 0, outputMicroUSDPerMillion: 0)
        var table = PriceTable(configured: ["a": cheap, "b": dear, "free": nothing])
        table.refresh(
            from: ["a", "b", "listed", "free"].map { CloudModelInfo(id: $0, price: $0 == "a" ? dear : nothing) },
            at: time(1))
        func price(_ model: String, isLimited: Bool) -> CloudPrice? {
            table.quote(for: model, at: time(2), isLimited: isLimited)?.price
        }
        #expect(price("a", isLimited: true) == CloudPrice(inputMicroUSDPerMillion: 200, outputMicroUSDPerMillion: 900))
        #expect(price("b", isLimited: true) == dear)
        #expect(price("listed", isLimited: true) == nil && price("free", isLimited: true) == nil)
        #expect(price("a", isLimited: false) == dear && price("b", isLimited: false) == nothing)
        #expect(price("listed", isLimited: false) == nothing)
    }

    @Test("A list without prices leaves the earlier one standing")
    func emptyRefresh() {
        var table = PriceTable()
        table.refresh(from: [CloudModelInfo(id: "a", price: dear)], at: time(1))
        table.refresh(from: [CloudModelInfo(id: "a")], at: time(2))
        #expect(table.quote(for: "a", at: time(2), isLimited: false)?.price == dear)
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
