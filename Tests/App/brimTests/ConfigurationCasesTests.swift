import AssistantCore
import Foundation
import Routing
import Testing

@testable import brim

/// Configurations as people write them, each with what has to become of it.
@Suite struct ConfigurationCasesTests {
    enum Outcome: Sendable {
        /// It is refused with these words.
        case refused(String)
        /// It is taken, and this holds of it.
        case taken(@Sendable (BrimConfiguration) -> Bool)

        static let locked = taken { $0.lock == .localOnly }
        static let empty = taken { $0.lock == .none && $0.rules == RoutingRules() && !$0.cloud.isAllowed }
    }

    private static let outcomes: [String: Outcome] = [
        "TRUE": .locked, "True": .locked, "on": .locked, "yes": .locked, "quoted": .locked, "spacecolon": .locked,
        "complexkey": .locked, "block": .locked, "bom": .locked, "tab-after-colon": .locked,
        "json": .taken { $0.lock == .localOnly && $0.rules.threshold == 0.7 },
        "empty": .empty, "comment": .empty,
        "dot8": .taken { $0.rules.threshold == 0.8 },
        "multiline-quoted": .taken {
            $0.rules.threshold == 0.9 && $0.systemPrompt == "You are a helper. Rule: answer briefly."
        },
        "dotted": .taken { $0.cloud.isAllowed && $0.cloud.allowedBy.hasSuffix("dotted.yaml:1") },
        "dotted2": .taken { $0.rules.stayHome.map(\.name) == ["medical"] },
        "scalarclass": .taken { $0.rules.stayHome.map(\.name) == ["medical"] },
        "flowclass": .taken { $0.rules.stayHome.map(\.name) == ["medical", "financial"] },
        "stay": .taken { $0.rules.stayHome.map(\.name) == ["project", "k", "z", "c", "u"] && $0.lock == .cloudOnly },
        "bud": .taken { $0.budget.maxBudget == Money(decimal: "0.05") && $0.lock == .cloudOnly },
        "bud2": .taken { $0.budget.maxBudget == Money(decimal: "0.13") && $0.cacheLifetime == nil },
        "budgetexp": .taken { $0.budget.maxBudget == Money(decimal: "10") },
        "budgetnum": .taken { $0.budget.maxBudget == Money(decimal: "5") },

        "nullv": .refused(":1: local_only has no value"), "tilde": .refused(":1: local_only has no value"),
        "one": .refused(":1: local_only has to be true or false"),
        "crlf-value": .refused(":4: cloud.allow has to be true or false"),
        "comma": .refused(":1: threshold has to be a number"), "pct": .refused(":1: threshold has to be a number"),
        "range": .refused(":1: threshold has to be a number"),
        "budgetcomma": .refused(":1: budget.max_budget has to be US dollars"),
        "budgetdollar": .refused(":1: budget.max_budget has to be US dollars"),
        "dur": .refused(":1: budget.budget_duration has to be a time"),
        "badclass": .refused(":2: privacy.stay_home has to be of these: medical"),

        "anchor-typo": .refused(":1: there is no setting cloud.alow; is it cloud.allow?"),
        "bom-typo": .refused(":2: there is no setting local_onyl; is it local_only?"),
        "crlf-typo": .refused(":2: there is no setting local_onyl; is it local_only?"),
        "lf-typo": .refused(":2: there is no setting local_onyl; is it local_only?"),
        "tab-after-colon-typo": .refused(":1: there is no setting local_onyl; is it local_only?"),
        "jsontypo": .refused(":1: there is no setting local_onyl; is it local_only?"),
        "camel": .refused(":1: there is no setting localOnly; is it local_only?"),
        "case": .refused(":1: there is no setting Local_Only; is it local_only?"),
        "dash": .refused(":1: there is no setting local-only; is it local_only?"),
        "flow2": .refused(":2: there is no setting cloud.urll; is it cloud.url?"),
        "flowmulti": .refused(":3: there is no setting privacy.stay_wrods; is it privacy.stay_words?"),
        "flowtypo": .refused(":1: there is no setting privacy.stay_word; is it privacy.stay_words?"),
        "merge": .refused(":1: there is no setting base"),

        "dup": .refused("line 1: this key stands twice"), "multidoc": .refused("a second document begins"),
        "list": .refused("made of settings"), "scalar": .refused("made of settings"),
        "listmap": .refused(":2: cloud.fallback_models has to be one value, or a list of values"),
        "tag": .refused(":1: cloud is a group"), "bomb": .refused("more than 16 aliases"),
        "badalias": .refused("line 2: found undefined alias"), "badindent": .refused("cannot be read: line 2"),
        "tab": .refused("cannot be read: line 2"), "latin1": .refused("is not UTF-8 text"),
    ]

