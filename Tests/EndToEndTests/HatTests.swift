import Foundation
import Testing

/// The board beside the processor, as a person meets them.
@Suite(.serialized) struct HatTests {
    let server: HatServer

    init() throws { server = try HatServer() }

    private static let whole = "The board says that rain is wet."

    @Test("--backend hat answers on the board, read along by the processor")
    func hat() throws {
        let result = try Brim.run("ask", "--json", "--backend", "hat", "--hat-url", server.url, "Who brings the rain?")
        #expect(result.status == 0, "\(result.error)")
        let objects = try Brim.objects(result.output)
        let done = try #require(objects.last)
        #expect(done["text"] as? String == Self.whole)
        #expect(done["model"] as? String == "qwen2.5-instruct:1.5b" && done["calibrated"] as? Bool == false)
        let confidence = try #require(done["confidence"] as? Double)
        #expect(confidence > 0 && confidence < 1)
        #expect((done["confidence_source"] as? [String: String]) == ["kind": "scoring"])
        #expect(objects.filter { $0["type"] as? String == "token" }.allSatisfy { $0["logprob"] == nil })
    }

    @Test("a board that runs the processor's own model has its calibrated confidence, the same for the same answer")
    func sameModel() throws {
        for question in [
            "What is the capital of France?", "Which continent is Kenya in?", "Who painted the Mona Lisa?",
        ] {
            let own = try #require(
                try Brim.objects(Brim.run("ask", "--json", "--no-cache", question).output).last)
            let text = try #require(own["text"] as? String)
            let board = try HatServer(model: "smollm2-instruct:135m", answer: text)
            let other = try HatServer(model: "smollm2:135m", answer: text)
            func done(_ server: HatServer) throws -> [String: Any] {
                let result = try Brim.run(
                    "ask", "--json", "--no-cache", "--backend", "hat", "--hat-url", server.url, question)
                return try #require(try Brim.objects(result.output).last, "\(result.error)")
            }
            let same = try done(other)
            #expect((same["text"] as? String)?.trimmingCharacters(in: .whitespaces) == text)
            #expect(same["calibrated"] as? Bool == true)
            let difference = try #require(same["confidence"] as? Double) - #require(own["confidence"] as? Double)
            #expect(abs(difference) < 0.03, "\(question): \(text) \(difference)")
            #expect(try done(board)["calibrated"] as? Bool == false, "another name is another model")
        }
    }

    @Test("a board that breaks off in mid-answer is taken over from: its words stay, and stand once")
    func failover() throws {
        let result = try Brim.run(
            "ask", "--backend", "hat", "--hat-url", server.url, "--max-tokens", "24",
            "Who brings the rain? [hat:close@inText].")
        #expect(result.status == 0, "\(result.error)")
        // What was on its way when the connection broke may not have come.
        #expect(result.output.hasPrefix("The board"))
        #expect(result.output.ranges(of: "The board").count == 1)
        #expect(result.output.count > "The board says that\n".count, "the processor goes on")
        #expect(result.error.contains("the connection to hailo-ollama broke; smollm2-135m-instruct-q4_1 goes on"))
    }

    @Test("without a processor's model the confidence is n/a, and the rule for that decides")
    func noModel() throws {
        let nowhere = NSTemporaryDirectory() + "no-such-model.gguf"
        let result = try Brim.run(
            "ask", "--model", nowhere, "--backend", "hat", "--hat-url", server.url, "Who brings the rain?")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == Self.whole + "\n")
        #expect(result.error.contains("conf n/a; the local answer is kept"))
    }

    @Test("auto measures both once, keeps the better, and says why")
    func auto() throws {
        let data = server.directory + "/data"
        let root = ["BRIM_HAT_ROOT": try server.board()]
        let arguments = ["ask", "--data-dir", data, "--hat-url", server.url, "--no-cache", "Who brings the rain?"]
        let first = try Shell.run(
            Brim.executable, arguments, input: nil, environment: Brim.environment().merging(root) { $1 })
        #expect(first.status == 0 && first.output == Self.whole + "\n", "\(first.error)")
        #expect(first.error.contains("s on the HAT+, "))
        let measured = try String(contentsOfFile: data + "/backends.json", encoding: .utf8)
        let second = try Shell.run(
            Brim.executable, arguments, input: nil, environment: Brim.environment().merging(root) { $1 })
        #expect(second.output == Self.whole + "\n")
        #expect(try String(contentsOfFile: data + "/backends.json", encoding: .utf8) == measured)
    }

    @Test("without a board, auto is the processor, and --backend hat says what is missing")
    func noBoard() throws {
        let empty = ["BRIM_HAT_ROOT": server.directory + "/nothing"]
        let auto = try Brim.run("ask", "--max-tokens", "4", "Hello", environment: empty)
        #expect(auto.status == 0 && auto.error.contains("HAT") == false, "\(auto.error)")
        let wished = try Brim.run(
            "ask", "--backend", "hat", "--hat-url", "http://127.0.0.1:9", "Hello", environment: empty)
        #expect(wished.status == 1 && wished.error.hasPrefix("brim: the HAT+ cannot answer: There is no HAT+"))
        let away = try Brim.run("ask", "--hat-url", "http://192.168.1.9:8000", "Hello")
        #expect(away.status == 1 && away.error.contains("on this device alone"))
        #expect(try Brim.run("ask", "--backend", "gpu", "Hello").status == 2)
    }

    @Test("the screen says that the board answers, and the transcript that the processor took over")
    func screen() throws {
        let terminal = try Tmux(
            columns: 120, rows: 36, environment: Brim.environment(),
            "\(Brim.executable) --backend hat --hat-url \(server.url)")
        try terminal.wait(for: "LOCAL HAT+")
        try terminal.type("Who brings the rain?")
        try terminal.press("Enter")
        try terminal.wait(for: "rain is wet.")
        try terminal.wait("an answer that has ended, and been scored") {
            $0.contains("SCORED ON CPU") && $0.contains("\u{B7} first ")
        }
        try terminal.type("Tell me about snow [hat:reset@inText].")
        try terminal.press("Enter")
        try terminal.wait(for: "the connection to hailo-ollama broke; ")
        try terminal.press("C-q")
    }

    @Test(
        "the board's watts stand in the header, follow the board, and are in the turn's record; its child ends with brim"
    )
    func health() throws {
        let pi = try FakePi()
        try pi.addLibrary("minor 3\nrevision 0\nlog 1\n")
        let data = server.directory + "/health"
        let environment = Brim.environment().merging(["BRIM_HAT_ROOT": pi.path]) { $1 }
        let terminal = try Tmux(
            columns: 120, rows: 36, environment: environment,
            "\(Brim.executable) --backend hat --hat-url \(server.url) --data-dir \(data); echo $? > code")
        try terminal.wait(for: "HAT+ 1.8 W")
        try pi.behave("minor 3\nrevision 0\nlog 1\nmilliwatts 2500\n")
        try terminal.wait(for: "HAT+ 2.5 W")
        try terminal.type("Who brings the rain?")
        try terminal.press("Enter")
        try terminal.wait(for: "rain is wet.")
        // Another program takes the board: what is not known is not shown.
        try pi.behave("minor 3\nrevision 0\nlog 1\ncreate 74\n")
        try terminal.wait("a header without watts") { !$0.contains("HAT+ 2.5 W") }
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
        let files = try FileManager.default.contentsOfDirectory(atPath: data).map { data + "/" + $0 }
        let record = files.compactMap { FileManager.default.contents(atPath: $0) }
            .contains { $0.range(of: Data("\"hatWatts\":2.5".utf8)) != nil }
        #expect(record, "the turn's record holds the board's watts")
        let log = try String(contentsOfFile: pi.path + "/usr/lib/standin.log", encoding: .utf8).split(separator: "\n")
        #expect(log.count { $0 == "load" } == 1, "one child, which stays")
        #expect(log.count { $0 == "open" } == log.count { $0 == "release" } && log.count > 4)
        #expect(try !Self.isProbed(pi.path), "its child has ended")
    }

    /// Whether a process runs that looks at the board of this tree.
    private static func isProbed(_ root: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").contains { process in
            // A process may end while it is looked at.
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return line.range(of: Data("hat-probe".utf8)) != nil && environment.range(of: Data(root.utf8)) != nil
        }
    }
}
