import AssistantCore
import Foundation
import Routing
import Testing

@testable import brim

/// Several places that set the same, and who holds.
@Suite struct LockTests {
    private func values(
        flags: [String: SettingLayer.Value] = [:], environment: [String: String] = [:], person: String = "",
        system: String = ""
    ) -> SettingValues {
        SettingValues(layers: [
            SettingLayer(commandLine: flags), SettingLayer(environment: environment),
            SettingLayer(SettingsFile(person, path: "mine.yaml"), path: "mine.yaml", isSystem: false),
            SettingLayer(
                SettingsFile(system, path: "/etc/brim/config.yaml"), path: "/etc/brim/config.yaml", isSystem: true),
        ])
    }

    @Test("local-only holds wherever it stands, whatever the other places say")
    func localOnly() throws {
        let off = "local_only: false\n"
        let on = "local_only: true\n"
        for locked in [
            values(environment: ["BRIM_LOCAL_ONLY": "false"], person: off, system: on),
            values(environment: ["BRIM_LOCAL_ONLY": "no"], person: on, system: off),
            values(environment: ["BRIM_LOCAL_ONLY": "on"], person: off, system: off),
            values(flags: ["local_only": .text("true")], person: off, system: off),
            values(person: off + "cloud_only: true", system: on),
        ] {
            #expect(try BrimConfiguration(locked).lock == .localOnly)
            #expect(locked.isLocked)
        }
        let free = values(environment: ["BRIM_LOCAL_ONLY": "false"], person: off, system: off)
        #expect(try BrimConfiguration(free).lock == .none && !free.isLocked)
        #expect(
            values(environment: ["BRIM_LOCAL_ONLY": "false"], system: on).origin(of: "local_only")
                == "/etc/brim/config.yaml:1")
    }

    @Test("what the system's file forbids nobody allows; what a person forbids, the person may allow")
    func permissions() throws {
        let forbidden = "cloud: {allow: false}\nvoice: {enabled: false, allow_ssh: false}\n"
        let allowed = "cloud: {allow: true}\nvoice: {enabled: true, allow_ssh: true}\n"
        let flags = ["cloud.allow": SettingLayer.Value.text("true")]
        let held = try BrimConfiguration(values(flags: flags, person: allowed, system: forbidden))
        #expect(!held.cloud.isAllowed && held.cloud.forbiddenBy == "/etc/brim/config.yaml:1")
        #expect(!held.voice.isEnabled && !held.voice.isAllowedOverSSH)
        #expect(values(system: forbidden).isLocked)
        let own = try BrimConfiguration(values(flags: flags, person: forbidden))
        #expect(own.cloud.isAllowed && own.cloud.forbiddenBy == nil)
        let over = try BrimConfiguration(values(person: forbidden, system: allowed))
        #expect(!over.cloud.isAllowed && !over.voice.isEnabled)
    }

    @Test("every place adds to what stays, and names it once")
    func lists() throws {
        let both = values(
            environment: ["BRIM_PRIVACY_STAY_HOME": "children, medical"],
            person: "privacy: {stay_home: [financial], stay_words: [project=blue heron]}",
            system: "privacy: {stay_home: [medical], stay_words: [project=red kite, firm=acme]}")
        let configuration = try BrimConfiguration(both)
        #expect(
            configuration.rules.stayHome.map(\.name) == ["children", "medical", "financial", "project", "firm"])
        #expect(configuration.rules.stayHome[3].phrases == ["blue heron", "red kite"])
        #expect(
            try RoutingPolicy(configuration.rules).ruling(on: [Message(.user, "the red kite")]).staying == ["project"])
        // Nobody takes away by an empty list.
        let emptied = values(person: "privacy: {stay_home: []}", system: "privacy: {stay_home: [medical]}")
        #expect(try BrimConfiguration(emptied).rules.stayHome.map(\.name) == ["medical"])
    }

    @Test("a budget of the system's file holds beside the person's own")
    func budgets() throws {
        let system = "budget: {max_budget: 1, budget_duration: 1d}"
        let configuration = try BrimConfiguration(values(person: "budget: {max_budget: 100}", system: system))
        #expect(configuration.budget.maxBudget == Money(decimal: "100"))
        #expect(
            configuration.systemBudgets == [
                Budget.Line(
                    .everything,
                    Budget.Limits(maxBudget: Money(decimal: "1"), budgetDuration: BudgetDuration("1d")))
            ])
        #expect(try BrimConfiguration(values(system: system)).systemBudgets.isEmpty)
    }

    @Test("a mistake in any place is said, also where another place decides")
    func everyPlace() {
        let mistaken = values(
            environment: ["BRIM_THRESHOLD": "0.5", "BRIM_LOCAL_ONLY": "true"], person: "threshold: high\n",
            system: "local_only: tru\n")
        #expect { try BrimConfiguration(mistaken) } throws: { "\($0)".hasPrefix("mine.yaml:1: threshold has to be") }
        #expect {
            try BrimConfiguration(values(environment: ["BRIM_LOCAL_ONLY": "true"], system: "local_only: tru\n"))
        } throws: { "\($0)" == "/etc/brim/config.yaml:1: local_only has to be true or false" }
    }

    @Test("a lock beside a mistake is a lock")
    func besideAMistake() {
        for text in [
            "local_only: true\nthreshold: 7", "urll: x\nlocal_only: true", "local_only: true\ncloud:\n  allow:",
        ] {
            let values = values(person: text)
            #expect(values.isLocked)
            #expect(throws: CommandFailure.self) { try BrimConfiguration(values) }
        }
    }

    @Test(
        "a variable that means nothing is refused; those of this machine and empty ones are not",
        arguments: [
            ("BRIM_LOCAL_ONYL", "true", "there is no setting BRIM_LOCAL_ONYL; is it BRIM_LOCAL_ONLY?"),
            ("brim_local_only", "true", "is it BRIM_LOCAL_ONLY?"),
            ("Brim_Local_Only", "true", "is it BRIM_LOCAL_ONLY?"),
            ("BRIM_CLOUD_URLL", "x", "is it BRIM_CLOUD_URL?"), ("BRIM_", "x", "there is no setting"),
            ("BRIM_LOCAL_ONLY", "", "BRIM_LOCAL_ONLY is empty"), ("BRIM_LOCAL_ONLY", "1", "has to be true or false"),
            ("BRIM_THRESHOLD", "", nil), ("BRIM_TYPO", "", nil), ("BRIM_KERNELS", "c", nil),
            ("BRIM_HAT_ROOT", "/x", nil), ("BRIMSTONE", "x", nil),
        ])
    func variables(name: String, value: String, words: String?) {
        let result = Result { try BrimConfiguration(values(environment: [name: value])) }
        switch (result, words) {
        case (.success, nil): break
        case (.failure(let error), let words?): #expect("\(error)".contains(words), "\(error)")
        default: Issue.record("\(name): \(result)")
        }
    }

    @Test("every setting has a variable that sets it")
    func everyVariable() {
        for setting in Setting.all {
            let layer = SettingLayer(environment: [Setting.variable(setting.key): "x"])
            #expect(layer.values[setting.key] == .text("x") && layer.problem == nil, "\(setting.key)")
        }
    }
}