    private static let folder = Bundle.module.bundlePath + "/Configurations"

    @Test("each of the field's configurations has the outcome that it has to have, and no other is there")
    func all() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .map { ($0 as NSString).deletingPathExtension }
        #expect(Set(names) == Set(Self.outcomes.keys))
        for name in names.sorted() {
            let path = Self.folder + "/\(name).yaml"
            let layer = try #require(SettingLayer(file: path, isSystem: false))
            let result = Result { try BrimConfiguration(SettingValues(layers: [layer])) }
            switch (Self.outcomes[name], result) {
            case (.taken(let holds), .success(let configuration)): #expect(holds(configuration), "\(name)")
            case (.refused(let words), .failure(let error)):
                #expect("\(error)".contains(words), "\(name): \(error)")
            default: Issue.record("\(name): \(result)")
            }
        }
    }

    @Test("a key behind a carriage return, a tab or a mark at the beginning stands on the line that an editor shows")
    func lines() throws {
        for (text, line) in [
            ("a: 1\r\n\r\nb: 2", 1), ("threshold: 0.5\r\n# x\r\nlocal_onyl: true", 3), ("\u{FEFF}\n\nx:\t1", 3),
            ("cloud:\n  url: |\n    a\n    b\n  urll: c", 5),
        ] {
            let problem = SettingsFile(text, path: "p").problem
            #expect(problem?.hasPrefix("p:\(line): there is no setting") == true, "\(problem ?? "taken")")
        }
    }

    @Test("what is no plain file, is too large, or has no end is refused at once; what is missing is missing")
    func files() throws {
        let folder = NSTemporaryDirectory() + "brim-files-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        #expect(SettingsFile(path: folder + "/none") == nil && SettingsFile(path: folder + "/none/none") == nil)
        #expect(unsafe mkfifo(folder + "/fifo", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/gone")
        try Data(repeating: 0x20, count: 1 << 20 + 1).write(to: URL(fileURLWithPath: folder + "/large"))
        for (path, words) in [
            (folder, "not a plain file"), (folder + "/fifo", "not a plain file"), (folder + "/link", "No such file"),
            (folder + "/large", "larger than 1 MiB"), ("/dev/zero", "larger than 1 MiB"),
        ] {
            #expect(SettingsFile(path: path)?.problem?.contains(words) == true, "\(path)")
        }
        let nothing = try #require(SettingsFile(path: "/dev/null"))
        #expect(nothing.problem == nil && nothing.values.isEmpty)
    }

    @Test("nesting without end and names that stand for each other are refused, and do not take long")
    func bombs() {
        let start = ContinuousClock.now
        let keys = "a: &a [x,x,x,x,x,x,x,x]\n" + "bcdefghi".map { "\($0): &\($0) [" }.joined()
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 50_000), keys,
            "a: &a [" + String(repeating: "*a,", count: 100) + "]", "? " + String(repeating: "[", count: 20_000),
        ] { #expect(SettingsFile(text, path: "p").problem != nil) }
        #expect(ContinuousClock.now - start < .seconds(20))
        // Emphasis in a prompt is none of it.
        let prose = "system_prompt: |\n" + String(repeating: "  Be *very* brief & kind.\n", count: 50)
        #expect(SettingsFile(prose, path: "p").problem == nil)
    }
}
