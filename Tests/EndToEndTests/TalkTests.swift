import Foundation
import Testing

/// Talking on the full screen: real ALSA, the real speech model, the real language model, a real terminal.
@Suite(.serialized) struct TalkTests {
    private func terminal(_ environment: [String: String]) throws -> Tmux {
        let directory = NSTemporaryDirectory() + "talk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = directory + "/config.yaml"
        try "voice:\n  device: clip\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        return try Tmux(
            columns: 100, rows: 30, environment: Brim.environment().merging(environment) { $1 },
            "'\(Brim.executable)' --config '\(configuration)' --max-tokens 8; echo status $?")
    }

    @Test("Press, speak, press: the words stand in the conversation, marked as spoken, and are answered")
    func words() throws {
        let terminal = try terminal(try SpeechSource.clip("Front_Center.wav", lead: 0.2))
        try terminal.wait(for: "F2 talk")
        try terminal.press("F2")
        // The clip lasts 1.6 s.
        try terminal.wait("a recording of two seconds") { $0.contains("REC 0:02") }
        try terminal.press("F2")
        let screen = try terminal.wait(for: "heard in")
        #expect(screen.lowercased().contains("front") && screen.lowercased().contains("center"), "\(screen)")
        try terminal.wait("an answer with its figures") { $0.contains("tok/s") && $0.contains("spoken") }
        try terminal.press("C-q")
        try terminal.wait(for: "status 0")
    }

    @Test("Esc forgets the recording, and silence is said to be silence")
    func nothing() throws {
        let terminal = try terminal(try SpeechSource.clip("Front_Center.wav", lead: 60))
        try terminal.wait(for: "F2 talk")
        try terminal.press("F2")
        try terminal.wait(for: "REC 0:01")
        try terminal.press("Escape")
        try terminal.wait("no recording") { !$0.contains("REC") && !$0.contains("spoken") }
        try terminal.press("F2")
        try terminal.wait(for: "REC 0:01")
        try terminal.press("F2")
        try terminal.wait(for: "No speech was heard.")
        try terminal.press("C-q")
        try terminal.wait(for: "status 0")
    }

    @Test("Over SSH the microphone stays shut, and a missing one is a sentence; the rest works")
    func obstacles() throws {
        let remote = try terminal(["SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"])
        try remote.wait(for: "Enter send")
        try remote.wait("the reason") { screen in
            try remote.press("F2")
            return screen.contains("Over SSH the microphone") && screen.contains("voice.allow_ssh")
        }
        // No configuration of ALSA here has a device of that name.
        let missing = try terminal([:])
        try missing.wait(for: "F2 talk")
        try missing.press("F2")
        try missing.wait(for: "There is no microphone clip")
        try missing.type("still works")
        try missing.wait(for: "still works")
    }
}
