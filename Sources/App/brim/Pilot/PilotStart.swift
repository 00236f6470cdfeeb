import ArgumentParser
import AssistantCore
import Backends
import Foundation
import Pilots
import Routing
import Turns

/// `brim pilot start`: begins a pilot; with a set of questions it asks them now.
struct PilotStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Begin a pilot of some weeks, or ask a set of questions now.",
        discussion: """
            --questions reads one JSON object a line with "prompt", as brim ask --batch does, and asks them one after the \
            other, as if somebody sat there: what is configured holds, the cloud and its budgets too. Ctrl-C ends it, and what \
            was asked so far is reported.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @Argument(help: "Its name; by default the day.") var name: String?
    @Option(help: "How many weeks it lasts.") var weeks: Int?
    @Option(help: ArgumentHelp("Ask these.", valueName: "file.jsonl")) var questions: String?
    @Option(help: "Ask at most so many of them.") var limit: Int?
    @Option(help: "Answer with at most this many tokens.") var maxTokens = 256
    @Flag(help: "Keep questions and answers, for brim pilot report --texts.") var keepText = false

    func validate() throws {
        if let name, !PilotPlan.isName(name) {
            throw ValidationError("a pilot's name is made of letters, digits, - and _, at most 40")
        }
        guard (weeks == nil) != (questions == nil) else {
            throw ValidationError("say how long with --weeks, or what to ask with --questions")
        }
        if let weeks, !(1...104).contains(weeks) { throw ValidationError("--weeks takes 1 to 104") }
        if let limit, limit < 1 { throw ValidationError("--limit takes 1 or more") }
        if questions == nil, limit != nil || keepText {
            throw ValidationError("--limit and --keep-text belong to --questions")
        }
        guard (1...1_000_000).contains(maxTokens) else { throw ValidationError("--max-tokens takes 1 or more") }
    }

    func run() async throws {
        let file = PilotFile(options.directories)
        let name = name ?? "pilot-" + String(Timestamp.now.iso8601.prefix(10))
        guard !file.exists(name) else {
            throw CommandFailure("there is a pilot \(name) already; give this one another name")
        }
        let configuration = try await BrimConfiguration.load(
            options.directories, isNamed: options.config != nil, flags: cloud.layer)
        var plan = PilotPlan(
            name: name, startedAt: .now, boot: SystemStart.boot, settings: Self.settings(configuration))
        plan.settings["model"] = try await options.modelName()
        if let weeks {
            plan.endsAt = plan.startedAt.advanced(by: .seconds(Int64(weeks) * 7 * 86_400))
            try file.write(plan)
            return Terminal.writeError(
                "Pilot \(name) runs for \(weeks) week\(weeks == 1 ? "" : "s"); use Brim as ever. brim pilot report shows it."
            )
        }
        guard let path = questions else { return }
        let asked = Array(try BatchQuestion.read(path).prefix(limit ?? .max))
        try await AssistantServices.with(options, cloud) { services in
            plan.startedAt = .now
            plan.questions = asked.count
            try file.write(plan)
            try await ask(asked, services, keptIn: keepText ? LineLog(appendingTo: file.textPath(name)) : nil)
            plan.finishedAt = .now
            try file.write(plan)
            try services.checkIsKept()
        }
        Terminal.writeError("Pilot \(name) is done; brim pilot report \(name) shows it.")
    }

    /// What bears on the figures, and holds no secret.
    private static func settings(_ configuration: BrimConfiguration) -> [String: String] {
        [
            "threshold": "\(configuration.rules.threshold)", "lock": configuration.lock.rawValue,
            "cloud.model": configuration.cloud.model, "backend": configuration.backend.wish.rawValue,
            "cache.enabled": "\(configuration.cacheLifetime != nil)",
        ]
    }

    private func ask(_ questions: [BatchQuestion], _ services: AssistantServices, keptIn log: LineLog?) async throws {
        let maxTokens = maxTokens
        let isInterrupted = try await Interruption.cancelling {
            for (index, question) in questions.enumerated() {
                guard !Task.isCancelled else { return true }
                Terminal.progress("asked \(index) of \(questions.count)")
                let text = await Self.answer(to: question, services, maxTokens)
                if let text { try log?.write(text) }
            }
            return Task.isCancelled
        }
        Terminal.endProgress()
        try log?.close()
        if isInterrupted { Terminal.writeError("Stopped; what was asked so far is reported.") }
    }

    /// Asks one question, and returns once what it took is recorded.
    private static func answer(
        to question: BatchQuestion, _ services: AssistantServices, _ maxTokens: Int
    ) async -> PilotReport.Text? {
        let request = TurnRequest(
            systemPrompt: question.system ?? services.configuration.systemPrompt ?? "", prompt: question.prompt,
            maxTokens: maxTokens
        ).prepared(by: services.profile, services.configuration.sampling)
        let running = services.runner.run(request)
        var outcome: TurnOutcome?
        for await update in running.updates {
            if case .finished(let ended) = update { outcome = ended }
        }
        if Task.isCancelled { running.stop() }
        await running.end()
        return outcome.map {
            PilotReport.Text(prompt: question.prompt, answer: $0.text, origin: $0.origin?.rawValue ?? "none")
        }
    }
}
