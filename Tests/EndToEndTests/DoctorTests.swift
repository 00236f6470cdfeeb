import Foundation
import Testing

/// `brim doctor` on this machine, and under stand-ins.
@Suite(.serialized) struct DoctorTests {
    /// Nothing that a machine of its own could have says anything.
    private static let quiet = ["BRIM_VOICE_ENABLED": "false", "BRIM_LOCAL_ONLY": "true"]

    private func doctor(_ pi: FakePi, _ options: [String] = []) throws -> Shell.Result {
        let environment = Brim.environment().merging(Self.quiet) { $1 }.merging(["BRIM_HAT_ROOT": pi.path]) { $1 }
        return try Shell.run(Brim.executable, ["doctor"] + options, input: nil, environment: environment)
    }

    /// A section of the page, as it is drawn.
    private func section(_ name: String, of page: String) -> String {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0 == name }) else { return "" }
        return lines[(start + 1)...].prefix { $0.hasPrefix(" ") }.joined(separator: "\n")
    }

    @Test("a Pi without a HAT+ on which all is well: the page, and exit code 0")
    func well() throws {
        let result = try doctor(FakePi(board: false))
        #expect(result.status == 0, "\(result.output) \(result.error)")
        #expect(
            section("HAT+", of: result.output) == "  OK    board               There is no HAT+; the processor answers."
        )
        let device = section("device", of: result.output).split(separator: "\n")
        #expect(device.first?.hasPrefix("  OK    machine             Raspberry Pi 5 Model B Rev 1.0, ") == true)
        // What the processor has may take two lines.
        #expect(
            device.suffix(3) == [
                "  OK    temperature         52 °C.",
                "  OK    power               Never throttled since it was switched on.",
                "  OK    memory              4096 of 8192 MB available.",
            ])
        #expect(
            section("models", of: result.output).contains("OK    smollm2-135m        Here, and its SHA-256 is right."))
        #expect(result.output.hasSuffix("\nAll is well.\n"))
    }

    @Test("a HAT+ without its driver: what is wrong, what to do, and exit code 1")
    func driverMissing() throws {
        let result = try doctor(FakePi(driver: false))
        #expect(result.status == 1)
        #expect(
            section("HAT+", of: result.output) == """
                  OK    board               Hailo-10H (AI HAT+ 2) at 0001:01:00.0.
                  FAIL  driver              The board at 0001:01:00.0 is seen, but no driver holds it.
                                            → sudo apt install hailo-h10-all, then restart
                  FAIL  HailoRT             HailoRT is not installed.
                                            → sudo apt install hailo-h10-all
                  FAIL  hailo-ollama        Nothing answers at http://127.0.0.1:8000.
                                            → start it: hailo-ollama &
                """)
        #expect(result.output.hasSuffix("\n3 things fail.\n"))
    }

    @Test("a HAT+ of which a renamed node and hailo-ollama are there, and the library is not")
    func server() throws {
        let server = try HatServer()
        let result = try doctor(FakePi(), ["--hat-url", server.url])
        #expect(result.status == 1)
        #expect(
            section("HAT+", of: result.output) == """
                  OK    board               Hailo-10H (AI HAT+ 2) at 0001:01:00.0.
                  OK    driver              Loaded, version 5.3.0.
                  OK    device node         /dev/h1x-0 can be opened.
                  FAIL  HailoRT             HailoRT is not installed.
                                            → sudo apt install hailo-h10-all
                  OK    hailo-ollama        Runs at \(server.url) with qwen2.5-instruct:1.5b and 1 more.
                """)
    }

    @Test(
        "HailoRT is asked by a child of brim itself, which may die of it",
        arguments: [
            ("minor 3\nrevision 0\n", "OK    HailoRT             Version 5.3.0."),
            ("minor 3\nrevision 0\n", "OK    NPU                 AI\u{FFFD}HAT+ 2 answers, 48 \u{B0}C, 1.8 W."),
            ("minor 1\n", "FAIL  HailoRT             HailoRT is 5.1.1 and its driver 5.3.0; they have to be equal."),
            ("crash 1\n", "FAIL  HailoRT             "),
            ("minor 3\nrevision 0\ncreate 74\n", "OK    NPU                 hailo-ollama holds the board"),
        ])
    func library(behaviour: String, line: String) throws {
        let server = try HatServer()
        let pi = try FakePi()
        try pi.addLibrary(behaviour)
        let result = try doctor(pi, ["--hat-url", server.url])
        #expect(result.output.contains(line), "\(result.output)")
        #expect(result.status == (line.hasPrefix("OK") ? 0 : 1))
    }

    @Test("a warning alone gives exit code 3, and JSON says the same as the page")
    func warning() throws {
        let pi = try FakePi(board: false, throttled: "0x50000", celsius: 83)
        let page = try doctor(pi)
        #expect(page.status == 3)
        #expect(section("device", of: page.output).contains("WARN  temperature         83 °C."))
        #expect(page.output.hasSuffix("\n2 warnings.\n"))
        let json = try doctor(pi, ["--json"])
        #expect(json.status == 3)
        let report = try #require(try Brim.objects(json.output).first)
        #expect(report["worst"] as? String == "warning")
        let sections = try #require(report["sections"] as? [[String: Any]])
        let findings = sections.flatMap { $0["findings"] as? [[String: Any]] ?? [] }
        #expect(
            findings.filter { $0["verdict"] as? String == "warning" }.map { $0["subject"] as? String } == [
                "temperature", "power",
            ])
        #expect(findings.allSatisfy { page.output.contains(($0["subject"] as? String) ?? "?") })
    }

    @Test("a weak supply fails, settings that cannot be understood fail, and --backend hat without a board does")
    func failures() throws {
        #expect(try doctor(FakePi(board: false, throttled: "0x1")).output.contains("FAIL  power"))
        let wished = try doctor(FakePi(board: false), ["--backend", "hat"])
        #expect(
            wished.status == 1 && wished.output.contains("FAIL  board               There is no HAT+ on the PCI bus."))
        let broken = try doctor(FakePi(board: false), ["--hat-url", "nonsense"])
        #expect(broken.status == 1 && broken.output.contains("FAIL  settings"))
    }

    @Test("the cloud is asked for its models, and nothing of a conversation is sent")
    func cloud() throws {
        let server = try CloudServer()
        let environment = Brim.environment().merging(["BRIM_VOICE_ENABLED": "false"]) { $1 }
            .merging(server.environment) { $1 }
        let result = try Shell.run(
            Brim.executable, ["doctor", "--online"] + server.options, input: nil, environment: environment)
        let page = section("cloud", of: result.output)
        #expect(page.contains("OK    endpoint            \(server.url) answers, and takes the key;"))
        #expect(page.contains("OK    model               double/echo is offered."))
        #expect(try server.questions().isEmpty)
        let log = try Shell.run(Brim.executable, ["audit"], environment: environment)
        #expect(log.output.contains("\(server.url)") && log.output.contains("brim doctor --online"))
        let refused = try Shell.run(
            Brim.executable, ["doctor", "--online", "--cloud-url", "https://localhost:9/v1"], input: nil,
            environment: environment)
        #expect(refused.status == 1 && section("cloud", of: refused.output).contains("FAIL  endpoint"))
        #expect(!refused.output.contains(CloudServer.key))
    }

    @Test("without --online, and under local-only, it connects to nobody and says so")
    func offline() throws {
        let server = try CloudServer()
        let environment = Brim.environment().merging(["BRIM_VOICE_ENABLED": "false"]) { $1 }
            .merging(server.environment) { $1 }
        for options in [[], ["--allow-cloud"], ["--online", "--local-only"]] {
            let result = try Shell.run(
                Brim.executable, ["doctor"] + server.options + options, input: nil, environment: environment)
            let page = section("cloud", of: result.output)
            #expect(page.contains(options.count == 2 ? "it is not asked" : "was not asked"), "\(result.output)")
        }
        let seen = try server.seen()
        #expect(seen.connections == 0 && seen.bytes == 0)
    }

    @Test("on a terminal it says what the screen can show and which keys it can tell")
    func terminal() throws {
        let terminal = try Tmux(
            columns: 110, rows: 50, environment: Brim.environment().merging(Self.quiet) { $1 },
            "\(Brim.executable) doctor; echo code $?; exec sleep 600")
        let page = try terminal.wait("the page") { $0.contains("code ") }
        #expect(section("terminal", of: page).contains("OK    glyphs              rich: eighth blocks and braille."))
        #expect(page.contains("OK    colours             indexed on tmux-256color."))
        #expect(page.contains("OK    key releases"))
    }
}
