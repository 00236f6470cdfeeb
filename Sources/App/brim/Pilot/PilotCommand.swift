import ArgumentParser
import AssistantCore
import Foundation
import Pilots
import Store

/// `brim pilot`: how Brim does over some weeks, or over a set of questions.
struct PilotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pilot",
        abstract: "How Brim does over some weeks, or over a set of questions: start, look, report.",
        discussion: """
              brim pilot start --weeks 4
              brim pilot start after-fan --questions questions.jsonl --limit 500
              brim pilot status
              brim pilot report --html pilot.html --compare before-fan

            A pilot reads the record that Brim keeps anyway: stages, routes, confidence, cost, and how the device was. It says \
            what was not measured. No word of a question is in it, unless --keep-text and --texts ask for that.
            """,
        subcommands: [PilotStart.self, PilotStatus.self, PilotReportCommand.self])
}

/// `brim pilot status`: how far a pilot is.
struct PilotStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "How far a pilot is.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var pilot: PilotNameOptions
    @Flag(help: "A JSON object.") var json = false

    private struct Object: Encodable {
        var name: String
        var started_at_ms: Int64
        var ends_at_ms: Int64?
        var finished_at_ms: Int64?
        var questions: Int?
        var turns: Int
        var is_over: Bool
    }

    func run() async throws {
        let plan = try PilotFile(options.directories).read(pilot.name)
        let now = Timestamp.now
        let figures = try await options.withStore { try await PilotFigures.read(plan, from: $0, at: now) }
        let isOver = plan.finishedAt != nil || plan.endsAt.map { $0 <= now } ?? false
        guard !json else {
            return try JSONLines.write(
                Object(
                    name: plan.name, started_at_ms: plan.startedAt.millisecondsSince1970,
                    ends_at_ms: plan.endsAt?.millisecondsSince1970,
                    finished_at_ms: plan.finishedAt?.millisecondsSince1970, questions: plan.questions,
                    turns: figures.turns, is_over: isOver))
        }
        let asked = plan.questions.map { " of \($0) questions" } ?? ""
        let end = plan.finishedAt.map { "ended \($0)" } ?? plan.endsAt.map { "\(isOver ? "ended" : "ends") \($0)" }
        try Terminal.writeLine(
            "\(plan.name): started \(plan.startedAt), \(end ?? "not finished"), \(figures.turns) turns\(asked)")
        if isOver { try Terminal.writeLine("brim pilot report \(plan.name) shows what was measured.") }
    }
}

/// `brim pilot report`: what a pilot has measured.
struct PilotReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What a pilot has measured, as text, HTML, Markdown or JSON.",
        discussion: """
            --html writes a page of its own: no script, nothing fetched, its diagrams in it. --compare shows an earlier pilot's \
            figures beside each, for before and after a change.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var pilot: PilotNameOptions
    @Option(help: ArgumentHelp("Write a page.", valueName: "file")) var html: String?
    @Option(help: ArgumentHelp("Write Markdown.", valueName: "file")) var markdown: String?
    @Option(help: ArgumentHelp("A pilot from before the change.", valueName: "name")) var compare: String?
    @Flag(help: "Show questions and answers, where the pilot kept them.") var texts = false
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        if let compare, !PilotPlan.isName(compare) {
            throw ValidationError("--compare takes a pilot's name: letters, digits, - and _, at most 40")
        }
    }

    func run() async throws {
        let file = PilotFile(options.directories)
        let plan = try file.read(pilot.name)
        let earlier = try compare.map { try file.read($0) }
        let shown = texts ? try file.texts(plan.name) : []
        let now = Timestamp.now
        let (figures, before) = try await options.withStore { store in
            let figures = try await PilotFigures.read(plan, from: store, at: now)
            guard let earlier else { return (figures, nil as PilotFigures?) }
            return (figures, try await PilotFigures.read(earlier, from: store, at: now))
        }
        let report = PilotReport(
            plan, figures, end: plan.end(at: now).description,
            earlier: before.flatMap { before in earlier.map { ($0, before) } }, texts: shown)
        if let html { try OutputFile.write(Data(report.html.utf8), to: html) }
        if let markdown { try OutputFile.write(Data(report.markdown.utf8), to: markdown) }
        if json { return try JSONLines.write(PilotObject(report)) }
        guard html == nil, markdown == nil else { return }
        for line in Self.lines(report) { try Terminal.writeLine(line) }
    }

    private static func lines(_ report: PilotReport) -> [String] {
        var lines = [report.title, report.period]
        for section in report.sections {
            lines += ["", section.title]
            for row in section.rows {
                let before = row.before.map { "   before: \($0)" } ?? ""
                lines.append("  " + row.name.padding(toLength: 30, withPad: " ", startingAt: 0) + row.value + before)
            }
        }
        lines += ["", "Not measured"] + report.figures.notMeasured.map { "  " + $0 }
        guard !report.texts.isEmpty else { return lines }
        return lines + ["", "Questions and answers"]
            + report.texts.flatMap { ["  \($0.prompt)", "    \($0.origin): \($0.answer)"] }
    }
}
