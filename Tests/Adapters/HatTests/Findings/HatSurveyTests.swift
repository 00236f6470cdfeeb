import TestSupport
import AssistantCore
import Foundation
import Testing

@testable import Hat

@Suite("Every failure that an owner meets, in one sentence with the next step")
struct HatSurveyTests {
    private let url = "http://127.0.0.1:8000"
    private let running = OllamaServerState.running(models: ["qwen2.5-instruct:1.5b", "llama3.2:3b"], isExposed: false)

    /// A survey of a tree, with HailoRT asked by a child process.
    private func survey(
        _ tree: FakeTree, server: OllamaServerState?, mayOpen: Bool = true
    ) async throws -> HatSurvey {
        HatSurvey(
            sighting: BoardDetection(under: tree.root) { _ in mayOpen },
            library: try await BoardProbe.test(tree).report(), server: server, url: url)
    }

    private func lines(_ survey: HatSurvey) -> [String] {
        survey.findings.map { finding in
            let mark = ["ok": "OK", "warning": "WARN", "failure": "FAIL"][finding.verdict.rawValue] ?? "?"
            return "\(mark) \(finding.subject): \(finding.sentence)" + (finding.nextStep.map { " → \($0)" } ?? "")
        }
    }

    @Test("a HAT+ 2 that is well")
    func well() async throws {
        let survey = try await survey(.wellKept(), server: running)
        #expect(
            lines(survey) == [
                "OK board: Hailo-10H (AI HAT+ 2) at 0001:01:00.0.", "OK driver: Loaded, version 5.1.1.",
                "OK device node: /dev/hailo0 can be opened.", "OK HailoRT: Version 5.1.1.",
                "OK NPU: AI\u{FFFD}HAT+ 2 answers, 48 °C, 1.8 W.",
                "OK hailo-ollama: Runs at http://127.0.0.1:8000 with qwen2.5-instruct:1.5b and 1 more.",
            ])
        #expect(survey.canGenerate && survey.obstacle == nil)
    }

    @Test("no board is no fault, and the reason why --backend hat cannot be had")
    func noBoard() async throws {
        let survey = try await survey(FakeTree(), server: .absent(elsewhere: nil))
        #expect(lines(survey) == ["OK board: There is no HAT+; the processor answers."])
        #expect(survey.obstacle?.sentence == "There is no HAT+ on the PCI bus.")
    }

    @Test("an 8L is told from an 8, and neither is asked for text")
    func visionBoard() async throws {
        let tree = try FakeTree()
        try tree.addBoard(device: "0x2864")
        try tree.addModule(version: "4.20.0")
        try tree.write("/dev/hailo0", "")
        try tree.addLibrary(["arch": 2, "major": 4, "minor": 20, "revision": 0])
        let survey = try await survey(tree, server: .absent(elsewhere: nil))
        #expect(
            lines(survey).first
                == "OK board: Hailo-8L (AI HAT+, 13 TOPS) at 0001:01:00.0 is for pictures; it cannot generate text, "
                + "the processor does.")
        #expect(survey.findings.allSatisfy { $0.verdict == .ok })
        #expect(!survey.canGenerate)
    }

    @Test("driver missing")
    func driverMissing() async throws {
        let tree = try FakeTree()
        try tree.addBoard(driver: nil)
        let survey = try await survey(tree, server: nil)
        #expect(
            lines(survey).dropFirst() == [
                "FAIL driver: The board at 0001:01:00.0 is seen, but no driver holds it. → sudo apt install "
                    + "hailo-h10-all, then restart",
                "FAIL HailoRT: HailoRT is not installed. → sudo apt install hailo-h10-all",
            ])
        #expect(survey.obstacle?.subject == "driver")
    }

    @Test("node missing, and node without permission")
    func node() async throws {
        let tree = try FakeTree.wellKept()
        let closed = try await survey(tree, server: running, mayOpen: false)
        #expect(
            lines(closed)[2] == "FAIL device node: This user may not open /dev/hailo0. → sudo chmod a+rw /dev/hailo0 "
                + "for now; HailoRT's udev rule does it for good")
        try tree.remove("/dev/hailo0")
        let gone = try await survey(tree, server: running)
        #expect(lines(gone)[2].hasPrefix("FAIL device node: The driver is loaded, but neither"))
        try tree.write("/dev/h1x-0", "")
        #expect(lines(try await survey(tree, server: running))[2] == "OK device node: /dev/h1x-0 can be opened.")
    }

    @Test("driver and library of different versions, whoever notices first")
    func versions() async throws {
        let tree = try FakeTree.wellKept()
        try tree.addModule(version: "5.1.0")
        #expect(
            lines(try await survey(tree, server: running))[3] == "FAIL HailoRT: HailoRT is 5.1.1 and its driver 5.1.0; "
                + "they have to be equal. → sudo apt full-upgrade, then restart")
        let noticed = try await survey(.wellKept(library: ["create": 76]), server: running)
        #expect(lines(noticed)[4].hasPrefix("FAIL NPU: The board at 0001:01:00.0: the versions of driver, firmware"))
        let firmware = try await survey(.wellKept(library: ["fw_minor": 0]), server: running)
        #expect(lines(firmware)[4].hasPrefix("FAIL NPU: The board's firmware is 5.0.1 and HailoRT 5.1.1"))
        let old = try FakeTree.wellKept(library: ["major": 4, "minor": 20])
        try old.addModule(version: "4.20.1")
        #expect(
            lines(try await survey(old, server: running))[3] == "FAIL HailoRT: HailoRT 4.20.1 does not serve the "
                + "Hailo-10H (AI HAT+ 2). → sudo apt install hailo-h10-all, which replaces it")
    }

    @Test("a board that another program holds, and one that hailo-ollama holds", arguments: [73, 74])
    func held(status: Int) async throws {
        let tree = try FakeTree.wellKept(library: ["create": status])
        let other = try await survey(tree, server: .absent(elsewhere: nil))
        #expect(lines(other)[4].hasPrefix("FAIL NPU: The board at 0001:01:00.0: another program holds the NPU. → see"))
        let ours = try await survey(tree, server: running)
        #expect(lines(ours)[4] == "OK NPU: hailo-ollama holds the board, so it cannot be measured beside it.")
        #expect(ours.canGenerate)
    }

    @Test("a library that crashes, and one that nobody knows")
    func libraries() async throws {
        let crash = try await survey(.wellKept(library: ["crash": 1]), server: nil)
        #expect(lines(crash)[3].contains("crashes when it is loaded"))
        #expect(lines(crash)[3].hasSuffix("→ sudo apt install --reinstall hailo-h10-all"))
        let future = try await survey(.wellKept(library: ["major": 6]), server: nil)
        #expect(lines(future)[3].hasPrefix("FAIL HailoRT: HailoRT 6.1.1 is not one that Brim knows"))
    }

    @Test("a search that fails, and one that finds nothing")
    func scan() async throws {
        let failed = try await survey(.wellKept(library: ["scan": 77]), server: nil)
        #expect(lines(failed)[4].hasPrefix("FAIL NPU: The search for boards failed: the call to the board's own"))
        let nothing = try await survey(.wellKept(library: ["boards": 0]), server: nil)
        #expect(lines(nothing)[4].hasPrefix("FAIL NPU: HailoRT finds no board, though the kernel sees one."))
    }

    private static let sentences: [(OllamaServerState, String)] = [
        (
            .absent(elsewhere: nil),
            "FAIL hailo-ollama: Nothing answers at http://127.0.0.1:8000. → start it: hailo-ollama &"
        ),
        (
            .absent(elsewhere: "http://127.0.0.1:8001"),
            """
            FAIL hailo-ollama: Nothing answers at http://127.0.0.1:8000; hailo-ollama is at http://127.0.0.1:8001. \
            → use --hat-url http://127.0.0.1:8001
            """
        ),
        (
            .stranger,
            """
            FAIL hailo-ollama: What answers at http://127.0.0.1:8000 is not hailo-ollama. → give its port with \
            --hat-url, or free this one
            """
        ),
        (
            .running(models: [], isExposed: false),
            """
            FAIL hailo-ollama: It runs at http://127.0.0.1:8000 and has no model. → fetch one, such as: curl \
            http://127.0.0.1:8000/api/pull -d '{"model":"qwen2.5-instruct:1.5b"}'
            """
        ),
        (
            .running(models: ["m"], isExposed: true),
            """
            WARN hailo-ollama: It listens on every network interface, without a password. → from 5.3 on set \
            OLLAMA_HOST=127.0.0.1 for it; before, block its port from outside
            """
        ),
        (
            .unwell("It does not say which models it has."),
            """
            FAIL hailo-ollama: It does not say which models it has. → stop it and start it again: hailo-ollama &
            """
        ),
    ]

    @Test(
        "hailo-ollama that does not run, is elsewhere, is something else, has no model, or is open to everybody",
        arguments: sentences)
    func servers(server: OllamaServerState, line: String) async throws {
        let survey = try await survey(.wellKept(), server: server)
        #expect(lines(survey).last == line)
        #expect(survey.canGenerate == (server == .running(models: ["m"], isExposed: true)))
    }
}
