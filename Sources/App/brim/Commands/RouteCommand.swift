import ArgumentParser
import AssistantCore
import Foundation
import Routing
import Turns

/// `brim route`: the decision, without carrying it out.
struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract:
            "Where a question would be answered, and why. Nothing is drafted, nothing is sent, and nobody is connected to."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @Flag(help: "A JSON object.") var json = false
    @Argument(help: ArgumentHelp("The question.", valueName: "prompt")) var words: [String]

    func validate() throws { try words.joined(separator: " ").checkIsPrompt() }

    func run() async throws {
        let decision = try await AssistantServices.with(options, cloud, needsModel: false, connects: false) {
            services in
            let request = TurnRequest(
                systemPrompt: services.configuration.systemPrompt ?? "", prompt: words.joined(separator: " "))
            return await services.runner.preview(request.prepared(by: services.profile), mayConnect: false)
        }
        if json { return try JSONLines.write(decision) }
        try Terminal.writeLine(decision.outcome.rawValue)
        for reason in decision.reasons { try Terminal.writeLine("  \(reason.code.rawValue): \(reason.sentence)") }
    }
}
