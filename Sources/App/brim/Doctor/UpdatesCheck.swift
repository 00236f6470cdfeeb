import AssistantCore
import Foundation
import Updates

/// Updates: what runs of them, when the repository was last asked, and how that ended. Nothing is asked.
struct UpdatesCheck {
    let options: GlobalOptions

    func findings() async -> [Finding] {
        do {
            let settings = try await UpdateRun.settings(options)
            guard settings.repository != nil else {
                return [Finding("updates", .ok, "No repository is set; nothing is taken from one.")]
            }
            let directories = options.directories
            let record = UpdateRecord.read(in: InstalledUpdates.directory(directories))
            let running = SlotPair.installed(in: InstalledUpdates.slots(directories)).count
            if let problem = record.problem {
                return [
                    Finding("updates", .warning, "Nothing is taken: \(problem).", nextStep: "brim update says more")
                ]
            }
            guard let check = record.lastCheck else {
                return [
                    Finding("updates", .warning, "The repository was never asked.", nextStep: "run: brim update check")
                ]
            }
            if let result = record.lastResult, result.hasPrefix("failure") {
                return [
                    Finding("updates", .warning, "The last one ended in \(result).", nextStep: "brim update says more")
                ]
            }
            if let trial = record.trials?.first(where: { $0.state == .pause }) {
                let words = "\(trial.kind) \(trial.name)"
                return [
                    Finding(
                        "updates", .warning,
                        "\(words) \(trial.number) is paused: \(trial.reason ?? "it became worse").",
                        nextStep: "to go back, run: brim update back \(words)")
                ]
            }
            let trials = record.trials?.count { $0.state == .running } ?? 0
            let onTrial = trials > 0 ? ", \(trials) of them on trial" : ""
            let sentence =
                "\(running) of the fleet's releases run\(onTrial); last asked \(UpdateReport.moment(check))."
            let isOld = Date().timeIntervalSince1970 - TimeInterval(check) > 7 * 86_400
            return [
                isOld
                    ? Finding("updates", .warning, sentence, nextStep: "run: brim update check, and look at its timer")
                    : Finding("updates", .ok, sentence)
            ]
        } catch {
            return [Finding("updates", .failure, "\(error)", nextStep: "correct that setting")]
        }
    }
}
