import AssistantCore
import CostModel

/// Joins what was measured, configured and said on the command line into a comparison.
struct CostAssumptions {
    let options: CostOptions
    let settings: CostSettings
    let month: CalendarMonth
    let use: MonthlyUse
    /// The price of the cloud's tokens, and who says so; `nil` where nobody does.
    let tokenPrice: (price: CloudPrice, source: String)?

    var comparison: CostComparison {
        CostComparison(device: device, cloud: cloud, inferences: inferences, keptShare: keptShare)
    }

    /// The example that was published, with what the command line says in place of its assumptions.
    static func article(_ options: CostOptions) -> CostComparison {
        var example = ArticleExample.comparison
        func replace<Value>(_ figure: inout Known<Value>, _ value: Value?, _ flag: String) {
            if let value { figure = .given(value, by: flag) }
        }
        replace(&example.device.hardware, options.hardware, "--hardware")
        replace(&example.device.lifetimeMonths, options.lifetimeMonths, "--lifetime-months")
        replace(&example.device.watts, options.watts, "--watts")
        replace(&example.device.powerPrice, options.powerPrice, "--power-price")
        replace(&example.device.upkeep, options.upkeep, "--upkeep")
        if let hours = options.hours { example.device.hours = hours }
        replace(&example.inferences, options.inferences, "--inferences")
        replace(&example.keptShare, options.kept, "--kept")
        replace(&example.cloud.perInferenceUSD, options.perInference, "--per-inference")
        if let price = options.price, let prompt = options.promptTokens, let answer = options.answerTokens {
            let each = CloudCost.perInference(price, promptTokens: prompt, generatedTokens: answer)
            example.cloud.perInferenceUSD = .given(each, by: "--price, --prompt-tokens and --answer-tokens")
        }
        example.cloud.discount = (options.discountPercent ?? 0) / 100
        example.cloud.reservedUSD = options.reserved?.usd ?? 0
        example.cloud.reservedInferences = options.reservedInferences ?? 0
        return example
    }

    private func chosen<Value>(_ option: Value?, _ flag: String, else other: Known<Value>) -> Known<Value> {
        option.map { .given($0, by: flag) } ?? other
    }

    private var device: DeviceCost {
        var watts = chosen(options.watts, "--watts", else: settings.watts)
        if options.watts == nil, let mean = use.meanWatts {
            watts = .measured(
                mean, how: "mean of \(CostText.grouped(Int64(use.wattSamples))) samples, each at the end of an answer")
        }
        return DeviceCost(
            hardware: chosen(options.hardware, "--hardware", else: settings.hardware),
            lifetimeMonths: chosen(options.lifetimeMonths, "--lifetime-months", else: settings.lifetimeMonths),
            watts: watts, powerPrice: chosen(options.powerPrice, "--power-price", else: settings.powerPrice),
            upkeep: chosen(options.upkeep, "--upkeep", else: settings.upkeep),
            hours: options.hours ?? month.hours(until: month.end))
    }

    private var cloud: CloudCost {
        CloudCost(
            perInferenceUSD: perInference, discount: options.discountPercent.map { $0 / 100 } ?? settings.discount,
            reservedUSD: (options.reserved ?? settings.reserved).usd,
            reservedInferences: options.reservedInferences ?? Double(settings.reservedInferences))
    }

    private var inferences: Known<Double> {
        if let inferences = options.inferences { return .given(inferences, by: "--inferences") }
        guard use.answered > 0 else { return .missing(remedy: "--inferences") }
        return .measured(Double(use.answered), how: "answers of \(month)")
    }

    private var keptShare: Known<Double> {
        if let kept = options.kept { return .given(kept, by: "--kept") }
        guard let share = use.keptShare else { return .missing(remedy: "--kept") }
        return .measured(
            share, how: "\(CostText.grouped(Int64(use.kept))) of \(CostText.grouped(Int64(use.answered))) answers")
    }

    /// In this order: what is said of an answer; a price for tokens with the tokens that were counted; what the ledger's
    /// requests cost on average.
    private var perInference: Known<Double> {
        if let perInference = options.perInference { return .given(perInference, by: "--per-inference") }
        if let tokenPrice { return perInference(at: tokenPrice.price, by: tokenPrice.source) }
        guard use.ledger.requests > 0, use.ledger.chargedMicroUSD > 0 else {
            return .missing(remedy: "--per-inference, --price, --online or cloud.prices")
        }
        return .measured(
            Double(use.ledger.chargedMicroUSD) / 1e6 / Double(use.ledger.requests),
            how: "mean of \(CostText.grouped(Int64(use.ledger.requests))) requests in the ledger")
    }

    private func perInference(at price: CloudPrice, by source: String) -> Known<Double> {
        if let prompt = options.promptTokens, let answer = options.answerTokens {
            return .given(
                CloudCost.perInference(price, promptTokens: prompt, generatedTokens: answer),
                by: "\(source), --prompt-tokens and --answer-tokens")
        }
        guard let measured = use.perInferenceUSD(at: price) else {
            return .missing(remedy: "the price is known (\(source)); --prompt-tokens with --answer-tokens")
        }
        let counted = use.deviceTokens.counted + use.cloudTokens.counted
        return .measured(measured, how: "tokens of \(CostText.grouped(Int64(counted))) turns at the price of \(source)")
    }
}
