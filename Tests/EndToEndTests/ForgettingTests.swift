import Foundation
import Testing

/// What was said and is to be forgotten is in no file of the program, however it ends.
@Suite(.serialized) struct ForgettingTests {
    private let environment = Brim.environment()
    private var data: String { environment["XDG_DATA_HOME"] ?? "" }

    /// The files below the data and configuration directories, and where the program was started, that hold one of the
    /// words.
    private func places(of words: [String], and folder: String? = nil) throws -> [String] {
        let folders = [environment["HOME"] ?? "", folder].compactMap(\.self)
        let paths = folders.flatMap { folder in
            FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.map { folder + "/" + $0 } ?? []
        }
        return try paths.filter { path in
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
            else {
                return false
            }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            return words.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    /// Starts it where a crash would leave a core file of any size.
    private func start(_ options: String) throws -> Tmux {
        let terminal = try Tmux(
            columns: 100, rows: 30, environment: environment,
            "ulimit -c unlimited 2>/dev/null; \(Brim.executable) \(options); echo $? > code; exec sleep 600")
        return terminal
    }

    private func ask(_ terminal: Tmux, _ text: String) throws {
        try terminal.type(text)
        try terminal.wait(for: text)
        try terminal.press("Enter")
    }

    @Test(
        "a visitor's words are on no disk: after an answer, a new conversation, a crash; nor is the answer the next one's",
        arguments: [SIGKILL, SIGSEGV])
    func kiosk(number: Int32) throws {
        let words = ["quokkavine", "zebrafinch", "tansywort"]
        let terminal = try start("--kiosk --threshold 0 --max-tokens 48")
        try terminal.wait(for: "press any key")
        try terminal.press("Enter")
        let question = "What is the capital of France, quokkavine?"
        try ask(terminal, question)
        try terminal.wait("an answer") { $0.contains("LOCAL \u{B7}") && $0.contains("Enter send") }
        #expect(try places(of: words) == [])
        try terminal.press("C-n")
        try terminal.wait("an empty screen") { !$0.contains("quokkavine") }
        try ask(terminal, question)
        let again = try terminal.wait("an answer") {
            $0.contains("\u{B7}") && $0.contains("Enter send") && $0.contains("France")
        }
        #expect(!again.contains("CACHE"))
        try ask(terminal, "Tell me of zebrafinch and tansywort.")
        try terminal.wait(for: "answering")
        let process = try #require(try Processes.child(of: try terminal.processID(), named: "brim"))
        #expect(kill(process, number) == 0)
        #expect(try terminal.contents(of: "code") == "\(128 + number)\n")
        #expect(try places(of: words, and: terminal.directory) == [])
        #expect(FileManager.default.fileExists(atPath: data + "/brim/brim.sqlite"))
    }

    @Test("a conversation that is deleted on the screen takes its cached answers along")
    func deleted() throws {
        let words = (0..<6).map { "plover\(["gale", "reed", "mire", "fen", "tarn", "ness"][$0])" }
        let questions = words.map { "What is the capital of France, \($0)?" }.joined(separator: "\n")
        let said = try Shell.run(
            Brim.executable, ["--plain", "--threshold", "0", "--max-tokens", "48"], input: questions,
            environment: environment)
        #expect(said.status == 0, "\(said.error)")
        let kept = try Shell.run(Brim.executable, ["cache", "--json"], environment: environment)
        #expect(try Brim.objects(kept.output).isEmpty == false)
        #expect(try places(of: words).isEmpty == false)

        let terminal = try start("")
        try terminal.wait(for: "smollm2")
        try terminal.press("C-o")
        try terminal.wait(for: "What is the capital")
        try terminal.press("C-d")
        try terminal.wait(for: "delete it for good?")
        try terminal.press("C-d")
        try terminal.wait(for: "deleted, with all that came from it")
        #expect(try places(of: words) == [])
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
        let left = try Shell.run(Brim.executable, ["cache", "--json"], environment: environment)
        #expect(left.status == 0 && left.output.isEmpty)
        #expect(try places(of: words) == [])
    }
}
