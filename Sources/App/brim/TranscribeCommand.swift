import ArgumentParser
import AssistantCore
import Foundation
import LocalInference
import ModelCatalogue

/// `brim transcribe`: speech in WAV files to text.
struct TranscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcribe",
        abstract: "Turn speech in WAV files into text.",
        discussion: """
            PCM of any rate, width and channel count is read; - reads the standard input.

              brim transcribe clip.wav            the words
              brim transcribe --json *.wav        one JSON object a file, with times and probabilities
              arecord -d 5 -f cd | brim transcribe -
            """)

    @OptionGroup var options: GlobalOptions
    @Option(
        help: ArgumentHelp(
            "A folder with model.bin, config.json and vocabulary.txt (CTranslate2) instead of whisper-tiny.en.",
            valueName: "directory"))
    var modelDir: String?
    @Flag(help: "One JSON object a line for each file.") var json = false
    @Argument(help: ArgumentHelp("WAV files; - is the standard input.", valueName: "file")) var files: [String]

    /// The machine-readable answer for one file.
    struct Row: Encodable {
        struct Segment: Encodable {
            var startS: Double
            var endS: Double
            var text: String

            enum CodingKeys: String, CodingKey {
                case startS = "start_s"
                case endS = "end_s"
                case text
            }
        }

        var file: String
        var text: String
        var outcome: Transcript.Outcome
        var segments: [Segment]
        var averageLogProbability: Double
        var noSpeechProbability: Double
        var audioS: Double
        var encodeMs: Double
        var decodeMs: Double
        var totalMs: Double
        var notes: [String]

        enum CodingKeys: String, CodingKey {
            case file, text, outcome, segments, notes
            case averageLogProbability = "avg_logprob"
            case noSpeechProbability = "no_speech_prob"
            case audioS = "audio_s"
            case encodeMs = "encode_ms"
            case decodeMs = "decode_ms"
            case totalMs = "total_ms"
        }

        init(_ transcript: Transcript, file: String, notes: [String]) {
            self.file = file
            self.notes = notes
            text = transcript.text
            outcome = transcript.outcome
            segments = transcript.segments.map {
                Segment(startS: Self.rounded($0.start.inSeconds), endS: Self.rounded($0.end.inSeconds), text: $0.text)
            }
            averageLogProbability = Double(transcript.averageLogProbability)
            noSpeechProbability = Double(transcript.noSpeechProbability)
            audioS = Self.rounded(transcript.audioDuration.inSeconds)
            encodeMs = Self.rounded(transcript.encodeDuration.inMilliseconds)
            decodeMs = Self.rounded(transcript.decodeDuration.inMilliseconds)
            totalMs = Self.rounded(transcript.totalDuration.inMilliseconds)
        }

        /// To a thousandth, so that no binary fraction's tail is printed.
        private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
    }

    func run() async throws {
        let directory = try modelDirectory()
        let transcriber = try await LocalTranscriber.load(modelDirectory: directory, threads: options.threadCount)
        var failed = false
        for file in files {
            do {
                let sound = try SpeechFile(path: file)
                let transcript = try await Interruption.cancelling { try await transcriber.transcribe(sound.samples) }
                try show(transcript, of: file, notes: sound.notes)
            } catch let error as LocalInferenceError {
                // The other files may be sound.
                Terminal.writeError("brim: \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }

    private func modelDirectory() throws -> String {
        if let modelDir { return modelDir }
        let model = try options.library().path(of: "whisper-tiny.en", kind: .speech)
        return (model as NSString).deletingLastPathComponent
    }

    private func show(_ transcript: Transcript, of file: String, notes: [String]) throws {
        if json { return try JSONLines.write(Row(transcript, file: file, notes: notes)) }
        for note in notes { Terminal.writeError("brim: \(file): \(note)") }
        if transcript.outcome == .noSpeech { Terminal.writeError("brim: \(file): nobody speaks in it") }
        try Terminal.writeLine(files.count == 1 ? transcript.text : "\(file): \(transcript.text)")
    }
}
