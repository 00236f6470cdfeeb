import Foundation
import Testing

/// `brim config`, and a configuration that changes while the screen is up.
@Suite(.serialized) struct ConfigCommandTests {
    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "brim-config-" + UUID().uuidString + ".yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("Every setting is listed with its value and the place that it comes from; the higher place holds")
    func origins() throws {
        let path = try file(
            """
            # mine
            threshold: 0.7   # of 1
            cloud: {team: lab, model: a/b}
            system_prompt: |
              threshold: this is text
            privacy:
              stay_home:
                - medical
                - financial
            """)
        let result = try Brim.run(
            "config", "--json", "--config", path, "--local-only", environment: ["BRIM_CLOUD_MODEL": "c/d"])
        #expect(result.status == 0, "\(result.error)")
        let entries = try Brim.objects(result.output).reduce(into: [String: [String: String]]()) {
            $0[$1["key"] as? String ?? ""] = $1.compactMapValues { $0 as? String }
        }
        for (key, value, origin) in [
            ("threshold", "0.7", path + ":2"), ("cloud.team", "lab", path + ":3"),
            ("cloud.model", "c/d", "BRIM_CLOUD_MODEL"), ("local_only", "true", "--local-only"),
            ("privacy.stay_home", "medical, financial", path + ":7"), ("cache.hours", "24", "default"),
            ("system_prompt", "threshold: this is text\n", path + ":4"), ("keys.new", "Ctrl-N", "default"),
        ] {
            #expect(
                entries[key]?["value"] == value && entries[key]?["origin"] == origin, "\(key): \(entries[key] ?? [:])")
        }
    }

    @Test(
        "A wrong key or value is one sentence that names its line",
        arguments: [
            ("\nthershold: 1", ":2: there is no setting thershold; is it threshold?"),
            ("cloud:\n  # x\n  urll: x", ":3: there is no setting cloud.urll; is it cloud.url?"),
            ("threshold: high", ":1: threshold has to be a number"), ("threshold: 1.5", ":1: threshold has to be"),
            ("threshold: [1]", ":1: threshold has to be one value"),
            ("budget: {max_budget: -1}", ":1: budget.max_budget has to be US dollars"),
            ("privacy:\n  stay_words: [abc]", ":2: privacy.stay_words has to be entries"),
            ("screen:\n  theme: pink", ":2: screen.theme has to be one of: dark, light, high-contrast, mono"),
            ("keys:\n  new: F1", ":2: keys.new has to be another key: F1 is that of /help"),
            ("keys:\n  find: Enter", ":2: keys.find has to be another key"),
            ("a: b: c", "cannot be read: line 1: mapping values are not allowed"),
        ])
    func mistakes(text: String, words: String) throws {
        let path = try file(text)
        let result = try Brim.run("config", "--config", path)
        #expect(result.status == 1 && result.error.contains(words), "\(result.error)")
        #expect(result.error.split(separator: "\n").count == 1)
    }

    @Test(
        "A theme, a key and a threshold that change in the file take effect at once; a mistake is said and changes nothing"
    )
    func reload() throws {
        let path = try file("threshold: 0.7\n")
        let terminal = try Tmux(
            columns: 120, rows: 36, environment: Brim.environment(),
            "\(Brim.executable) --config '\(path)'; echo $? > code; exec sleep 600")
        try terminal.wait(for: "smollm2")
        try "threshold: 0.55\nkeys: {help: Ctrl-G}\n".write(toFile: path, atomically: true, encoding: .utf8)
        try terminal.wait(for: "confidence of 0.55 on")
        try terminal.press("Left")
        try terminal.wait(for: "Ctrl-G help")
        try "threshold: 5\n".write(toFile: path, atomically: true, encoding: .utf8)
        try terminal.wait(for: "threshold has to be a number")
        #expect(try terminal.screen().contains("Ctrl-G help"))
        try "threshold: 0.55\nscreen: {glyphs: ascii}\n".write(toFile: path, atomically: true, encoding: .utf8)
        try terminal.wait(for: "---------")
        try terminal.press("Left")
        try terminal.wait("plain rules, and the old key") { $0.contains("F1 help") && $0.contains("--------") }
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
    }
}
