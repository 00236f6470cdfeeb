import AssistantCore
import CostModel
import Testing

@Suite struct CostModelTests {
    private let example = ArticleExample.comparison

    private func cents(_ usd: Double?) throws -> Int { Int((try #require(usd) * 100).rounded()) }

    @Test("The published example comes out to the cent: 8.93, as it rounds 8.94, 60 in the cloud")
    func article() throws {
        #expect(try cents(example.device.hardwareUSD) == 639)
        #expect(try cents(example.device.powerUSD) == 54)
        #expect(try cents(example.device.monthlyUSD) == 893)
        #expect(try cents(ArticleExample.rounded(example.device)) == 894)
        #expect(try cents(example.allInCloudUSD) == 6_000)
    }

    @Test("The break-even holds the share that is kept: 14,900 answers become 57,200, which is 1,900 a day")
    func breakEven() throws {
        let all = try #require(example.breakEven(kept: 1))
        let kept = try #require(example.breakEven)
        #expect(CostText.count(all) == "14,900" && CostText.count(kept) == "57,200")
        #expect(CostText.count(kept / 30) == "1,910")
        #expect(Int(all.rounded()) == 14_881 && Int(kept.rounded()) == 57_236)
        // At the break-even both ways cost the same.
        var there = example
        there.inferences = .given(kept, by: "test")
        #expect(abs(try #require(there.allInCloudUSD) - (try #require(there.sharedUSD))) < 1e-9)
    }

    @Test(
        "With the prices of real tokens, 500 in and 200 out, the break-even is where those figures put it",
        arguments: [("0.15", "0.60", "45,800"), ("0.06", "0.24", "114,000"), ("0.30", "0.90", "27,100")])
    func tokenPrices(input: String, output: String, expected: String) throws {
        let price = CloudPrice(
            inputPerMillion: try #require(Money(decimal: input)), outputPerMillion: try #require(Money(decimal: output))
        )
        var comparison = example
        let each = CloudCost.perInference(price, promptTokens: 500, generatedTokens: 200)
        comparison.cloud.perInferenceUSD = .given(each, by: "test")
        #expect(CostText.count(try #require(comparison.breakEven(kept: 1))) == expected)
    }

    @Test("A discount moves the break-even, reserved capacity is paid for in any case")
    func contract() throws {
        var comparison = example
        comparison.cloud.discount = 0.5
        #expect(try cents(comparison.allInCloudUSD) == 3_000)
        #expect(CostText.count(try #require(comparison.breakEven(kept: 1))) == "29,800")
        comparison.cloud.discount = 0
        comparison.cloud.reservedUSD = 20
        comparison.cloud.reservedInferences = 90_000
        #expect(try cents(comparison.allInCloudUSD) == 2_600)
        // 74,000 escalated answers are covered by what is reserved.
        #expect(try cents(comparison.sharedUSD) == 2_893)
    }

    @Test("What nobody gave is in no sum, and says what gives it")
    func missing() throws {
        var device = example.device
        device.watts = .missing(remedy: "--watts")
        #expect(device.monthlyUSD == nil && device.hardwareUSD != nil && device.powerUSD == nil)
        #expect(device.missing == ["--watts"])
        #expect(device.watts.source == "not measured; --watts gives it")
        var comparison = example
        comparison.device = device
        #expect(comparison.breakEven == nil && comparison.sharedUSD == nil && comparison.allInCloudUSD != nil)
        comparison.cloud.perInferenceUSD = .missing(remedy: "--price")
        #expect(comparison.allInCloudUSD == nil && comparison.chart == nil)
        comparison = example
        comparison.keptShare = .given(0, by: "test")
        #expect(comparison.breakEven == nil, "a device that keeps nothing saves nothing")
    }

    @Test("A month counts its routes, tokens and watts; turns without figures count as turns alone")
    func use() throws {
        var health = DeviceHealth()
        health.watts = 6
        var odd = DeviceHealth()
        odd.watts = .nan
        let start = Timestamp(millisecondsSince1970: 0)
        let turns = [
            TurnMetrics(startedAt: start, route: .local, promptTokens: 100, generatedTokens: 20, health: health),
            TurnMetrics(startedAt: start, route: .local, health: odd), TurnMetrics(startedAt: start, route: .cache),
            TurnMetrics(
                startedAt: start, route: .cloud, promptTokens: 300, generatedTokens: 60, costMicroUSD: 7,
                health: DeviceHealth()),
            TurnMetrics(startedAt: start, route: .refused),
        ]
        let use = MonthlyUse(turns, ledger: .init(chargedMicroUSD: 7, reservedMicroUSD: 0, requests: 1))
        #expect(use.answered == 4 && use.kept == 3 && use.keptShare == 0.75)
        #expect(use.meanWatts == 6 && use.wattSamples == 1 && use.recordedMicroUSD == 7)
        #expect(use.deviceTokens.meanPrompt == 100 && use.cloudTokens.meanGenerated == 60)
        let price = CloudPrice(inputMicroUSDPerMillion: 1_000_000, outputMicroUSDPerMillion: 2_000_000)
        // (200 + 2 × 40) millionths of a dollar.
        #expect(abs(try #require(use.perInferenceUSD(at: price)) - 280e-6) < 1e-12)
        #expect(abs(try #require(use.cloudUSD(at: price)) - 420e-6) < 1e-12)
        let empty = MonthlyUse([], ledger: .init(chargedMicroUSD: 0, reservedMicroUSD: 0, requests: 0))
        #expect(empty.keptShare == nil && empty.meanWatts == nil && empty.perInferenceUSD(at: price) == nil)
    }

    @Test("A month of the calendar begins and ends where UTC says so")
    func calendar() throws {
        let november = try #require(CalendarMonth("2026-11"))
        #expect(november.start.description == "2026-11-01 00:00:00 UTC")
        #expect(november.end.description == "2026-12-01 00:00:00 UTC")
        #expect(november.hours(until: november.end) == 720)
        #expect(try #require(CalendarMonth("2026-12")).end.description == "2027-01-01 00:00:00 UTC")
        #expect(CalendarMonth(of: Timestamp(millisecondsSince1970: november.end.millisecondsSince1970 - 1)) == november)
        for text in ["2026-13", "2026-1", "26-11", "2026-11-01", "", "2026_11", "-026-11", "９９９９-11"] {
            #expect(CalendarMonth(text) == nil, "\(text)")
        }
        for extreme in [Int64.min, .max] {
            #expect(!CalendarMonth(of: Timestamp(millisecondsSince1970: extreme)).description.isEmpty)
        }
    }

    @Test("Amounts are read to the cent, small ones to three digits, and never in powers of ten")
    func words() {
        let amounts: [(Double, String)] = [
            (8.9289, "$8.93"), (60, "$60.00"), (0.0006, "$0.0006"), (0.000195, "$0.000195"), (-1.5, "-$1.50"),
            (0, "$0.00"),
            (.nan, "n/a"), (0.0000000012, "$0.0000000012"),
        ]
        for (amount, text) in amounts { #expect(CostText.usd(amount) == text) }
        #expect(CostText.count(999.7) == "1,000" && CostText.count(1_234_567) == "1,230,000")
        #expect(CostText.percent(0.26) == "26 %" && CostText.percent(0.1234) == "12.3 %")
        #expect(CostText.grouped(-1_234_567) == "-1,234,567" && CostText.significant(12.5) == "12.5")
    }
}
