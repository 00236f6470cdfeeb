import AssistantCore
import Foundation
import Routing
import Synchronization
import Testing

@testable import brim

/// Limits of a minute, what is set aside for a team, and the command at a soft limit.
@Suite struct GuardSettingsTests {
    private func configuration(_ person: String, system: String = "") throws -> BrimConfiguration {
        try BrimConfiguration(
            SettingValues(layers: [
                SettingLayer(SettingsFile(person, path: "mine.yaml"), path: "mine.yaml", isSystem: false),
                SettingLayer(SettingsFile(system, path: "/etc/brim.yaml"), path: "/etc/brim.yaml", isSystem: true),
            ]))
    }

    @Test("The system's limits of a minute hold beside those that somebody set over them")
    func rates() throws {
        let mine = try configuration("budget: {rpm: 100, tpm: 5000}\n", system: "budget: {rpm: 10}\n")
        #expect(mine.budget.rpm == 100 && mine.budget.tpm == 5_000)
        #expect(mine.systemBudgets.map(\.limits.rpm) == [10])
    }

    @Test("What is set aside for a team bars all others, and not that team")
    func reserve() throws {
        let reserve = "budget: {max_budget: \"10\", reserve: \"nurses = 4\"}\n"
        let others = try configuration(reserve)
        #expect(others.reserveLines.map(\.scope) == [.allBut(team: "nurses")])
        #expect(others.reserveLines.first?.limits.maxBudget == Money(decimal: "6"))
        #expect(try configuration(reserve + "cloud: {team: nurses}\n").reserveLines.isEmpty)
        // Nobody takes back what the system's file sets aside.
        #expect(try configuration("budget: {reserve: \"mine=0\"}\n", system: reserve).reserveLines.count == 2)
    }

    @Test(
        "A value that cannot be is refused with its place",
        arguments: [
            "budget: {rpm: 0}", "team_budget: {tpm: many}", "budget: {max_budget: \"10\", reserve: nurses}",
            "budget: {reserve: \"nurses=4\"}", "budget: {max_budget: \"1\", reserve: \"nurses=4\"}",
            "budget: {max_budget: \"10\", reserve: \"nurses=-4\"}", "budget: {alert_command: [logger, -t, brim]}",
        ])
    func refused(_ text: String) {
        #expect { try configuration(text + "\n") } throws: { "\($0)".hasPrefix("mine.yaml:1") }
    }

    /// What went wrong with a command.
    private final class Problems: Sendable {
        private let sentences = Mutex<[String]>([])

        var all: [String] { sentences.withLock { $0 } }

        func append(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
    }

    private let problems = Problems()

    private func alert(_ arguments: [String], in folder: String) -> BudgetAlert {
        // Beside a thousand other tests even a short command may take long to be waited for.
        BudgetAlert(
            command: arguments, file: folder + "/alerts.json", onProblem: { [problems] in problems.append($0) },
            timeLimit: .seconds(600))
    }

    private func reached() throws -> Budget.Alert {
        let amount = Money(microUSD: 3_000_000)
        let line = Budget.Line(.everything, .init(softBudget: amount, budgetDuration: BudgetDuration("1d")))
        return try #require(
            Budget([line]).alerts(charged: [amount], at: Timestamp(millisecondsSince1970: 86_400_000)).first)
    }

    @Test("The command is run once a period, by no shell, with the sentence as its last argument")
    func once() async throws {
        let folder = NSTemporaryDirectory() + "brim-alert-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Were a shell in between, it would make a file of what stands behind the >.
        let copied = folder + "/$(touch said) > said"
        let script = folder + "/note"
        try "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"\(folder)/told\"\n".write(
            toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let reached = try reached()
        let alert = alert([script, copied], in: folder)
        await alert.raise([reached])
        await alert.raise([reached])
        var later = reached
        later.period = Timestamp(millisecondsSince1970: 6)
        await alert.raise([reached, later])
        let told = try String(contentsOfFile: folder + "/told", encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(told == [copied, reached.sentence, copied, reached.sentence])
        #expect(!FileManager.default.fileExists(atPath: folder + "/said") && problems.all.isEmpty)
    }

    @Test("A command that is not there, fails or hangs ends in time and breaks nothing", .timeLimit(.minutes(10)))
    func failing() async throws {
        let folder = NSTemporaryDirectory() + "brim-alert-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let reached = try reached()
        await alert(["/nowhere/at/all"], in: folder + "/a").raise([reached])
        await alert(["/bin/false"], in: folder + "/b").raise([reached])
        let script = folder + "/hang"
        try "#!/bin/sh\nexec sleep 600\n".write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        var hanging = alert([script], in: folder + "/c")
        hanging.timeLimit = .milliseconds(300)
        await hanging.raise([reached])
        #expect(problems.all.count == 3 && problems.all[0].contains("/nowhere/at/all cannot be run"))
        #expect(problems.all[1].contains("/bin/false ended with") && problems.all[2].contains("took longer"))
    }
}
