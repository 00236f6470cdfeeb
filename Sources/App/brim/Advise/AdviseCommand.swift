import Advice
import ArgumentParser
import AssistantCore
import CostModel
import Foundation
import Routing
import Store

/// `brim advise`: edge, cloud or both, by the answers to a few questions and the figures of this device.
struct AdviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advise",
        abstract: "Whether questions should be answered on the device, in the cloud, or on both.",
        discussion: """
              brim advise                        a few questions on the terminal
              brim advise workload.yaml --json
              brim advise workload.yaml --write  the configuration that follows from it

            A file has these lines; what is left out is asked on a terminal, and an error in a file:

            \(Questionnaire.example)

            Five axes (latency, cost, privacy, scale, operations) are judged, each with the figure behind it: this device's own \
            record (brim pilot), its calibration, and what brim cost knows. What was not measured decides nothing, and says \
            what measures it. Answers that contradict each other are told; exit code 1.

            --write makes the configuration file where there is none yet, and never changes one. It does not allow the cloud: \
            that is --allow-cloud or the screen.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cost: CostOptions
    @Argument(help: "The answers as YAML; \"-\" is the standard input.", completion: .file()) var file: String?
    @Flag(help: "Write the configuration that follows.") var write = false
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        guard file != nil || Terminal.inputIsTerminal else {
            throw ValidationError("there is nobody to ask: name a file with the answers, or run it on a terminal")
        }
    }

    func run() async throws {
        let workload =
            try file.map { try Questionnaire(yaml: InputFile.bytes($0, upTo: 1 << 16), name: $0).workload() }
            ?? Questionnaire.ask()
        let advice = Advice(for: workload, on: try await figures())
        let page = AdvicePage(advice: advice)
        if json {
            try JSONLines.write(AdviceObject(advice))
        } else {
            for line in page.lines { try Terminal.writeLine(line) }
        }
        guard advice.contradictions.isEmpty else {
            if write { Terminal.writeError("Nothing was written: the answers contradict each other.") }
            throw ExitCode(1)
        }
        if write { try keep(page) }
    }

    /// Makes the configuration file, once it was found to be one.
    private func keep(_ page: AdvicePage) throws {
        let path = options.directories.configuration
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                "\(path) is there already and is not changed; move it away, or name another file with --config")
        }
        let text = page.configuration
        let layer = SettingLayer(SettingsFile(text, path: path), path: path, isSystem: false)
        _ = try BrimConfiguration(SettingValues(layers: [layer]))
        try OutputFile.write(Data(text.utf8), to: path)
        Terminal.writeError("Written to \(path).")
    }

    // MARK: Figures

    private func figures() async throws -> DeviceFigures {
        let isNamed = options.config != nil && FileManager.default.fileExists(atPath: options.directories.configuration)
        let values = try await BrimConfiguration.values(options.directories, isNamed: isNamed)
        let configuration = try BrimConfiguration(values)
        let turns = try await options.withStore { try await $0.metrics.turns(limit: .max) }
        let month = CalendarMonth(of: .now)
        let use = MonthlyUse(turns, ledger: .init(chargedMicroUSD: 0, reservedMicroUSD: 0, requests: 0))
        let model = configuration.cloud.model
        let price =
            cost.price.map { ($0, "--price") }
            ?? configuration.cloud.prices[model].map { ($0, values.origin(of: "cloud.prices") ?? "cloud.prices") }
        let comparison = CostAssumptions(
            options: cost, settings: configuration.cost, month: month, use: use, tokenPrice: price
        ).comparison
        return await RecordedFigures(turns: turns, options: options, threshold: configuration.rules.threshold)
            .figures(comparison, kept: cost.kept)
    }
}
