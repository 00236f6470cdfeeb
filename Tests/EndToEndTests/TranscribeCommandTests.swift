import Foundation
import Testing

/// `brim transcribe` with the real speech model.
@Suite(.serialized) struct TranscribeCommandTests {
    private static let clips = ["Front_Center.wav", "Rear_Left.wav", "Side_Right.wav"]

    private static func seconds(_ time: Substring) -> Double {
        time.split(separator: ":").reduce(0) { 60 * $0 + (Double($1.replacing(",", with: ".")) ?? .nan) }
    }

    /// Times of the cues, in seconds.
    private static func cues(_ subtitles: String, _ mark: String) -> [(start: Double, end: Double)] {
        subtitles.split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: /(\d\d:\d\d:\d\d([.,])\d{3}) --> (\d\d:\d\d:\d\d[.,]\d{3})/),
                match.2 == mark
            else { return nil }
            return (seconds(match.1), seconds(match.3))
        }
    }

    @Test("subtitles have numbered cues whose times rise and lie inside the recording, and all words")
    func subtitles() throws {
        let path = try SpeechSource.file(Self.clips)
        for (flag, mark) in [("--srt", ","), ("--vtt", ".")] {
            let result = try Brim.run("transcribe", flag, path)
            #expect(result.status == 0, "\(result.error)")
            let cues = Self.cues(result.output, mark)
            #expect(!cues.isEmpty && cues.allSatisfy { $0.start < $0.end && $0.end < 8 })
            #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.end <= $1.start + 0.001 })
            #expect(result.output.hasPrefix(flag == "--srt" ? "1\n00:00:0" : "WEBVTT\n\n00:00:0"))
            for word in ["front", "rear", "side"] { #expect(result.output.lowercased().contains(word)) }
        }
    }

    @Test("words have times in order and a probability each, and make a subtitle each")
    func words() throws {
        let path = try SpeechSource.file(Self.clips)
        let result = try Brim.run("transcribe", "--json", "--words", path)
        let row = try #require(try Brim.objects(result.output).first, "\(result.error)")
        let segments = try #require(row["segments"] as? [[String: Any]])
        let words = segments.flatMap { $0["words"] as? [[String: Any]] ?? [] }
        #expect(words.count >= 6)
        var last = 0.0
        for word in words {
            let (start, end) = (try #require(word["start_s"] as? Double), try #require(word["end_s"] as? Double))
            let probability = try #require(word["probability"] as? Double)
            #expect(start >= last && end >= start && (0...1).contains(probability))
            last = start
        }
        let cues = Self.cues(try Brim.run("transcribe", "--srt", "--words", path).output, ",")
        #expect(cues.count == words.count)
    }

    @Test(
        "a long file shows its progress on a terminal, and Ctrl-C keeps what was heard until then, whichever file it is",
        arguments: [0, 2])
    func interruption(filesBefore: Int) throws {
        let short = try SpeechSource.file(Self.clips)
        let path = try SpeechSource.file(Array(repeating: Self.clips, count: 80).flatMap(\.self))
        let before = Array(repeating: "'\(short)'", count: filesBefore).joined(separator: " ")
        let terminal = try Tmux(
            columns: 100, rows: 30, environment: Brim.environment(),
            "trap : INT; '\(Brim.executable)' transcribe \(before) '\(path)'; printf '\\n\\nstatus %s\\n' $?")
        try terminal.wait("a part that is done") {
            $0.contains("Ctrl-C keeps what is done") && $0.contains("] ") && !$0.contains(" 0 %")
        }
        try terminal.press("C-c")
        let screen = try terminal.wait(for: "status 1")
        #expect(screen.lowercased().contains("rear left") || screen.lowercased().contains("front"), "\(screen)")
        #expect(screen.contains("was not listened to"))
    }

    @Test("no bar is written where nobody reads it; a file that is none is one line, and the others are heard")
    func plain() throws {
        let path = try SpeechSource.file(Array(repeating: Self.clips, count: 5).flatMap(\.self))
        let result = try Brim.run("transcribe", "/nowhere.wav", path)
        #expect(result.status == 1 && result.error.split(separator: "\n").count == 1, "\(result.error)")
        #expect(result.output.hasPrefix(path) && result.output.lowercased().contains("side"))
        for arguments in [["--srt", "--vtt"], ["--json", "--srt"], ["--words"]] {
            let refused = try Shell.run(
                Brim.executable, ["transcribe"] + arguments + [path], environment: Brim.environment())
            #expect(refused.status == 2)
        }
    }

    @Test("FLAC and Opus are heard as WAV is, from a file and from a pipe; what is no sound says what it is")
    func otherKinds() throws {
        let wave = try SpeechSource.file(Self.clips)
        let environment = Brim.environment()
        for (kind, command) in [("flac", "flac --silent -o"), ("opus", "opusenc --quiet")] {
            let path = wave + "." + kind
            let files = kind == "flac" ? "'\(path)' '\(wave)'" : "'\(wave)' '\(path)'"
            let made = try Shell.run("/bin/sh", ["-c", "\(command) \(files)"], environment: environment)
            #expect(made.status == 0, "run make test-packages: \(made.error)")
            let piped = ["-c", "'\(Brim.executable)' transcribe - <'\(path)'"]
            for result in [
                try Brim.run("transcribe", path), try Shell.run("/bin/sh", piped, environment: environment),
            ] {
                #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
                for word in ["front", "rear", "side"] { #expect(result.output.lowercased().contains(word)) }
            }
            try Data(FileManager.default.contents(atPath: path)?.prefix(100) ?? Data())
                .write(to: URL(fileURLWithPath: path))
            let damaged = try Brim.run("transcribe", path)
            #expect(
                damaged.status == 1
                    && damaged.error.hasPrefix("brim: \(path): it is \(kind == "flac" ? "FLAC" : "Opus")"))
        }
    }
}
