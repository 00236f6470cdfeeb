import ArgumentParser
import AssistantCore
import Charts
import CostModel
import Foundation
import Nebius
import Routing
import Store

/// `brim cost`: what a month costs on this device, with the cloud's help, and in the cloud alone.
struct CostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "What a month costs on this device, with the cloud's help, and in the cloud alone.",
        discussion: """
              brim cost --hardware 285 --lifetime-months 36 --power-price 0.30 --upkeep 2
              brim cost --month 2026-10 --json
              brim cost --article --svg cost.svg

            Turns, tokens, the share that the device keeps and the watts come from this device's record, what was charged from \
            its ledger, prices from the command line, the endpoint (--online) or cloud.prices. What was neither measured nor \
            given is n/a and in no sum; the line says which option or setting (cost.…) gives it.

            --online asks the cloud's address for its models and prices, and sends no word of a conversation; it is recorded in \
            the audit log. --article takes the assumptions of the owner's published example; each option replaces one of them.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var cost: CostOptions
    @Option(help: ArgumentHelp("A month of the calendar, in UTC; by default this one.", valueName: "YYYY-MM"))
    var month: String?
    @Flag(help: "The owner's published example in place of this device's record.") var article = false
    @Flag(help: "Ask the cloud's address for its prices.") var online = false
    @Option(help: ArgumentHelp("Write the chart as a picture.", valueName: "file")) var svg: String?
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        if let month, CalendarMonth(month) == nil { throw ValidationError("--month takes a month such as 2026-11") }
        if article, month != nil || online {
            throw ValidationError("--article is an example without a record: it takes no --month and no --online")
        }
    }

    func run() async throws {
        let month = month.flatMap { CalendarMonth($0) } ?? CalendarMonth(of: .now)
        let page = article ? example : try await recorded(month)
        if let svg {
            guard let chart = page.comparison.chart else {
                throw CommandFailure(
                    "there is nothing to draw: \(page.comparison.cloud.perInferenceUSD.source), the price of an answer")
            }
            try OutputFile.write(Data(chart.svg.utf8), to: svg)
        }
        guard !json else { return try JSONLines.write(CostObject(page, month: article ? nil : month)) }
        for line in page.lines { try Terminal.writeLine(line) }
        guard let chart = page.comparison.chart else { return }
        try Terminal.writeLine("")
        for row in chart.rows(width: min(100, Terminal.outputColumns ?? 80)) { try Terminal.writeLine(row) }
    }

    private var example: CostPage {
        CostPage(
            title: "The owner's published example; its assumptions are not of this device",
            comparison: CostAssumptions.article(cost), use: nil, modelledUSD: nil, isArticle: true)
    }

    private func recorded(_ month: CalendarMonth) async throws -> CostPage {
        let values = try await BrimConfiguration.values(
            options.directories, isNamed: options.config != nil, flags: cloud.layer)
        let configuration = try BrimConfiguration(values)
        let use = try await options.withStore { try await MonthlyUse.read(month, from: $0) }
        let price = try await tokenPrice(configuration, values)
        let assumptions = CostAssumptions(
            options: cost, settings: configuration.cost, month: month, use: use, tokenPrice: price)
        return CostPage(
            title: "\(month): \(CostText.grouped(Int64(use.answered))) answers, counted by this device",
            comparison: assumptions.comparison, use: use, modelledUSD: price.flatMap { use.cloudUSD(at: $0.price) },
            isArticle: false)
    }

    /// The command line's price, else the endpoint's where it is to be asked, else the configuration's.
    private func tokenPrice(
        _ configuration: BrimConfiguration, _ values: SettingValues
    ) async throws -> (price: CloudPrice, source: String)? {
        if let price = cost.price { return (price, "--price") }
        let model = configuration.cloud.model
        if online {
            let models = try await CloudCheck.models(configuration, options.directories, by: "brim cost --online")
            var prices = PriceTable(configured: [:])
            prices.refresh(from: models, at: .now)
            guard let quote = prices.quote(for: model, at: .now, isLimited: false) else {
                throw CommandFailure(
                    "\(configuration.cloud.url) names no price for \(model); choose another --cloud-model, or give --price"
                )
            }
            return (quote.price, "\(configuration.cloud.url), \(model)")
        }
        return configuration.cloud.prices[model].map { ($0, values.origin(of: "cloud.prices") ?? "cloud.prices") }
    }
}
