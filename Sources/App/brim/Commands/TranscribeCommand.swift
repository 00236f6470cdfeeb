import ArgumentParser
import AssistantCore
import Foundation
import LocalInference

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
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "One JSON object a line for each file.") var json = false
    @Argument(help: ArgumentHelp("WAV files; - is the standard input.", valueName: "file")) var files: [String]

    func run() async throws {
        let transcriber = try await speech.loadTranscriber(options)
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

    private func show(_ transcript: Transcript, of file: String, notes: [String]) throws {
        if json { return try JSONLines.write(TranscriptRow(transcript, file: file, notes: notes)) }
        for note in notes { Terminal.writeError("brim: \(file): \(note)") }
        if transcript.outcome == .noSpeech { Terminal.writeError("brim: \(file): nobody speaks in it") }
        try Terminal.writeLine(files.count == 1 ? transcript.text : "\(file): \(transcript.text)")
    }
}
