import AssistantCore
import CostModel

/// What `brim cost --json` writes. `null` is unknown; `source` says what gives it.
struct CostObject: Encodable {
    struct Figure: Encodable {
        var value: Double?
        var source: String

        init(_ figure: Known<Double>) {
            value = figure.value
            source = figure.source
        }

        private enum CodingKeys: CodingKey { case value, source }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .value)
            try container.encode(source, forKey: .source)
        }
    }

    struct Device: Encodable {
        var hardware_usd: Figure
        var lifetime_months: Figure
        var watts: Figure
        var power_price_usd: Figure
        var upkeep_usd: Figure
        var hours: Double
        var monthly_usd: Double?
        var monthly_hardware_usd: Double?
        var monthly_power_usd: Double?
        /// As the article rounds; absent but with --article.
        var article_monthly_usd: Double?
    }

    struct Cloud: Encodable {
        var per_inference_usd: Figure
        var discount: Double
        var reserved_usd: Double
        var reserved_inferences: Double
        var charged_usd: Double?
        var worst_case_usd: Double?
        var requests: Int?
        var by_tokens_usd: Double?
    }

    var month: String?
    var device: Device
    var cloud: Cloud
    var inferences: Figure
    var kept_share: Figure
    var turns: [String: Int]?
    var all_in_cloud_usd: Double?
    var all_on_device_usd: Double?
    var together_usd: Double?
    var break_even: Double?
    var break_even_if_all_kept: Double?

    init(_ page: CostPage, month: CalendarMonth?) {
        let comparison = page.comparison
        let cost = comparison.device
        device = Device(
            hardware_usd: Figure(cost.hardware.map(\.usd)),
            lifetime_months: Figure(cost.lifetimeMonths.map(Double.init)),
            watts: Figure(cost.watts), power_price_usd: Figure(cost.powerPrice.map(\.usd)),
            upkeep_usd: Figure(cost.upkeep.map(\.usd)), hours: cost.hours, monthly_usd: cost.monthlyUSD,
            monthly_hardware_usd: cost.hardwareUSD, monthly_power_usd: cost.powerUSD,
            article_monthly_usd: page.isArticle ? ArticleExample.rounded(cost) : nil)
        let ledger = page.use?.ledger
        cloud = Cloud(
            per_inference_usd: Figure(comparison.cloud.perInferenceUSD), discount: comparison.cloud.discount,
            reserved_usd: comparison.cloud.reservedUSD, reserved_inferences: comparison.cloud.reservedInferences,
            charged_usd: ledger.map { Double($0.chargedMicroUSD) / 1e6 },
            worst_case_usd: ledger.map { Double($0.reservedMicroUSD) / 1e6 }, requests: ledger?.requests,
            by_tokens_usd: page.modelledUSD)
        self.month = month?.description
        inferences = Figure(comparison.inferences)
        kept_share = Figure(comparison.keptShare)
        turns = page.use.map { Dictionary(uniqueKeysWithValues: $0.turns.map { ($0.key.rawValue, $0.value) }) }
        all_in_cloud_usd = comparison.allInCloudUSD
        all_on_device_usd = comparison.allOnDeviceUSD
        together_usd = comparison.sharedUSD
        break_even = comparison.breakEven
        break_even_if_all_kept = comparison.breakEven(kept: 1)
    }
}
