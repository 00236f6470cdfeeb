import AssistantCore
import ChatUI
import Foundation
import ModelCatalogue
import Routing
import Store
import Turns
import Updates

/// What a person may ask about the model, the money and the log, as the screen shows it.
struct ReportBuilder: Sendable {
    let services: AssistantServices
    let options: GlobalOptions

    private static let month = Duration.seconds(30 * 86_400)
    private static let entryCount = 30

    func report(_ subject: ReportSubject) async throws -> Report {
        switch subject {
        case .model: Report(title: "the model", lines: try await model() + models())
        case .cost: Report(title: "what the cloud has cost", lines: try await cost())
        case .audit: Report(title: "what left this device", lines: try await audit())
        }
    }

    // MARK: - The model

    private func model() async throws -> [String] {
        var lines: [String] = []
        if let identity = services.model?.identity {
            lines += [
                "\(identity.name) (\(identity.quantisation))", "\(identity.contextLength) tokens of context",
                "fingerprint \(identity.fingerprint.prefix(16))",
            ]
        } else {
            lines.append(services.modelProblem ?? "there is no model")
        }
        let summary = try await services.store.metrics.summary(since: Timestamp(millisecondsSince1970: 0))
        let routes = TurnRoute.allCases.map { "\($0.rawValue) \(summary.turns[$0] ?? 0)" }.joined(separator: "   ")
        lines += ["", "answers so far: " + routes]
        lines += [
            Self.stage("hearing", summary.transcription), Self.stage("first token", summary.firstToken),
            Self.stage("first token of the cloud", summary.cloudFirstToken), Self.stage("whole answer", summary.total),
        ].compactMap(\.self)
        return try await lines + updates() + (services.reports.map { ["", $0.words] } ?? [])
    }

    /// What a fleet's updates are, where this device takes any.
    private func updates() async throws -> [String] {
        guard services.configuration.takesUpdates else { return [] }
        let settings = try await UpdateRun.settings(options)
        let record = UpdateRecord.read(in: InstalledUpdates.directory(options.directories))
        return ["", "updates (brim update says more):"]
            + UpdateReport(settings, options.directories, record, plan: nil).lines.map(TerminalText.sanitised)
    }

    /// All that could answer, with the word that makes it.
    private func models() -> [String] {
        do {
            let library = try options.library()
            let device = try ModelSelection.capacity(options, library, measures: true)
            let lines = library.recommendation(on: device).forecasts.map(\.line)
            return ["", "/model NAME lets another answer:"] + lines
        } catch {
            return ["", "\(error)"]
        }
    }

    private static func stage(_ name: String, _ stage: MetricsSummary.Stage?) -> String? {
        stage.map {
            "\(name): half within \(seconds($0.median)), 95 in 100 within \(seconds($0.p95)) (\($0.count) times)"
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.inMilliseconds
        return milliseconds < 1_000
            ? "\(Int(milliseconds.rounded())) ms" : String(format: "%.2f s", milliseconds / 1_000)
    }

    // MARK: - Money

    private func cost() async throws -> [String] {
        let ledger = services.store.spending
        let start = Timestamp.now.advanced(by: .zero - Self.month)
        let total = try await ledger.total(of: .everything, since: start)
        var lines = ["the last 30 days: \(Self.words(total))"]
        if let sentence = services.runner.gateway.cloudState.budget.sentence { lines.append(sentence) }
        for (title, grouping) in [("by day (UTC)", SpendingGrouping.day), ("by model", .model)] {
            let totals = try await ledger.totals(by: grouping, since: start)
            guard !totals.isEmpty else { continue }
            lines += ["", title]
            // The days of a month ascend; the latest are asked about most.
            lines += (grouping == .day ? totals.reversed() : totals).map { "  \($0.label)  \(Self.words($0.total))" }
        }
        return lines
    }

    private static func words(_ total: SpendingTotal) -> String {
        let requests = total.requests == 1 ? "1 request" : "\(total.requests) requests"
        let reserved =
            total.reservedMicroUSD > 0 ? ", of which \(Money(microUSD: total.reservedMicroUSD)) set aside" : ""
        return "\(Money(microUSD: total.chargedMicroUSD)) in \(requests)\(reserved)"
    }

    // MARK: - The log

    private func audit() async throws -> [String] {
        let verdict = try await services.store.audit.verify(checkpoint: nil, trusting: nil)
        let entries = try await services.store.audit.entries(limit: Self.entryCount, offset: 0)
        return [verdict.description, ""] + entries.map(\.line)
    }
}
