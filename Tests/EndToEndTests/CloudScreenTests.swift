import Foundation
import Testing

/// Escalation on the full screen, with the real model and a server that behaves like Nebius.
@Suite(.serialized) struct CloudScreenTests {
    /// Starts the server and brim in one terminal. Every answer is unsure, since nothing is as sure as 1.
    ///
    /// - Parameter behaviour: how the server answers; politely where it is empty.
    private func start(_ behaviour: String = "") throws -> Tmux {
        let tools = Brim.root + "/.build/debug"
        return try Tmux(
            columns: 120, rows: 36, environment: Brim.environment().merging(["NEBIUS_API_KEY": "test-key"]) { $1 },
            """
            (sleep 600 | \(tools)/nebius-double . \(behaviour)) > double.log 2>&1 & \
            while [ ! -s url ]; do sleep 0.05; done; \
            mkdir -p "$XDG_CONFIG_HOME/brim"; echo "cloud: {trust_roots: $PWD/ca.pem}" > "$XDG_CONFIG_HOME/brim/config.yaml"; \
            \(Brim.executable) --cloud-url "$(cat url)" --cloud-model double/echo --threshold 1 --max-tokens 8; \
            echo $? > code; exec sleep 600
            """)
    }

    private func ask(_ terminal: Tmux, _ text: String) throws {
        try terminal.wait("a model that is ready") { $0.contains("smollm2") && $0.contains("\u{25CF} LOCAL") }
        try terminal.type(text)
        try terminal.wait(for: String(text.suffix(20)))
        try terminal.press("Enter")
    }

    private func sent(_ terminal: Tmux) -> [String] {
        // Before the first request there is no file.
        guard let log = try? String(contentsOfFile: terminal.directory + "/requests.jsonl", encoding: .utf8) else {
            return []
        }
        return log.split(separator: "\n").map(String.init).filter { $0.contains("chat/completions") }
    }

    @Test("Nothing leaves before a person saw what would, and allowed it; then it escalates by itself, until F5")
    func consentAndLock() throws {
        let terminal = try start()
        try ask(terminal, "What is the town of ada@example.org?")
        try terminal.wait("an unsure answer") { $0.contains("UNSURE") && $0.contains("cloud not allowed") }
        try terminal.press("F6")
        try terminal.wait("what would leave") { $0.contains("what would leave") && $0.contains("of <EMAIL_1>") }
        #expect(sent(terminal).isEmpty)
        try terminal.press("Enter")
        try terminal.wait("the reply") {
            $0.contains("you asked for it") && $0.contains("1 redacted") && $0.contains("NEBIUS \u{B7} first")
        }
        let first = sent(terminal)
        #expect(first.count == 1 && first[0].contains("<EMAIL_1>") && !first[0].contains("ada@example.org"))

        try ask(terminal, "And what is two and two?")
        try terminal.wait("an escalation") {
            $0.components(separatedBy: "\u{2192} NEBIUS").count == 3 && $0.contains("Enter send")
        }
        #expect(sent(terminal).count == 2)

        try terminal.press("F5")
        try terminal.wait(for: "LOCAL ONLY")
        try terminal.type("And three and three?")
        try terminal.press("Enter")
        try terminal.wait("a local answer") { $0.contains("\u{B7} local-only") && $0.contains("Enter send") }
        #expect(sent(terminal).count == 2)
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
    }

    @Test("A server that fails leaves the device's answer, marked, and the reason")
    func serverFails() throws {
        let terminal = try start("401")
        try ask(terminal, "What is two and two?")
        try terminal.wait("an unsure answer") { $0.contains("UNSURE") }
        try terminal.press("F6")
        try terminal.wait(for: "allow and send")
        try terminal.press("Enter")
        let failed = try terminal.wait("the reason") {
            $0.contains("\u{25B2}") && $0.contains("key") && $0.contains("Enter send")
        }
        #expect(failed.contains("UNSURE") && !failed.contains("NEBIUS \u{B7} first"))
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
    }
}
