import Foundation
import Testing

/// Answers said aloud on the full screen: the real language model, the real program espeak-ng, real ALSA that plays into a
/// file, and the tiny voice of the tests.
@Suite(.serialized) struct SpeakingTests {
    private let folder = NSTemporaryDirectory() + "speaking-" + UUID().uuidString

    /// Starts brim with a speaker that is a file, and a microphone that hears nothing.
    private func terminal(_ speak: String, tokens: Int = 60, _ environment: [String: String] = [:]) throws -> Tmux {
        var own = try SpeechSource.clip("Front_Center.wav", lead: 60)
        let path = try #require(own["ALSA_CONFIG_PATH"])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let devices = try String(contentsOfFile: path, encoding: .utf8)
        try
            (devices + """

                pcm.spoken { type file slave.pcm "null" file "\(folder)/spoken.raw" format "raw" }
                """).write(toFile: path, atomically: true, encoding: .utf8)
        own.merge(environment) { $1 }
        let configuration = folder + "/config.yaml"
        try """
        voice:
          device: clip
          speaker: spoken
          voice: \(try TinyVoice.path.get())
          speak: \(speak)
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        return try Tmux(
            columns: 100, rows: 30, environment: Brim.environment().merging(own) { $1 },
            "'\(Brim.executable)' --config '\(configuration)' --max-tokens \(tokens); echo status $?")
    }

    /// Bytes of sound that the speaker has taken.
    private var spokenBytes: Int { FileManager.default.contents(atPath: folder + "/spoken.raw")?.count ?? 0 }

    private func ask(_ terminal: Tmux) throws {
        try terminal.wait(for: "F2 talk")
        try terminal.type("Tell me about the history of the city of Edinburgh.")
        try terminal.press("Enter")
    }

    @Test("An answer is said while it is written, marked, and Esc silences it; the text goes on")
    func always() throws {
        let collector = try CollectorServer()
        let terminal = try terminal("always", ["BRIM_TELEMETRY_OTLP": collector.address])
        try ask(terminal)
        try terminal.wait("the answer being said") {
            $0.contains("SAYING") && $0.contains("dB") && $0.contains("saying it")
        }
        let screen = try terminal.wait("text to sound") { $0.firstMatch(of: /text → sound +[0-9.]+ m?s/) != nil }
        #expect(screen.contains("Esc silence") && spokenBytes > 0)
        try terminal.press("Escape")
        try terminal.wait("silence") { !$0.contains("SAYING") && !$0.contains("saying it") }
        let bytes = spokenBytes
        try terminal.wait("the rest of the answer") { $0.contains("tok/s") && $0.contains("Enter send") }
        #expect(spokenBytes == bytes)
        try terminal.press("C-q")
        try terminal.wait(for: "status 0")
        let traces = try collector.payloads("traces")
        #expect(traces.hold("text_to_speech tiny") && traces.hold("interrupted") && !traces.hold("Edinburgh"))
    }

    @Test("The key to talk silences it and opens the microphone")
    func bargeIn() throws {
        let terminal = try terminal("always")
        try ask(terminal)
        try terminal.wait(for: "SAYING")
        try terminal.press("F2")
        try terminal.wait("a recording, and silence") { $0.contains("REC 0:0") && !$0.contains("SAYING") }
        let bytes = spokenBytes
        try terminal.wait(for: "REC 0:02")
        #expect(spokenBytes == bytes)
        try terminal.press("Escape")
        // Esc and a key at once would be Alt and that key.
        try terminal.wait("no recording") { !$0.contains("REC") }
        try terminal.press("C-q")
        try terminal.wait(for: "status 0")
    }

    @Test("With voice only spoken questions are answered aloud; /speak changes that")
    func choice() throws {
        let terminal = try terminal("voice", tokens: 8)
        try ask(terminal)
        try terminal.wait("an answer") { $0.contains("LOCAL") && $0.contains("Enter send") && $0.contains("tok/s") }
        #expect(spokenBytes == 0)
        try terminal.type("/speak sometimes")
        try terminal.press("Enter")
        try terminal.wait(for: "/speak takes never, voice")
        try terminal.type("/speak always")
        try terminal.press("Enter")
        try terminal.wait(for: "answers are said aloud: always")
        try terminal.type("And of Glasgow?")
        try terminal.press("Enter")
        try terminal.wait("sound") { _ in spokenBytes > 0 }
        try terminal.press("M-,")
        try terminal.wait(for: "volume 90 of 100")
        try terminal.press("M-.")
        try terminal.wait(for: "volume 100 of 100")
        try terminal.press("C-q")
        try terminal.wait(for: "status 0")
    }

    @Test(
        "Over SSH nothing is said unless it is allowed; without espeak-ng flite speaks, and the screen says what to install"
    )
    func obstacles() throws {
        let remote = try terminal("always", tokens: 8, ["SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"])
        try remote.wait(for: "Enter send")
        try remote.type("Hello.")
        try remote.press("Enter")
        try remote.wait("an answer") { $0.contains("tok/s") && $0.contains("Enter send") && $0.contains("LOCAL") }
        try remote.type("/speak always")
        try remote.press("Enter")
        try remote.wait("the reason") { $0.contains("Over SSH the speaker") && $0.contains("voice.allow_ssh") }
        #expect(spokenBytes == 0)
        let plain = try terminal("always", tokens: 8, ["PATH": "/nowhere"])
        try plain.wait(for: "apt install espeak-ng")
        try plain.type("Hello.")
        try plain.press("Enter")
        try plain.wait("sound") { _ in spokenBytes > 0 }
    }
}
