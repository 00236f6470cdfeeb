import ArgumentParser
import Foundation
import Routing
import Turns

/// `brim route`: the decision, without carrying it out.
struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Where a question would be answered, and why. Nothing is drafted and nothing is sent.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @Flag(help: "A JSON object.") var json = false
    @Argument(help: ArgumentHelp("The question.", valueName: "prompt")) var words: [String]

    func run() async throws {
        let decision = try await Workbench.with(options, cloud, needsModel: false) { bench in
            await bench.runner.preview(TurnRequest(prompt: words.joined(separator: " ")))
        }
        if json { return try JSONLines.write(decision) }
        try Terminal.writeLine(decision.outcome.rawValue)
        for reason in decision.reasons { try Terminal.writeLine("  \(reason.code.rawValue): \(reason.sentence)") }
    }
}
