import AssistantCore
import CostModel
import Foundation

/// What `brim cost` says, as lines of text.
struct CostPage {
    let title: String
    let comparison: CostComparison
    /// `nil` for an example, which has no record.
    let use: MonthlyUse?
    /// What the cloud's turns come to by their tokens; `nil` where no price is known.
    let modelledUSD: Double?
    /// Whether the published sum stands beside ours.
    let isArticle: Bool

    var lines: [String] {
        [title, "", "The device, a month"] + device + ["", "The cloud"] + cloud + [""] + compared + [""] + breakEven
    }

    // MARK: Parts

    private var device: [String] {
        let cost = comparison.device
        var power = "\(cost.watts.value.map { CostText.significant($0) + " W" } ?? "watts") (\(cost.watts.source))"
        if let energy = cost.kilowattHours {
            power += ", \(CostText.significantOrWhole(cost.hours)) h, \(CostText.significant(energy)) kWh"
        }
        power += " at " + Self.words(cost.powerPrice) { "\($0)" }
        let life =
            Self.words(cost.hardware) { "\($0)" } + " over " + Self.words(cost.lifetimeMonths) { "\($0) months" }
        var lines = [
            Self.line("hardware", cost.hardwareUSD, life), Self.line("power", cost.powerUSD, power),
            Self.line("upkeep", cost.upkeepUSD, cost.upkeep.source),
            Self.line(
                "in all", cost.monthlyUSD,
                cost.missing.isEmpty ? "" : "not known without: " + cost.missing.joined(separator: "; ")),
        ]
        if isArticle, let rounded = ArticleExample.rounded(cost), rounded != cost.monthlyUSD {
            lines.append(
                Self.line("", rounded, "as the article adds it up: hardware rounded up to a whole ten cents"))
        }
        return lines
    }

    private var cloud: [String] {
        var lines: [String] = []
        if let use {
            let count = CostText.grouped(Int64(use.ledger.requests))
            var words = "\(count) requests in the ledger"
            if use.ledger.reservedMicroUSD > 0 {
                words += ", \(CostText.usd(Double(use.ledger.reservedMicroUSD) / 1e6)) of it at the worst case"
            }
            let charged = Double(use.ledger.chargedMicroUSD) / 1e6
            lines.append(Self.line("did cost", charged, words))
            if let modelledUSD, charged > 0 {
                let share = modelledUSD / charged - 1
                lines.append(
                    Self.line(
                        "by tokens", modelledUSD,
                        "\(CostText.percent(abs(share))) \(share < 0 ? "below" : "above") the ledger"))
            }
        }
        let price = comparison.cloud
        lines.append(Self.line("an answer", price.perInferenceUSD.value, price.perInferenceUSD.source))
        if price.discount > 0 {
            lines.append(Self.line("discounted", price.discountedUSD, "\(CostText.percent(price.discount)) off"))
        }
        if price.reservedUSD > 0 {
            let covered = CostText.grouped(Int64(price.reservedInferences))
            lines.append(Self.line("reserved", price.reservedUSD, "covers \(covered) answers"))
        }
        return lines
    }

    private var compared: [String] {
        let count = comparison.inferences.value.map { CostText.grouped(Int64($0.rounded())) } ?? "The month's"
        let kept = comparison.keptShare.value.map { "keeps \(CostText.percent($0))" } ?? "keeps its share"
        return [
            "\(count) answers a month (\(comparison.inferences.source))",
            Self.line("cloud alone", comparison.allInCloudUSD, "everything is asked of the cloud"),
            Self.line("device alone", comparison.allOnDeviceUSD, "everything is answered here, as well as it can be"),
            Self.line("together", comparison.sharedUSD, "the device \(kept) (\(comparison.keptShare.source))"),
        ]
    }

    private var breakEven: [String] {
        guard let all = comparison.breakEven(kept: 1) else {
            return ["Break-even: not known without a month of the device and the price of an answer."]
        }
        let whole = "\(CostText.count(all)) if the device answered everything"
        guard let share = comparison.keptShare.value else {
            return ["Break-even: \(whole); the share that it keeps is not measured, --kept gives it."]
        }
        guard let own = comparison.breakEven else {
            return ["Break-even: none, since the device keeps nothing; \(whole)."]
        }
        return [
            "Break-even: \(CostText.count(own)) answers a month (\(CostText.count(own / 30.0)) a day) at "
                + "\(CostText.percent(share)) kept; \(whole)."
        ]
    }

    // MARK: Words

    private static func line(_ name: String, _ usd: Double?, _ words: String) -> String {
        let amount = usd.map(CostText.usd) ?? "n/a"
        return "  " + name.padding(toLength: 13, withPad: " ", startingAt: 0)
            + String(repeating: " ", count: max(0, 10 - amount.count)) + amount + (words.isEmpty ? "" : "   " + words)
    }

    private static func words<Value>(_ figure: Known<Value>, _ text: (Value) -> String) -> String {
        figure.value.map { "\(text($0)) (\(figure.source))" } ?? "a figure that is \(figure.source)"
    }
}
