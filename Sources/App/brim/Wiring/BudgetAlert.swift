import AssistantCore
import ChildProcesses
import Foundation
import Routing
import Subprocess
import Synchronization
import SystemPackage

/// Runs the operator's command when a soft limit is reached, once for each limit and period.
///
/// The command is run as it is written, by no shell; its last argument is a sentence that says which limit was reached. It
/// gets no secret of this process.
struct BudgetAlert: Sendable {
    /// The program, by its absolute path, and its arguments.
    let command: [String]
    /// Where it is kept which alerts were raised.
    let file: String

    /// Called with what went wrong with the command, one sentence: an answer is no less one for that.
    let onProblem: @Sendable (String) -> Void

    /// A command that takes longer is ended.
    var timeLimit = Duration.seconds(10)

    private struct Raised: Codable, Hashable {
        var scope: String
        var period: Timestamp
    }

    private static let mostKept = 64

    /// Runs the command for those alerts that were not raised before.
    func raise(_ alerts: [Budget.Alert]) async {
        var kept = read()
        for alert in alerts {
            let mark = Raised(scope: alert.scope.words, period: alert.period)
            guard !kept.contains(mark) else { continue }
            kept = kept.suffix(Self.mostKept - 1) + [mark]
            // Before the command: one that hangs or kills this process is not run for every question.
            write(kept)
            if let problem = await run(adding: alert.sentence) {
                onProblem("budget.alert_command: \(problem)")
            }
        }
    }

    /// - Returns: what went wrong; `nil` where nothing did.
    private func run(adding sentence: String) async -> String? {
        guard let program = command.first else { return nil }
        let arguments = Array(command.dropFirst()) + [sentence]
        do {
            let status = try await withTimeLimit(timeLimit) {
                try await Subprocess.run(
                    .path(FilePath(program)), arguments: Arguments(arguments), environment: .minimal(),
                    output: .discarded, error: .discarded
                ).terminationStatus
            }
            guard let status else { return "\(program) took longer than \(timeLimit) and was ended" }
            return status.isSuccess ? nil : "\(program) ended with \(status); run it by hand to see why"
        } catch is CancellationError {
            return nil
        } catch {
            return "\(program) cannot be run: \(error)"
        }
    }

    // MARK: Memory

    /// What cannot be read was not raised.
    private func read() -> [Raised] {
        guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
        return (try? JSONDecoder().decode([Raised].self, from: bytes)) ?? []
    }

    /// What cannot be kept is raised again.
    private func write(_ raised: [Raised]) {
        try? JSONEncoder().encode(raised).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}

extension SpendingScope {
    /// Names it for good.
    fileprivate var words: String {
        switch self {
        case .everything: "everything"
        case .device(let name): "device \(name)"
        case .team(let name): "team \(name)"
        case .allBut(let team): "all but \(team)"
        }
    }
}
