import AssistantCore
import Foundation
import Testing

@testable import LocalInference

@Suite("Local transcriber", .serialized) struct LocalTranscriberTests {
    private static let clip = "/usr/share/sounds/alsa/Front_Left.wav"

    /// The default model, loaded once.
    private static let loaded = Task { () throws -> LocalTranscriber in
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent("models/whisper-tiny.en").path
            if FileManager.default.fileExists(atPath: candidate + "/model.bin") {
                return try await LocalTranscriber.load(modelDirectory: candidate, threads: 2)
            }
        }
        throw MissingModel()
    }

    struct MissingModel: Error, CustomStringConvertible {
        let description = "models/whisper-tiny.en is missing: run make models"
    }

    private static func sound(_ path: String) throws -> SpeechFile {
        try SpeechFile([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
    }

    private func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter }.map(String.init)
    }

    @Test("A file at 48 kHz becomes a transcript with times and probabilities")
    func file() async throws {
        let sound = try Self.sound(Self.clip)
        let samples = try sound.samples()
        #expect(sound.notes.isEmpty && abs(samples.count - 23_680) < 10)
        let transcript = try await Self.loaded.value.transcribe(samples)
        #expect(words(transcript.text) == ["front", "left"] && transcript.outcome == .spoken)
        #expect(-1..<0 ~= transcript.averageLogProbability && 0..<0.5 ~= transcript.noSpeechProbability)
        #expect(transcript.audioDuration > .seconds(1.4) && transcript.totalDuration > .zero)
        #expect(transcript.encodeDuration > .zero && transcript.decodeDuration > .zero)
        let silent = try await Self.loaded.value.transcribe(Array(repeating: 0, count: 32_000))
        #expect(silent.outcome == .noSpeech && silent.text == "")
    }

    @Test("A recording is understood while it comes, in chunks of any size")
    func streaming() async throws {
        let samples = try Self.sound(Self.clip).samples() + Array(repeating: 0, count: 16_000)
        let stream = try await Self.loaded.value.startTranscription()
        for start in stride(from: 0, to: samples.count, by: 777) {
            stream.append(Array(samples[start..<min(start + 777, samples.count)]))
        }
        var partials = stream.partialTexts.makeAsyncIterator()
        let partial = await partials.next()
        #expect(words(try #require(partial)) == ["front", "left"])
        let transcript = try await stream.finish()
        #expect(words(transcript.text) == ["front", "left"])
        #expect(await partials.next() == nil)
    }

    @Test("Two recordings at once are kept apart")
    func together() async throws {
        let transcriber = try await Self.loaded.value
        let samples = try Self.sound(Self.clip).samples()
        let (first, second) = (try await transcriber.startTranscription(), try await transcriber.startTranscription())
        first.append(samples)
        second.append(Array(repeating: 0, count: 16_000))
        async let said = first.finish()
        async let silent = second.finish()
        #expect(try await words(said.text) == ["front", "left"])
        #expect(try await silent.outcome == .noSpeech)
    }

    @Test("A cancelled recording throws, and so does a cancelled task")
    func cancelled() async throws {
        let transcriber = try await Self.loaded.value
        let samples = try Self.sound(Self.clip).samples()
        let stream = try await transcriber.startTranscription()
        stream.append(samples)
        stream.cancel()
        stream.append(samples)
        await #expect(throws: CancellationError.self) { try await stream.finish() }
        let task = Task { try await transcriber.transcribe(samples) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await words(transcriber.transcribe(samples).text) == ["front", "left"])
    }

    @Test("What is no sound or no model is refused in words that name it")
    func refused() async throws {
        let text = #expect(throws: LocalInferenceError.self) { try Self.sound(#filePath) }
        #expect(text?.description.contains(#filePath) == true)
        #expect(text?.code == .unusableAudio && text?.description.contains("not a WAV file") == true)
        let model = await #expect(throws: LocalInferenceError.self) {
            try await LocalTranscriber.load(modelDirectory: "/nonexistent", threads: 1)
        }
        #expect(model?.code == .unusableModel && model?.description.contains("/nonexistent") == true)
    }

    @Test("A truncated file gives what is there, with a note; a rate no one uses is refused")
    func odd() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.clip)))
        let cut = try SpeechFile(Array(whole[..<50_000]))
        let samples = try cut.samples()
        #expect(cut.notes.count == 1 && samples.count > 8_000)
        var fast = whole
        (fast[24], fast[25], fast[26], fast[27]) = (0, 0, 0, 0x40)
        #expect(throws: LocalInferenceError.self) { try SpeechFile(fast) }
    }

    @Test(
        "A small file of many hours is refused before it is blown up: a slow rate, and a length that nobody listens to")
    func blownUp() throws {
        for (rate, bytes) in [(1_000, 12 << 20), (4_000, 60 << 20)] {
            let error = #expect(throws: LocalInferenceError.self) { try SpeechFile(Self.silence(rate, bytes: bytes)) }
            #expect(error?.code == .unusableAudio, "\(rate) Hz")
        }
        let slow = try SpeechFile(Self.silence(4_000, bytes: 4_000 * 30))
        var pieces: [Int] = []
        try slow.forEachPiece {
            pieces.append($0.count)
            return true
        }
        #expect(pieces.reduce(0, +) == 30 * 16_000)
        #expect(pieces.max() ?? 0 <= 4 << 16)
    }

    /// A WAV file of 8-bit mono silence.
    private static func silence(_ rateHz: Int, bytes count: Int) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
        let format = word(16) + [1, 0, 1, 0] + word(rateHz) + word(rateHz) + [1, 0, 8, 0]
        return Array("RIFF".utf8) + word(36 + count) + Array("WAVEfmt ".utf8) + format + Array("data".utf8)
            + word(count)
            + [UInt8](repeating: 128, count: count)
    }
}
