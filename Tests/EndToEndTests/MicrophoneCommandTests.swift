import Foundation
import Testing

/// `brim devices` and `brim listen` with real ALSA and the real speech model.
@Suite(.serialized) struct MicrophoneCommandTests {
    @Test("listen hears the words of the microphone, as text and as JSON with the keys of transcribe")
    func listen() throws {
        let environment = try SpeechSource.clip("Front_Center.wav")
        let plain = try Brim.run("listen", "--device", "clip", "--seconds", "1.6", environment: environment)
        #expect(plain.status == 0, "\(plain.error)")
        #expect(plain.output.lowercased().contains("front") && plain.output.lowercased().contains("center"))
        let result = try Brim.run("listen", "--device", "clip", "--seconds", "1.6", "--json", environment: environment)
        let row = try #require(try Brim.objects(result.output).first, "\(result.error)")
        #expect(row["text"] as? String == plain.output.trimmingCharacters(in: .newlines))
        #expect(row["device"] as? String == "clip" && row["outcome"] as? String == "spoken")
        #expect(row["audio_s"] as? Double == 1.6)
        for key in ["segments", "avg_logprob", "no_speech_prob", "encode_ms", "decode_ms", "total_ms", "notes"] {
            #expect(row[key] != nil, "\(key)")
        }
    }

    @Test("Enter ends a recording on a terminal, where the level is shown, and Ctrl-C drops it")
    func enter() throws {
        let environment = Brim.environment().merging(try SpeechSource.clip("Front_Left.wav")) { $1 }
        let terminal = try Tmux(
            columns: 100, rows: 10, environment: environment,
            "'\(Brim.executable)' listen --device clip; echo status $?")
        // The clip lasts 1.5 s.
        try terminal.wait("a level after two seconds") { $0.contains("REC   2.") && $0.contains("dB [") }
        try terminal.press("Enter")
        let screen = try terminal.wait(for: "status 0")
        #expect(screen.lowercased().contains("front") && screen.lowercased().contains("left"), "\(screen)")

        let dropped = try Tmux(
            columns: 100, rows: 10, environment: environment,
            "trap : INT; '\(Brim.executable)' listen --device clip; printf '\\n\\nstatus %s\\n' $?")
        try dropped.wait(for: "REC ")
        try dropped.press("C-c")
        #expect(try dropped.wait(for: "status 1").lowercased().contains("front") == false)
    }

    @Test("devices lists what there is, and a machine without any says so")
    func devices() throws {
        let environment = try SpeechSource.clip("Front_Left.wav")
        let rows = try Brim.objects(Brim.run("devices", "--json", environment: environment).output)
        #expect(rows.contains { $0["device"] as? String == "clip" && $0["name"] as? String == "A spoken clip" })
        #expect(try Brim.run("devices", environment: environment).output.contains("clip"))
    }

    @Test("A device that is not there, and a recording nobody can end, are one clear line")
    func failures() throws {
        let missing = try Brim.run("listen", "--device", "plughw:CARD=Nowhere,DEV=0", "--seconds", "1")
        #expect(missing.status == 1 && missing.output.isEmpty)
        #expect(missing.error.contains("plughw:CARD=Nowhere,DEV=0") && missing.error.contains("brim devices"))
        #expect(missing.error.split(separator: "\n").count == 1)
        let remote = try Brim.run(
            "listen", "--device", "clip", "--seconds", "1", environment: ["SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"])
        #expect(remote.status == 1 && remote.error.contains("voice.allow_ssh"))
        let endless = try Brim.run("listen", "--device", "clip")
        #expect(endless.status == 2 && endless.error.contains("--seconds"))
        #expect(try Brim.run("listen", "--seconds", "500").status == 2)
    }

    @Test(
        "Where the configuration allows it over SSH, the recording is announced on the machine's own console, or refused"
    )
    func announced() throws {
        let folder = NSTemporaryDirectory() + "console-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let remote = ["SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22", "USER": "ada"]
        let environment = try SpeechSource.clip("Front_Center.wav").merging(remote) { $1 }
        func listen(_ console: String) throws -> Shell.Result {
            try "voice:\n  allow_ssh: true\n  console: \(console)\n".write(
                toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
            return try Brim.run(
                "listen", "--config", folder + "/config.yaml", "--device", "clip", "--seconds", "1.6",
                environment: environment)
        }
        try Data().write(to: URL(fileURLWithPath: folder + "/console"))
        #expect(try listen(folder + "/console").output.lowercased().contains("front"))
        let notice = try String(contentsOfFile: folder + "/console", encoding: .utf8)
        #expect(notice.contains("records for ada at 192.0.2.1"))
        let refused = try listen(folder + "/nowhere")
        #expect(refused.status == 1 && refused.output.isEmpty && refused.error.contains("announced"))
    }

    @Test("Digital silence gives no words, and a hint that the microphone may be muted")
    func silence() throws {
        let environment = try SpeechSource.clip("Front_Left.wav", lead: 5)
        let result = try Brim.run("listen", "--device", "clip", "--seconds", "2", "--json", environment: environment)
        let row = try #require(try Brim.objects(result.output).first, "\(result.error)")
        #expect(row["text"] as? String == "" && row["outcome"] as? String == "noSpeech")
        #expect((row["notes"] as? [String])?.contains { $0.contains("muted") } == true)
    }
}
