import ArgumentParser
import AssistantCore
import Foundation
import LocalInference
import SoundFiles

/// `brim transcribe`: speech in sound files to text.
struct TranscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcribe",
        abstract: "Turn speech in WAV, FLAC and Opus files into text.",
        discussion: """
            PCM of any rate, width and channel count is read, FLAC and Opus where Debian's flac and opus-tools are \
            installed; - reads the standard input. Ctrl-C ends it and keeps what was heard until then.

              brim transcribe clip.wav            the words
              brim transcribe --json *.wav        one JSON object a file, with times and probabilities
              brim transcribe --language auto --vtt film.wav >film.vtt
              arecord -d 5 -f cd | brim transcribe -
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "One JSON object a line for each file.") var json = false
    @Flag(help: "Subtitles in SubRip's format.") var srt = false
    @Flag(help: "Subtitles in WebVTT's format.") var vtt = false
    @Flag(help: "Times and probabilities of single words, in --json; one subtitle a word.") var words = false
    @Argument(help: ArgumentHelp("WAV, FLAC or Opus files; - is the standard input.", valueName: "file")) var files:
        [String]

    func validate() throws {
        guard [json, srt, vtt].filter({ $0 }).count <= 1 else {
            throw ValidationError("--json, --srt and --vtt exclude each other")
        }
        guard !srt && !vtt || files.count == 1 else { throw ValidationError("subtitles are of one file at a time") }
        guard !words || json || srt || vtt else { throw ValidationError("--words goes with --json, --srt or --vtt") }
    }

    func run() async throws {
        let voice = try await BrimConfiguration.load(options.directories, isNamed: options.config != nil).voice
        let transcriber = try await speech.loadTranscriber(options, voice, findsWords: words)
        var failed = false
        for file in files {
            do {
                let bytes = try Self.piped(file)
                let (transcript, notes) = try await Interruption.cancelling {
                    let sound = try await Self.sound(file, bytes)
                    let progress = TranscriptionProgress(of: sound.duration)
                    return (try await transcriber.transcribe(sound) { progress.show($0) }, sound.notes)
                }
                Terminal.endProgress()
                try show(transcript, of: file, notes: notes)
                if !transcript.isComplete { throw ExitCode(1) }
            } catch  where error is LocalInferenceError || error is CommandFailure {
                // The other files may be sound.
                Terminal.writeError("brim: \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }

    /// The bytes of a pipe, which is read to its end first; `nil` for a regular file.
    private static func piped(_ file: String) throws -> [UInt8]? {
        var status = stat()
        if file != "-", unsafe stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return nil }
        return try Array(InputFile.bytes(file, upTo: SpeechFile.byteLimit))
    }

    /// A regular file is read as it is listened to.
    private static func sound(_ file: String, _ bytes: [UInt8]?) async throws -> SpeechFile {
        let name = file == "-" ? "standard input" : file
        let decoder = SoundDecoder()
        do {
            let decoded =
                if let bytes { try await decoder.sound(of: bytes) } else { try await decoder.sound(at: file) }
            if let decoded {
                return try withExtendedLifetime(decoded) { try SpeechFile(path: decoded.path, decodedFrom: name) }
            }
        } catch let error as SoundFileError {
            throw CommandFailure("\(name): \(error)")
        }
        return if let bytes { try SpeechFile(bytes, name: name) } else { try SpeechFile(path: file) }
    }

    private func show(_ transcript: Transcript, of file: String, notes: [String]) throws {
        var notes = notes
        if !transcript.isComplete { notes.append("stopped; what follows the last words was not listened to") }
        if json { return try JSONLines.write(TranscriptRow(transcript, file: file, notes: notes)) }
        for note in notes { Terminal.writeError("brim: \(file): \(note)") }
        if transcript.outcome == .noSpeech, transcript.isComplete {
            Terminal.writeError("brim: \(file): nobody speaks in it")
        }
        if srt { return try Terminal.write(Subtitles.srt(transcript, byWord: words)) }
        if vtt { return try Terminal.write(Subtitles.vtt(transcript, byWord: words)) }
        try Terminal.writeLine(files.count == 1 ? transcript.text : "\(file): \(transcript.text)")
    }
}

/// The progress of a long file, on a terminal.
private struct TranscriptionProgress: Sendable {
    private let total: Duration

    /// Shorter files are done before a bar is read.
    private static let shortest = Duration.seconds(30)
    private static let width = 20

    init(of total: Duration) { self.total = total }

    func show(_ done: Duration) {
        guard total > Self.shortest else { return }
        let share = min(1, done / total)
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        let percent = Int((share * 100).rounded())
        let times = "\(done.clock) of \(total.clock)"
        Terminal.progress("[\(bar)] \(percent) %  \(times)  Ctrl-C keeps what is done")
    }
}
