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
        let question = "My mail is ann@example.org. Who wrote Faust?"
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

    @Test("Where a reply was cut or withheld, text and JSON say so, and it is not kept as an answer")
    func ends() throws {
        let cases = [
            ("cut-by-length", "length", "cut at the length limit"), ("filtered", "content_filter", "withheld the rest"),
            ("refusal", "refusal", "the model declined"),
        ]
        for (behaviour, stop, words) in cases {
            let question = "[double:\(behaviour)] Who wrote the play Faust for the stage?"
            for _ in 0..<2 {
                let json = try ask("--allow-cloud", "--json", "--threshold", "1", question)
                let done = try #require(try Brim.objects(json.output).last)
                #expect(done["stop"] as? String == stop && done["origin"] as? String == "cloud", "\(json.output)")
            }
            let text = try ask("--allow-cloud", "--threshold", "1", question)
            #expect(text.error.contains(words), "\(text.error)")
        }
        for _ in 0..<2 {
            let given = try ask("--allow-cloud", "--json", "--threshold", "1", "[double:aborted] Who wrote Faust?")
            let done = try #require(try Brim.objects(given.output).last)
            #expect(done["unsure"] as? Bool == true || done["error"] != nil, "half a sentence is no answer")
            #expect(done["origin"] as? String != "cache")
        }
        #expect(try brim("audit", "verify").status == 0)
    }

    @Test("A batch is answered in order, each line with its id")
    func batch() throws {
        let file = server.directory + "/questions.jsonl"
        let lines = (1...5).map { "{\"id\": \($0), \"prompt\": \"Question \($0)?\"}" }.joined(separator: "\n")
        try lines.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try ask(
            "--allow-cloud", "--threshold", "1", "--max-tokens", "8", "--parallel", "2", "--batch", file)
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

    @Test("One person's data does not come into another's answer, though the whole batch is asked at once")
    func batchRedaction() throws {
        let file = server.directory + "/questions.jsonl"
        let lines = (1...6).map {
            "{\"id\": \($0), \"prompt\": \"[double:echo-marks] person\($0)@example.org, what is my address?\"}"
        }
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let result = try ask("--allow-cloud", "--threshold", "1", "--max-tokens", "4", "--batch", file)
        #expect(result.status == 0, "\(result.error)")
        for answer in try Brim.objects(result.output) {
            let number = try #require(answer["id"] as? Int)
            #expect(answer["text"] as? String == "person\(number)@example.org <EMAIL_2> <EMAIL_3>")
        }
        let staying = server.directory + "/staying.jsonl"
        try "{\"prompt\": \"What now?\", \"system\": \"The patient has a diagnosis.\"}".write(
            toFile: staying, atomically: true, encoding: .utf8)
        let configuration = server.directory + "/config.yaml"
        try "privacy: {stay_home: [medical]}\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        let kept = try ask(
            "--config", configuration, "--threshold", "1", "--max-tokens", "4", "--batch", staying)
        #expect(try Brim.objects(kept.output).first?["origin"] as? String == "local")
        #expect(try server.questions().count == 6)
    }

    @Test("A permission can be read and taken back; then nothing is connected to until it is given anew")
    func consent() throws {
        #expect(try ask("--allow-cloud", "--threshold", "1", "--max-tokens", "4", "One?").status == 0)
        #expect(try brim("consent").output.contains("allowed") && brim("consent").output.contains(server.url))
        let withdrawn = try brim("consent", "withdraw", server.url)
        #expect(withdrawn.status == 0 && withdrawn.output.contains("may not be asked any more"))
        #expect(try brim("consent", "withdraw", server.url).output.contains("was not allowed"))
        let before = try server.seen()
        let standing = environment.merging(["BRIM_CLOUD_ALLOW": "true"]) { $1 }
        for variables in [environment, standing] {
            let result = try Shell.run(
                Brim.executable,
                ["ask"] + server.options + ["--threshold", "1", "--max-tokens", "4", "--no-cache", "Two?"],
                environment: variables)
            #expect(result.status == 0 && result.error.contains("unsure"), "\(result.error)")
        }
        #expect(try server.seen().connections == before.connections)
        #expect(try brim("audit").output.contains("withdrawn"))
        #expect(try ask("--allow-cloud", "--threshold", "1", "--max-tokens", "4", "Three?").status == 0)
        #expect(try server.questions().count == 2)
    }

    @Test("brim route connects to nobody, also where the cloud is allowed and a budget would like its prices")
    func route() throws {
        #expect(try ask("--allow-cloud", "--threshold", "1", "--max-tokens", "4", "One?").status == 0)
        let configuration = server.directory + "/config.yaml"
        try "budget: {max_budget: \"5\"}\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        let before = try server.seen()
        let options = ["route", "--config", configuration] + server.options + ["Who wrote Faust?"]
        let result = try Shell.run(Brim.executable, options, environment: environment)
        #expect(result.status == 0 && result.output.hasPrefix("draft"), "\(result.output) \(result.error)")
        #expect(result.output.contains("confidence: calibrated for smollm2-135m-instruct-q4_1, question"))
        let open = try Shell.run(
            Brim.executable, options.dropLast() + ["Write a poem."], environment: environment)
        #expect(open.output.contains("confidence: n/a"), "\(open.output) \(open.error)")
        let after = try server.seen()
        #expect(after.connections == before.connections && after.bytes == before.bytes)
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

/// Limits of a minute over separate runs of the program.
@Suite(.serialized) struct GuardTests {
    @Test("The next run of the program keeps the limit of a minute, and the command at the soft limit has run once")
    func guards() throws {
        let server = try CloudServer()
        let environment = Brim.environment().merging(server.environment) { $1 }
        let folder = NSTemporaryDirectory() + "brim-guards-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = folder + "/note"
        try "#!/bin/sh\necho \"$1\" >>\"\(folder)/told\"\n".write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let configuration = folder + "/config.yaml"
        try "budget: {rpm: 2, soft_budget: \"0.000001\", alert_command: [\(script)]}\n"
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        func ask(_ question: String) throws -> [String: Any] {
            let result = try Shell.run(
                Brim.executable,
                ["ask", "--config", configuration, "--allow-cloud", "--json", "--threshold", "1", "--max-tokens", "8"]
                    + server.options + [question], environment: environment)
            #expect(result.status == 0, "\(result.error)")
            return try #require(try Brim.objects(result.output).last)
        }
        #expect(try ask("Who wrote Faust?")["origin"] as? String == "cloud")
        #expect(try ask("Who wrote Hamlet?")["origin"] as? String == "cloud")
        #expect(try ask("Who wrote Emma?")["origin"] as? String == "local")
        #expect(try server.questions().count == 2)
        let told = try String(contentsOfFile: folder + "/told", encoding: .utf8)
        #expect(told.split(separator: "\n").count == 1 && told.hasPrefix("The soft budget is reached: "))
    }
}
