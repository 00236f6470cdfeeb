import ArgumentParser
import AssistantCore
import Foundation
import Speaker
import SpeechText
import Synchronization

/// `brim say`: text to speech, on the speaker or into a file.
struct SayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say",
        abstract: "Say a text, with a voice that runs on this device.",
        discussion: """
            Numbers, dates, money and units are read as people read them; code, tables and links are announced. With -, \
            the standard input is said while it comes. Ctrl-C silences it at once.

              brim say "The kettle has boiled."
              brim say --out hello.wav "Hello."
              brim ask "Why is the sky blue?" | brim say -
              brim say --json --voice ./de_DE-thorsten-medium.onnx "Guten Morgen."

            The voice is fetched once (brim models pull joe), and its sounds come from the program espeak-ng (apt install \
            espeak-ng). Any other Piper voice with one speaker works by its path. Where either is missing, flite speaks, which \
            is part of brim: plainer, and English alone (--voice flite). Over SSH only voice.allow_ssh lets the speaker speak; \
            --out always works.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var voice: VoiceOptions
    @Option(help: ArgumentHelp("Write a WAV file instead of playing it.", valueName: "file.wav")) var out: String?
    @Flag(help: "One JSON object with the times, once it was said.") var json = false
    @Argument(help: ArgumentHelp("What to say; - is the standard input.", valueName: "text")) var words: [String] = []

    /// What `--json` tells.
    private struct Report: Encodable {
        var engine: SpeakingVoice.Engine
        var voice: String
        /// Seconds of sound.
        var audioS: Double
        /// From the text being there to the first sound.
        var firstSoundMs: Double?
        /// From the text being there to the last sound made, or played.
        var totalMs: Double
        var loadMs: Double
        var sentences: Int
        var device: String?
        var underruns: Int?
        var stopped: Bool

        enum CodingKeys: String, CodingKey {
            case engine, voice, sentences, device, underruns, stopped
            case audioS = "audio_s"
            case firstSoundMs = "first_sound_ms"
            case totalMs = "total_ms"
            case loadMs = "load_ms"
        }
    }

    func validate() throws {
        if words.isEmpty, Terminal.inputIsTerminal {
            throw ValidationError("there is nothing to say: give it as words, or pipe it in")
        }
        if let out, out.isEmpty { throw ValidationError("--out takes the name of a file") }
    }

    func run() async throws {
        let clock = ContinuousClock()
        let started = clock.now
        let settings = try await BrimConfiguration.load(options.directories, isNamed: options.config != nil).voice
        if out == nil, let obstacle = settings.speakingObstacle { throw CommandFailure(obstacle) }
        let voice = voice.over(settings)
        let speaking = try await voice.load(options)
        if let shortcoming = speaking.shortcoming { Terminal.writeError("brim: \(shortcoming)") }
        let loaded = clock.now
        let sink = SoundSink(speaker: out == nil ? voice.open(rateHz: speaking.sampleRateHz) : nil)
        let (sentences, wasStopped) = try await Interruption.handling {
            sink.stop()
        } while: {
            try await say(speaking, sink)
        }
        let played = await sink.finish()
        let ended = clock.now
        if let error = played?.error { throw CommandFailure(error.description) }
        let sound = sink.sound
        if let out, !wasStopped {
            try OutputFile.write(WaveFile.bytes(sound.samples, sampleRateHz: speaking.sampleRateHz), to: out)
        }
        guard json else { return }
        let first = played?.firstSound ?? sound.first
        let begun = sound.begun ?? loaded
        try JSONLines.write(
            Report(
                engine: speaking.engine, voice: speaking.name, audioS: sound.seconds(at: speaking.sampleRateHz),
                firstSoundMs: first.map { begun.duration(to: $0).inMilliseconds },
                totalMs: begun.duration(to: ended).inMilliseconds, loadMs: started.duration(to: loaded).inMilliseconds,
                sentences: sentences, device: played?.device, underruns: played?.underruns, stopped: wasStopped))
    }

    /// - Returns: how many sentences were said, and whether it was stopped.
    private func say(_ speaking: SpeakingVoice, _ sink: SoundSink) async throws -> (sentences: Int, wasStopped: Bool) {
        var reader = SpokenTextReader(language: speaking.language)
        var gatherer = SentenceGatherer()
        var count = 0
        func say(_ sentences: [[SpokenClause]]) async throws -> Bool {
            if !sentences.isEmpty { sink.begin() }
            let said = try await speaking.say(sentences: sentences) { sink.take($0) }
            count += said
            return said == sentences.count
        }
        var waiting: [[SpokenClause]] = []
        if words.isEmpty || words == ["-"] {
            for try await piece in standardInput() {
                if sink.isStopped { return (count, true) }
                guard try await say(reader.take(piece).compactMap { gatherer.take($0) }) else {
                    return (count, sink.isStopped)
                }
            }
        } else {
            waiting = reader.take(words.joined(separator: " ")).compactMap { gatherer.take($0) }
        }
        waiting += reader.flush().compactMap { gatherer.take($0) }
        waiting += [gatherer.flush()].compactMap(\.self)
        _ = try await say(waiting)
        return (count, sink.isStopped)
    }

    /// The standard input as it comes.
    private func standardInput() -> AsyncThrowingStream<String, any Error> {
        AsyncThrowingStream { continuation in
            let thread = Thread {
                var decoder = TextPieces()
                do {
                    while let piece = try decoder.next() { continuation.yield(piece) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            thread.name = "standard input"
            thread.start()
        }
    }
}

/// The standard input as text, as it comes.
private struct TextPieces {
    private var waiting: [UInt8] = []
    private var total = 0
    private var hasEnded = false

    /// An hour of speech has about 60,000 characters.
    private static let limit = 8 << 20

    /// The next piece, of whole characters; `nil` at the end. Blocks until there is one.
    mutating func next() throws -> String? {
        guard !hasEnded else { return nil }
        var chunk = [UInt8](repeating: 0, count: 1 << 12)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { return "" }
            throw CommandFailure("the standard input cannot be read: \(SystemReason.words(errno))")
        }
        total += count
        guard total <= Self.limit else { throw CommandFailure("the standard input is longer than anybody would hear") }
        waiting += chunk[..<count]
        hasEnded = count == 0
        // What may be the beginning of a character waits for the rest of it.
        let open = hasEnded ? 0 : Self.openBytes(waiting)
        defer { waiting.removeFirst(waiting.count - open) }
        return String(decoding: waiting.dropLast(open), as: UTF8.self)
    }

    /// Bytes at the end that are the beginning of a character.
    private static func openBytes(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            return (byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1) > length ? length : 0
        }
        return 0
    }
}

/// Where the sound goes: a speaker, or memory for a file.
private final class SoundSink: Sendable {
    struct Sound {
        var samples: [Float] = []
        var count = 0
        /// When the first sentence was there.
        var begun: ContinuousClock.Instant?
        /// When its first samples were.
        var first: ContinuousClock.Instant?
        var isStopped = false

        func seconds(at rate: Int) -> Double { Double(count) / Double(rate) }
    }

    private let speaker: Speaker?
    private let state = Mutex(Sound())

    /// - Parameter speaker: `nil` keeps the sound.
    init(speaker: Speaker?) { self.speaker = speaker }

    func begin() { state.withLock { $0.begun = $0.begun ?? .now } }

    func take(_ samples: [Float]) -> Bool {
        let goesOn = state.withLock { state in
            state.first = state.first ?? .now
            state.count += samples.count
            if speaker == nil { state.samples += samples }
            return !state.isStopped
        }
        return goesOn && speaker?.play(samples) ?? true
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        speaker?.stop()
    }

    func finish() async -> Speaker.Report? { await speaker?.finish() }

    var isStopped: Bool { state.withLock(\.isStopped) }
    var sound: Sound { state.withLock { $0 } }
}

/// A recording of one channel in 16 bits.
enum WaveFile {
    static func bytes(_ samples: [Float], sampleRateHz: Int) -> Data {
        let dataBytes = UInt32(clamping: samples.count * 2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + samples.count * 2)
        func append<Value: FixedWidthInteger>(_ value: Value) {
            for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        bytes += "RIFF".utf8
        append(dataBytes &+ 36)
        bytes += "WAVEfmt ".utf8
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(sampleRateHz))
        append(UInt32(sampleRateHz * 2))
        append(UInt16(2))
        append(UInt16(16))
        bytes += "data".utf8
        append(dataBytes)
        for sample in samples { append(Int16(max(-1, min(1, sample)) * 32_767)) }
        return Data(bytes)
    }
}
