import Foundation
import Testing

/// `brim say` with the real program espeak-ng and the tiny voice of the tests; with the real voice where it was fetched.
@Suite(.serialized) struct SayCommandTests {
    private static func file(_ name: String) -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + name).path
    }

    @Test("a text becomes a WAV file whose length the report tells, and the same text the same sound")
    func file() throws {
        let (first, second) = (Self.file(".wav"), Self.file(".wav"))
        let voice = try TinyVoice.path.get()
        let result = try Brim.run(
            "say", "--json", "--voice", voice, "--out", first, "It is 9:05, and tea costs $3.50. Really?")
        #expect(result.status == 0, "\(result.error)")
        let report = try #require(try Brim.objects(result.output).first)
        let seconds = try #require(report["audio_s"] as? Double)
        #expect(report["sentences"] as? Int == 2 && report["stopped"] as? Bool == false)
        let (sound, total) = (report["first_sound_ms"] as? Double, report["total_ms"] as? Double)
        #expect(try #require(sound) > 0 && #require(total) >= #require(sound))
        let bytes = try #require(FileManager.default.contents(atPath: first))
        #expect(bytes.count == 44 + 2 * Int((seconds * 22_050).rounded()) && seconds > 0.5)
        #expect(
            try Brim.run("say", "--voice", voice, "--out", second, "It is 9:05, and tea costs $3.50. Really?").status
                == 0)
        #expect(FileManager.default.contents(atPath: second) == bytes)
    }

    @Test("a pipe is said, through ALSA, to the device's end")
    func speaker() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alsa-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let configuration = folder + "/asound.conf"
        try """
        </usr/share/alsa/alsa.conf>
        pcm.file { type file slave.pcm "null" file "\(folder)/played.raw" format "raw" }
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        let script =
            "printf 'One.\\nTwo, three' | '\(Brim.executable)' say --json --speaker file --voice '\(try TinyVoice.path.get())' -"
        var environment = Brim.environment()
        environment["ALSA_CONFIG_PATH"] = configuration
        let result = try Shell.run("/bin/sh", ["-c", script], environment: environment)
        #expect(result.status == 0, "\(result.error)")
        let report = try #require(try Brim.objects(result.output).first)
        #expect(report["device"] as? String == "file" && report["sentences"] as? Int == 2)
        let seconds = try #require(report["audio_s"] as? Double)
        let bytes = try #require(FileManager.default.contents(atPath: folder + "/played.raw"))
        #expect(abs(Double(bytes.count) / 2 / 22_050 - seconds) < 0.05)
    }

    @Test("what is missing is one line that says what to do")
    func missing() throws {
        let voice = try TinyVoice.path.get()
        let sentences: [([String], String)] = [
            (["--voice", "no-such-voice", "a"], "known models"),
            (["--voice", "whisper-tiny.en", "a"], "not a voice model"),
            (["--voice", "/nowhere/voice.onnx", "a"], "cannot read"),
            (["--voice", voice, "--speaker", "plughw:CARD=Nowhere", "a"], "aplay -L"),
        ]
        for (arguments, words) in sentences {
            let result = try Shell.run(Brim.executable, ["say"] + arguments, environment: Brim.environment())
            #expect(result.status == 1 && result.error.contains(words), "\(arguments): \(result.error)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
        #expect(try Brim.run("say", "--volume", "101", "--voice", voice, "a").status == 2)
    }

    @Test(
        "without espeak-ng, or the better voice, flite speaks and one line says what to install; other languages need both"
    )
    func flite() throws {
        var environment = Brim.environment()
        environment["PATH"] = "/nowhere"
        func say(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(Brim.executable, ["say"] + arguments, environment: environment)
        }
        let out = Self.file(".wav")
        let plain = try say("--json", "--voice", try TinyVoice.path.get(), "--out", out, "It is 9:05. Really?")
        #expect(plain.status == 0 && plain.error.contains("apt install espeak-ng"), "\(plain.error)")
        #expect(plain.error.split(separator: "\n").count == 1)
        let report = try #require(try Brim.objects(plain.output).first)
        #expect(report["engine"] as? String == "flite" && report["voice"] as? String == "cmu_us_slt")
        let seconds = try #require(report["audio_s"] as? Double)
        #expect(1...6 ~= seconds && report["sentences"] as? Int == 2)
        let bytes = try #require(FileManager.default.contents(atPath: out))
        #expect(bytes.count == 44 + 2 * Int((seconds * 16_000).rounded()))
        // Asked for by its name it is no shortcoming.
        let asked = try say("--json", "--voice", "flite", "--out", out, "Hello.")
        #expect(asked.status == 0 && asked.error.isEmpty && asked.output.contains(#""engine":"flite""#))
        let german = try say("--voice", try TinyVoice.copy(language: "de").get(), "--out", out, "Guten Morgen.")
        #expect(german.status == 1 && german.error.contains("English alone"), "\(german.error)")
        #expect(german.error.contains("apt install espeak-ng") && german.error.split(separator: "\n").count == 1)
        // A catalogue's voice that was not fetched.
        environment = Brim.environment()
        let missing = try say("--json", "--data-dir", Self.file("-data"), "--voice", "joe", "--out", out, "Hello.")
        #expect(missing.status == 0, "\(missing.error)")
        if !FileManager.default.fileExists(atPath: Brim.root + "/models/voices/en_US-joe-medium.onnx") {
            #expect(missing.error.contains("brim models fetch joe") && missing.output.contains(#""engine":"flite""#))
        } else {
            #expect(missing.output.contains(#""engine":"vits""#))
        }
    }

    @Test("the configuration's voice, speaker and volume hold, the command line goes over them, and SSH is silent")
    func configuration() throws {
        let file = Self.file(".yaml")
        try "voice: {voice: flite, speaker: \"plughw:CARD=Nowhere\", volume: 30}\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        let out = Self.file(".wav")
        let voice = try Brim.run("say", "--json", "--config", file, "--out", out, "Hello.")
        #expect(voice.output.contains(#""engine":"flite""#), "\(voice.error)")
        let over = try Brim.run(
            "say", "--json", "--config", file, "--voice", try TinyVoice.path.get(), "--out", out, "Hello.")
        #expect(over.output.contains(#""engine":"vits""#), "\(over.error)")
        let speaker = try Brim.run("say", "--config", file, "Hello.")
        #expect(speaker.status == 1 && speaker.error.contains("CARD=Nowhere"), "\(speaker.error)")
        let remote = ["SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"]
        for command in [["say", "--config", file, "Hello."], ["ask", "--config", file, "--speak", "2 + 2"]] {
            let result = try Shell.run(
                Brim.executable, command, environment: Brim.environment().merging(remote) { $1 })
            #expect(result.status == 1 && result.error.contains("voice.allow_ssh"), "\(result.error)")
        }
        #expect(try Brim.run("say", "--config", file, "--out", out, "Hello.", environment: remote).status == 0)
    }

    @Test("hostile texts are said or left out: no failure, no shell, no command of espeak-ng")
    func hostile() throws {
        let voices = ["flite", try TinyVoice.path.get()]
        let mark = Self.file("-mark")
        for text in [
            "$(touch \(mark))", "; touch \(mark)", "`touch \(mark)`", "--out=\(mark)", "\u{1B}[2J\u{7}",
            "[[@]] <audio src=x>",
            String(repeating: "x", count: 10_000), "🙂", " ", "日本語 العربية हिन्दी",
        ] {
            for voice in voices {
                let result = try Brim.run("say", "--voice", voice, "--out", Self.file(".wav"), "--", text)
                #expect(result.status == 0, "\(text.prefix(20)): \(result.error)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: mark))
    }
}
