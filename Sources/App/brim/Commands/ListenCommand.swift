import ArgumentParser
import AssistantCore
import Foundation
import LocalInference
import Microphone

/// `brim listen`: speech from the microphone to text.
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Record from the microphone and turn the speech into text.",
        discussion: """
            Records until Enter, or for --seconds, two minutes at most; Ctrl-C drops the recording.

              brim listen                         the words on the standard output
              brim listen --seconds 5 --json      as JSON, with times and probabilities
              brim listen --device plughw:CARD=Device,DEV=0
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var speech: SpeechOptions
    @Option(
        help: ArgumentHelp(
            "A name of `brim devices`; by default voice.device of the configuration, or ALSA's default.",
            valueName: "name"))
    var device: String?
    @Option(help: "Record for so long; without it, until Enter.") var seconds: Double?
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        if let seconds, !(0.1...Self.longest).contains(seconds) {
            throw ValidationError("--seconds takes 0.1 to \(Int(Self.longest))")
        }
        guard seconds != nil || Terminal.inputIsTerminal else {
            throw ValidationError("give --seconds where no Enter key can end the recording")
        }
    }

    private static let longest = 120.0

    func run() async throws {
        let voice = try await BrimConfiguration.load(options.directories, isNamed: options.config != nil).voice
        if let obstacle = voice.obstacle { throw CommandFailure(obstacle) }
        let transcriber = try await speech.loadTranscriber(options, voice)
        let (device, seconds) = (device ?? voice.device, seconds)
        let microphone = Microphone(device: device)
        defer { microphone.close() }
        let (transcript, notes) = try await Interruption.cancelling {
            let stream = try await transcriber.startTranscription()
            let recording = voice.source(microphone).startRecording()
            defer { recording.stop() }
            let enterKey = seconds == nil ? EnterKey { recording.stop() } : nil
            defer { enterKey?.cancel() }
            var session = ListeningSession(limit: seconds ?? Self.longest, endsByEnter: seconds == nil)
            let notes = try await session.run(recording, into: stream)
            return (try await stream.finish(), notes)
        }
        if json {
            return try JSONLines.write(TranscriptRow(transcript, device: name(microphone, device), notes: notes))
        }
        for note in notes { Terminal.writeError("brim: \(note)") }
        if transcript.outcome == .noSpeech { Terminal.writeError("brim: nobody spoke") }
        try Terminal.writeLine(transcript.text)
    }

    private func name(_ microphone: Microphone, _ asked: String?) -> String? {
        if case .open(let device) = microphone.state { return device }
        return asked
    }
}

/// Calls back once a line was typed.
private final class EnterKey {
    private let source: any DispatchSourceRead

    init(_ action: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "brim.enter"))
        source.setEventHandler {
            // The line is not for the shell that follows.
            _ = FileHandle.standardInput.availableData
            action()
        }
        source.resume()
    }

    func cancel() { source.cancel() }
}

/// One recording of `brim listen`: takes the sound, shows the level, and remembers what was odd.
private struct ListeningSession {
    /// Seconds of sound at most.
    let limit: Double
    let endsByEnter: Bool
    private var sampleCount = 0
    private var loudest = SoundLevel.silenceDecibels
    private var hasClipped = false
    private var overruns = 0
    private var lost = 0
    private var interruptions: [String] = []

    private static let rateHz = 16_000
    /// A device that went away is waited for so long.
    private static let silenceTimeout = Duration.seconds(5)
    /// The level is drawn once for so many samples.
    private static let samplesPerPicture = 1_600

    init(limit: Double, endsByEnter: Bool) { (self.limit, self.endsByEnter) = (limit, endsByEnter) }

    /// Records to the end.
    /// - Returns: what was odd, a line each.
    mutating func run(_ recording: any AudioRecording, into stream: any StreamingTranscription) async throws -> [String]
    {
        defer { Terminal.endProgress() }
        let total = Int(limit * Double(Self.rateHz))
        var givingUp: Task<Void, Never>?
        defer { givingUp?.cancel() }
        for await event in recording.events where sampleCount < total {
            switch event {
            case .sound(let samples, let level):
                let taken = Array(samples.prefix(total - sampleCount))
                stream.append(taken)
                show(taken.count, level)
                if sampleCount >= total { recording.stop() }
            case .lost(let samples): lost += samples
            case .overrun(let total): overruns = total
            case .interrupted(let why):
                guard sampleCount > 0 else { throw CommandFailure(why) }
                interruptions.append(why)
                givingUp = Task {
                    // A cancelled sleep means that the device is back.
                    guard (try? await Task.sleep(for: Self.silenceTimeout)) != nil else { return }
                    recording.stop()
                }
            case .resumed: givingUp?.cancel()
            }
        }
        try Task.checkCancellation()
        return notes
    }

    private mutating func show(_ count: Int, _ level: SoundLevel) {
        let isDue = (sampleCount + count) / Self.samplesPerPicture > sampleCount / Self.samplesPerPicture
        sampleCount += count
        loudest = max(loudest, level.peakDecibels)
        hasClipped = hasClipped || level.isClipping
        guard isDue else { return }
        let filled = max(0, min(20, Int((level.rmsDecibels + 60) / 3)))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        let marks = [
            level.isSpeech ? "speech" : "", level.isClipping ? "CLIP" : "", overruns > 0 ? "xruns \(overruns)" : "",
        ]
        let time = String(
            format: "REC %5.1f s  %4d dB [%@]  ", Double(sampleCount) / Double(Self.rateHz), Int(level.rmsDecibels), bar
        )
        Terminal.progress(
            time + marks.filter { !$0.isEmpty }.joined(separator: " ") + (endsByEnter ? "  Enter ends" : ""))
    }

    private var notes: [String] {
        var notes = interruptions
        if overruns > 0 { notes.append("the device overran its buffer \(overruns) times; some sound is missing") }
        if lost > 0 { notes.append("\(lost * 1_000 / Self.rateHz) ms of sound were lost: the machine was too busy") }
        if hasClipped { notes.append("the sound is cut off at full scale; turn the microphone down") }
        if sampleCount > Self.rateHz, loudest < -90 {
            notes.append("the microphone yields digital silence; is it muted, or the wrong one?")
        }
        return notes
    }
}
