import Foundation
import Testing

/// A store that cannot keep what it should: whoever asks is told, on the screen, on the standard error, by the exit code.
@Suite(.serialized) struct NotKeptTests {
    private static let nowhere = "/dev/null/brim"

    @Test("ask answers, says that nothing is kept and ends with 3; what only looks at the store fails")
    func commands() throws {
        let asked = try Brim.run("ask", "--data-dir", Self.nowhere, "What is 17 * 23?")
        #expect(asked.status == 3 && asked.output.contains("391"), "\(asked)")
        #expect(asked.error.hasPrefix("warning: ") && asked.error.contains(Self.nowhere))
        for arguments in [["cache"], ["cache", "clear"], ["audit"], ["audit", "verify"], ["audit", "acknowledge"]] {
            let result = try Shell.run(
                Brim.executable, arguments + ["--data-dir", Self.nowhere], environment: Brim.environment())
            #expect(result.status == 1 && result.output.isEmpty && result.error.contains(Self.nowhere), "\(arguments)")
        }
    }

    @Test("the screen says NOT KEPT for as long as it stands, and the program when it ends")
    func screen() throws {
        let terminal = try Tmux(
            columns: 80, rows: 24, environment: Brim.environment(),
            "\(Brim.executable) --data-dir \(Self.nowhere) 2> errors; echo $? > code; exec sleep 600")
        try terminal.wait(for: "NOT KEPT")
        try terminal.wait(for: "smollm2")
        try terminal.type("What is 2 + 2?")
        try terminal.press("Enter")
        #expect(try terminal.wait(for: "2 + 2 = 4").contains("NOT KEPT"))
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "3\n")
        #expect(try terminal.contents(of: "errors").hasPrefix("warning: "))
    }

    @Test(
        "a disk that fills up in mid-session is told when it happens, and behind each answer from then on",
        .enabled(if: canMount, "this machine does not let a test mount a disk"))
    func midSession() throws {
        let directory = NSTemporaryDirectory() + "brim-small-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: directory) }
        let questions = (0..<24).map { "What is \($0) + 1?" }.joined(separator: "\n")
        let result = try Shell.run(
            "unshare",
            [
                "-rm", "sh", "-c",
                "mount -t tmpfs -o size=900k,mode=700 tmpfs \"$1\" && exec \"$0\" --plain --data-dir \"$1\"",
                Brim.executable, directory,
            ], input: questions, environment: Brim.environment())
        #expect(result.status == 3, "\(result.status) \(result.error)")
        let lines = result.output.split(separator: "\n").map(String.init)
        let collected = try #require(lines.firstIndex { $0.hasPrefix("warning: NOT KEPT") }, "\(result.output)")
        let answers = lines.indices.filter { lines[$0].hasPrefix("from: ") }
        #expect(answers.count == 24 && answers.contains { $0 < collected }, "\(result.output)")
        #expect(answers.allSatisfy { lines[$0].hasSuffix("NOT KEPT") == ($0 > collected) }, "\(result.output)")
        #expect(result.error.contains("warning: The disk is full"), "\(result.error)")
    }

    private static let canMount: Bool = {
        let result = try? Shell.run("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"])
        return result?.status == 0
    }()

    @Test("after damage every command says so, and the log's check fails until the operator has acknowledged it")
    func damage() throws {
        let environment = Brim.environment()
        func brim(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(Brim.executable, arguments, environment: environment)
        }
        #expect(try brim("audit", "verify").status == 0)
        let file = (environment["XDG_DATA_HOME"] ?? "") + "/brim/brim.sqlite"
        try Data(repeating: 0xA5, count: 20_000).write(to: URL(fileURLWithPath: file))
        let asked = try brim("ask", "What is 2 + 2?")
        #expect(asked.status == 0 && asked.error.contains("warning: The database was damaged"), "\(asked)")
        let cache = try brim("cache")
        #expect(cache.status == 0 && cache.error.contains("warning: Entries of the audit log are missing."), "\(cache)")
        let verified = try brim("audit", "verify")
        #expect(verified.status == 1 && verified.output.contains("entries are missing"), "\(verified)")
        let json = try Brim.objects(try brim("audit", "verify", "--json").output)
        #expect(json.first?["intact"] as? Bool == false && json.first?["losses"] as? [Int] == [1, 2])
        #expect(try brim("audit", "acknowledge").status == 0)
        let after = try brim("audit", "verify")
        #expect(after.status == 0 && after.error.isEmpty && after.output.contains("The operator knows."), "\(after)")
    }

    @Test("a port that TCP does not have is an error of the address and no crash")
    func ports() throws {
        for port in ["0", "65536", "99999", "99999999999999999999", "-1"] {
            for name in ["BRIM_CLOUD_URL", "BRIM_CLOUD_GATEWAY"] {
                let result = try Brim.run(
                    "route", "--allow-cloud", "--threshold", "1", "Who wrote Faust?",
                    environment: [name: "https://127.0.0.1:\(port)/v1", "NEBIUS_API_KEY": "k"])
                #expect(result.status == 0, "\(name) \(port): \(result.status) \(result.error)")
                #expect(!result.error.contains(port) || port.count < 3)
            }
        }
    }
}
