import Foundation
import Testing

/// The whole program beside a server that behaves like Nebius.
@Suite(.serialized) struct EscalationTests {
    private let server: CloudServer
    private let environment: [String: String]

    init() throws {
        server = try CloudServer()
        // One home for all commands of a test: what one of them keeps, the next one finds.
        environment = Brim.environment().merging(server.environment) { $1 }
    }

    private func brim(_ arguments: String...) throws -> Shell.Result {
        try Shell.run(Brim.executable, arguments, environment: environment)
    }

    private func ask(_ arguments: String...) throws -> Shell.Result {
        try Shell.run(Brim.executable, ["ask"] + server.options + arguments, environment: environment)
    }

    @Test("An unsure draft is handed over: redacted, recorded, paid for, and answered from the cache the next time")
    func handOver() throws {
        let question = "My mail is ann@example.org. Who wrote Faust, and when was it first staged?"
        let result = try ask("--allow-cloud", "--json", "--threshold", "1", question)
        #expect(result.status == 0, "\(result.error)")
        let objects = try Brim.objects(result.output)
        let escalation = try #require(objects.first { $0["type"] as? String == "escalation" })
        #expect(escalation["model"] as? String == "double/echo")
        #expect(escalation["redacted"] as? Int == 1)
        #expect((escalation["reason"] as? String)?.hasPrefix("conf 0.") == true)
        let done = try #require(objects.last)
        #expect(done["origin"] as? String == "cloud" && done["model"] as? String == "double/echo")
        #expect(done["text"] as? String == "Paris is the capital of France.")
        #expect((done["cost_usd"] as? Double ?? 0) > 0 && (done["cloud_ttft_ms"] as? Double ?? 0) > 0)
        let sent = try server.questions()
        #expect(sent.count == 1 && sent[0].contains("<EMAIL_1>") && !sent[0].contains("ann@example.org"))

        let again = try ask("--json", "--threshold", "1", question)
        #expect(try Brim.objects(again.output).last?["origin"] as? String == "cache")
        #expect(try server.questions().count == 1)
        for text in [result.output, result.error, again.output, again.error] {
            #expect(!text.contains(CloudServer.key))
        }
    }

    @Test("Nothing leaves before the cloud was allowed, and nothing under local-only, whatever is configured")
    func staysHome() throws {
        for options in [[], ["--local-only"]] {
            let result = try Shell.run(
                Brim.executable,
                ["ask"] + server.options + options + ["--threshold", "1", "--max-tokens", "8", "Who wrote Faust?"],
                environment: environment)
            #expect(result.status == 0 && result.error.contains("unsure"), "\(result.error)")
        }
        let seen = try server.seen()
        #expect(seen.connections == 0 && seen.bytes == 0)
    }

    @Test(
        "Whatever the cloud does, there is an answer or a reason",
        arguments: ["500", "401", "close-in-stream", "garbage"])
    func failures(_ behaviour: String) throws {
        let result = try ask(
            "--allow-cloud", "--json", "--threshold", "1", "--max-tokens", "8",
            "[double:\(behaviour)] What is the capital of France?")
        let done = try #require(try Brim.objects(result.output).last)
        #expect(done["type"] as? String == "done")
        #expect(!(done["text"] as? String ?? "").isEmpty, "a draft stands where the cloud fails")
        #expect(done["unsure"] as? Bool == true || done["error"] != nil)
        #expect(try brim("audit", "verify").status == 0)
    }

    @Test("A batch is answered in order, each line with its id")
    func batch() throws {
        let file = server.directory + "/questions.jsonl"
        let lines = (1...5).map { "{\"id\": \($0), \"prompt\": \"Question \($0)?\"}" }.joined(separator: "\n")
        try lines.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try ask(
            "--allow-cloud", "--threshold", "1", "--max-tokens", "8", "--batch-size", "2", "--batch", file)
        #expect(result.status == 0, "\(result.error)")
        let answers = try Brim.objects(result.output)
        #expect(answers.compactMap { $0["id"] as? Int } == [1, 2, 3, 4, 5])
        #expect(answers.allSatisfy { $0["origin"] as? String == "cloud" })
        #expect(try server.questions().count == 5)

        try "{\"prompt\": \"a\"}\n{\"prompt\": 3}\n".write(toFile: file, atomically: true, encoding: .utf8)
        let broken = try ask("--batch", file)
        #expect(broken.status == 1 && broken.error.contains("line 2"), "\(broken.error)")
    }

    @Test("At the hard cap Brim stays on the device and says so")
    func budget() throws {
        let configuration = server.directory + "/config.yaml"
        try "budget:\n  max_budget: \"0.000001\"\n  budget_duration: 24h\n".write(
            toFile: configuration, atomically: true, encoding: .utf8)
        let result = try ask(
            "--config", configuration, "--allow-cloud", "--threshold", "1", "--max-tokens", "8", "Who wrote Faust?")
        #expect(result.status == 0 && result.error.contains("budget"), "\(result.error)")
        #expect(try server.questions().isEmpty)
    }

    @Test("An edit of the audit log is found, and the entry named; a checkpoint finds what was cut off")
    func audit() throws {
        for number in 1...3 {
            _ = try ask("--allow-cloud", "--threshold", "1", "--max-tokens", "4", "Question \(number)?")
        }
        let checkpoint = server.directory + "/checkpoint.json"
        try brim("audit", "checkpoint").output.write(toFile: checkpoint, atomically: true, encoding: .utf8)
        #expect(try brim("audit", "verify", "--checkpoint", checkpoint).status == 0)

        try edit("UPDATE audit SET reason = 'nothing' WHERE sequence = 4")
        let edited = try brim("audit", "verify", "--json")
        #expect(edited.status == 1)
        #expect(try Brim.objects(edited.output).last?["first_bad_entry"] as? Int == 4)

        try edit("DELETE FROM audit WHERE sequence >= 4")
        let cut = try brim("audit", "verify", "--checkpoint", checkpoint)
        #expect(cut.status == 1 && cut.output.contains("4"), "\(cut.output)")
    }

    /// Changes the log as somebody would who has the device's files: the triggers that guard it first.
    private func edit(_ statement: String) throws {
        let database = try #require(environment["XDG_DATA_HOME"]) + "/brim/brim.sqlite"
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1])
            guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards: db.execute("DROP TRIGGER " + name)
            assert db.execute(sys.argv[2]).rowcount > 0
            for _, sql in guards: db.execute(sql)
            db.commit()
            """
        let result = try Shell.run("python3", ["-c", script, database, statement])
        #expect(result.status == 0, "\(result.error)")
    }
}
