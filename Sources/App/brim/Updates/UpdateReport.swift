import AssistantCore
import Foundation
import Updates

/// What `brim update` says: what runs, what is offered, why not yet, and how the last update ended.
struct UpdateReport {
    private struct Line: Encodable {
        var kind: String
        var name: String
        var installed: Int64?
        var can_go_back_to: Int64?
        var newest: Int64?
        /// `install`, `go back` or `none`.
        var step: String
        var why_not: String?
    }

    private struct Figures: Encodable {
        var turns: Int
        var first_token_p95_s: Double?
        var errors: Int
        var escalated: Int
        var judged: Int
        var wrong: Int

        init(_ figures: TurnFigures) {
            turns = figures.turns
            first_token_p95_s = figures.firstTokenP95.map { Double($0) / 1e6 }
            errors = figures.errors
            escalated = figures.escalated
            judged = figures.judged
            wrong = figures.wrong
        }
    }

    private struct Trial: Encodable {
        var kind: String
        var name: String
        var number: Int64
        /// `running`, `success`, `failure` or `pause`.
        var state: String
        var reason: String?
        var before: Figures
        var after: Figures
    }

    private struct Object: Encodable {
        var repository: String?
        var device: String?
        var group: String
        var last_check: String?
        var last_result: String?
        var problem: String?
        var quarantined: [String]
        var warnings: [String]
        var releases: [Line]
        var trials: [Trial]
    }

    private let object: Object

    /// - Parameter plan: of a repository that was just asked; `nil` for what is remembered.
    init(_ settings: UpdateSettings, _ directories: BrimDirectories, _ record: UpdateRecord, plan: RolloutPlan?) {
        let slots = InstalledUpdates.slots(directories)
        let installed = SlotPair.installed(in: slots)
        var offers: [RolloutPlan.Place: UpdateRecord.Offer] = [:]
        for offer in plan.map({ $0.entries.map(UpdateRecord.Offer.init) }) ?? record.offers {
            guard let kind = Release.Kind(rawValue: offer.kind) else { continue }
            offers[RolloutPlan.Place(kind: kind, name: offer.name)] = offer
        }
        let lines = Set(offers.keys).union(installed.keys).sorted().map { place in
            Line(
                kind: place.kind.rawValue, name: place.name, installed: installed[place]?.number,
                can_go_back_to: SlotPair(place, in: slots).previous?.number, newest: offers[place]?.newest,
                step: offers[place]?.step ?? "none", why_not: offers[place]?.obstacle)
        }
        object = Object(
            repository: settings.repository?.metadata, device: try? settings.fleetDevice().identifier,
            group: settings.group, last_check: record.lastCheck.map(Self.moment), last_result: record.lastResult,
            problem: record.problem,
            quarantined: record.quarantine.map { "\($0.kind) \($0.name) \($0.number): \($0.reason)" },
            warnings: plan?.warnings ?? [], releases: lines,
            // Where the figures cannot be read, there is none to show.
            trials: ((try? UpdateRun.judged(record.trials ?? [], directories)) ?? []).map {
                Trial(
                    kind: $0.kind, name: $0.name, number: $0.number, state: $0.state.rawValue, reason: $0.reason,
                    before: Figures($0.before), after: Figures($0.after))
            })
    }

    static func moment(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }

    func write(asJSON: Bool) throws {
        if asJSON { return try JSONLines.write(object) }
        try Terminal.write(TerminalText.sanitised(text))
    }

    private var text: String { lines.joined(separator: "\n") + "\n" }

    /// What is said of updates, a line each.
    var lines: [String] {
        var lines = [
            object.repository.map { "repository  \($0)" } ?? "repository  none is set (updates.url and updates.root)"
        ]
        if let device = object.device { lines.append("device      \(device), of the group \(object.group)") }
        lines.append("last check  \(object.last_check ?? "never")")
        if let result = object.last_result { lines.append("last result \(result)") }
        if let problem = object.problem { lines.append("problem     \(problem)") }
        for release in object.releases {
            let runs = release.installed.map { "\($0) runs" } ?? "what ships with Brim runs"
            var line = "\(release.kind) \(release.name): \(runs)"
            if let newest = release.newest, newest != release.installed { line += ", \(newest) is the newest" }
            if release.step != "none" { line += "; to do: \(release.step)" }
            if let why = release.why_not { line += "; not taken: \(why)" }
            if let back = release.can_go_back_to { line += "; \(back) can be gone back to" }
            lines.append(line)
        }
        for trial in object.trials {
            let after = trial.after
            var line = "trial       \(trial.kind) \(trial.name) \(trial.number): \(trial.state), \(after.turns) turns"
            if let reason = trial.reason {
                line += "; \(reason)"
            } else {
                line +=
                    ", \(after.errors) errors, \(after.escalated) not sure enough, \(after.wrong) of \(after.judged) wrong"
                if let p95 = after.first_token_p95_s { line += String(format: ", first token p95 %.2f s", p95) }
            }
            lines.append(line)
        }
        lines += object.quarantined.map { "quarantined \($0)" } + object.warnings
        return lines
    }
}
