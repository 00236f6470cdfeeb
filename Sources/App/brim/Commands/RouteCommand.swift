import ArgumentParser
import AssistantCore
import Confidence
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
        let (decision, source) = try await AssistantServices.with(options, cloud, needsModel: false, connects: false) {
            services in
            let request = TurnRequest(
                systemPrompt: services.configuration.systemPrompt ?? "", prompt: words.joined(separator: " ")
            ).prepared(by: services.profile)
            let estimator = services.runner.estimator(request)
            let isUnknown = estimator is RequirementConfidence && Requirement.all(in: request.prompt).isEmpty
            let basis = services.model == nil || isUnknown ? nil : ConfidenceSourceObject(estimator.source)
            return (await services.runner.preview(request, mayConnect: false), basis)
        }
        if json { return try JSONLines.write(Line(decision: decision, confidence_source: source)) }
        try Terminal.writeLine(decision.outcome.rawValue)
        for reason in decision.reasons { try Terminal.writeLine("  \(reason.code.rawValue): \(reason.sentence)") }
        guard decision.outcome == .draft || decision.outcome == .local else { return }
        let meaning = source?.words ?? "n/a, nothing tells whether the answer to such a request is right"
        try Terminal.writeLine("  confidence: \(meaning)")
    }

    /// The decision, with what the confidence of a local answer would rest on.
    private struct Line: Encodable {
        var decision: RouteDecision
        var confidence_source: ConfidenceSourceObject?

        func encode(to encoder: any Encoder) throws {
            try decision.encode(to: encoder)
            var values = encoder.container(keyedBy: Key.self)
            try values.encodeIfPresent(confidence_source, forKey: .confidence_source)
        }

        private enum Key: CodingKey { case confidence_source }
    }
}
