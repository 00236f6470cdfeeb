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
        var environment = Brim.environment()
        environment["PATH"] = "/nowhere"
        let result = try Shell.run(
            Brim.executable, ["say", "--voice", voice, "--out", Self.file(".wav"), "a"], environment: environment)
        #expect(result.status == 1 && result.error.contains("apt install espeak-ng"), "\(result.error)")
        #expect(try Brim.run("say", "--volume", "101", "--voice", voice, "a").status == 2)
    }

    @Test("hostile texts are said or left out: no failure, no shell, no command of espeak-ng")
    func hostile() throws {
        let voice = try TinyVoice.path.get()
        let mark = Self.file("-mark")
        for text in [
            "$(touch \(mark))", "; touch \(mark)", "`touch \(mark)`", "--out=\(mark)", "\u{1B}[2J\u{7}",
            "[[@]] <audio src=x>",
            String(repeating: "x", count: 10_000), "🙂", " ", "日本語 العربية हिन्दी",
        ] {
            let result = try Brim.run("say", "--voice", voice, "--out", Self.file(".wav"), "--", text)
            #expect(result.status == 0, "\(text.prefix(20)): \(result.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: mark))
    }
}
