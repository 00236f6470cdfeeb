import Foundation
import Testing

/// Whoever locks, stops or quits while a question is on its way to the cloud is obeyed at once: nothing stands in front of
/// it. Where there is no model, every question wants to leave.
@Suite(.serialized) struct WithheldScreenTests {
    private static let question = "Where does the blue heron sleep?"
    private static let noModel = ["--model", "/nonexistent/model.gguf"]

    /// Nothing says that a question waits for a connection that was begun before. Where this is too short, less is tried, and
    /// nothing fails.
    private static func letTheQuestionWait() { usleep(300_000) }

    /// How a person, or the operator, takes the permission back in a conversation of lines.
    enum Means: String, CaseIterable {
        case none, local, stop, interrupt, configuration
    }

    @Test("In lines: a question that waits for its connection does not leave any more", arguments: Means.allCases)
    func plain(means: Means) throws {
        let server = try CloudServer(holdsConnections: true)
        let environment = Brim.environment().merging(server.environment) { $1 }
        let folder = try #require(environment["XDG_CONFIG_HOME"]) + "/brim"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let session = try PlainSession(
            server.options + Self.noModel + ["--allow-cloud"], environment: environment)
        try session.wait(for: "error: /nonexistent/model.gguf")
        try server.wait(connections: 1)
        try session.type(Self.question)
        Self.letTheQuestionWait()
        switch means {
        case .none: break
        case .local: try session.type("/local")
        case .stop: try session.type("/stop")
        case .interrupt: session.interrupt()
        case .configuration:
            try "local_only: true\n".write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
        }
        if [.local, .configuration].contains(means) { try session.wait(for: "local-only is on") }
        if means != .none { try session.wait(for: "from: ") }
        try server.release()
        try session.wait(for: "from: ")
        #expect(try session.end() == 0)
        let sent = try server.questions()
        #expect(means == .none ? sent.count == 1 && sent[0].contains(Self.question) : sent.isEmpty, "\(means)")
    }

    @Test("On the screen: F5, Esc and Ctrl-Q as well", arguments: ["F5", "Escape", "C-q"])
    func screen(key: String) throws {
        let server = try CloudServer(holdsConnections: true)
        let options = (server.options + Self.noModel + ["--allow-cloud"]).joined(separator: " ")
        let terminal = try Tmux(
            columns: 110, rows: 30, environment: Brim.environment().merging(server.environment) { $1 },
            "\(Brim.executable) \(options); echo $? > code; exec sleep 600")
        try terminal.wait(for: "nonexistent")
        try terminal.type(Self.question)
        try terminal.wait(for: Self.question)
        try server.wait(connections: 1)
        try terminal.press("Enter")
        Self.letTheQuestionWait()
        try terminal.press(key)
        if key == "F5" { try terminal.wait(for: "LOCAL ONLY") }
        if key != "C-q" {
            try terminal.wait("the end of the answer") { $0.contains("Enter send") || $0.contains("no answer") }
        }
        if key == "C-q" { #expect(try terminal.contents(of: "code") == "0\n") }
        try server.release()
        if key != "C-q" {
            try terminal.press("C-q")
            #expect(try terminal.contents(of: "code") == "0\n")
        }
        #expect(try server.questions().isEmpty, "\(key)")
    }

    @Test("What was said under local-only never leaves: not after unlocking, not when it is resumed in another run")
    func saidUnderLock() throws {
        let server = try CloudServer()
        let environment = Brim.environment().merging(server.environment) { $1 }
        // Every answer of this device wants to be bettered.
        let options = server.options + ["--allow-cloud", "--threshold", "1", "--max-tokens", "1"]
        let sentences = (1...50).map { "Sentence \($0) of the heron\($0 * 7919)." }

        let first = try PlainSession(options, environment: environment)
        try first.type("/local")
        for sentence in sentences { try first.type(sentence) }
        try first.wait(for: "from: ", count: 50, seconds: 300)
        try first.type("/local")
        try first.wait(for: "local-only is off")
        try first.type("What is the capital of France?")
        try first.wait(for: "from: ", count: 51)
        try first.wait(for: "said under local-only")
        #expect(try first.end() == 0)

        let second = try PlainSession(options, environment: environment)
        try second.type("/open")
        try second.wait(for: "choice: 1. ")
        try second.type("1")
        try second.type("/cost")
        try second.wait(for: "report: ")
        try second.type("And of Italy?")
        try second.wait(for: "said under local-only")
        #expect(try server.questions().isEmpty)
        try second.type("/new")
        try second.type("And of Spain?")
        try second.wait(for: "nebius: ")
        #expect(try second.end() == 0)
        let sent = try server.questions()
        #expect(sent.count == 1 && sent[0].contains("Spain") && !sent[0].contains("heron"))
    }
}
