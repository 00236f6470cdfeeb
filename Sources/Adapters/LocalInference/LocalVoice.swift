internal import Kernels
internal import VITS

/// A voice of this device: a Piper voice on the CPU, on a thread of its own. One caller at a time is served.
package actor LocalVoice {
    private let thread: InferenceThread
    private let synthesiser: SpeechSynthesiser
    private let configuration: PiperConfiguration

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Samples of sound a second.
    package nonisolated let sampleRateHz: Int
    /// The voice of espeak-ng whose phonemes it speaks.
    package nonisolated let espeakVoice: String

    /// Frames that are made at first, so that a sentence begins soon, and later: each start costs something, and what does not fit
    /// the caches more.
    private static let firstFrames = 16
    private static let laterFrames = 48
    /// Phoneme numbers that are said in one go: half a minute. Letters of a script that the voice does not read are spelled, and
    /// become longer than any sentence.
    private static let longestPart = 1_000

    /// Reads a voice and the `.onnx.json` beside it.
    /// - Parameters:
    ///   - path: of the `.onnx` file.
    ///   - threads: threads of the processor to use.
    /// - Throws: ``LocalInferenceError`` where the voice cannot be used.
    package static func load(path: String, threads: Int) async throws -> LocalVoice {
        let loaded = try await InferenceThread.run(name: "voice-load") {
            () throws(LocalInferenceError) -> LoadedVoice in
            do {
                let pool = try WorkerPool(threads: threads)
                let model = try VITSModel(path: path, pool: pool)
                let configuration = try PiperConfiguration(path: path + ".json", symbolCount: model.symbolCount)
                return LoadedVoice(model: model, pool: pool, configuration: configuration)
            } catch let error as LocalInferenceError {
                throw error
            } catch {
                throw LocalInferenceError(.unusableModel, "\(error)", underlying: error)
            }
        }
        return await LocalVoice(loaded)
    }

    private struct LoadedVoice: Sendable {
        let model: VITSModel
        let pool: WorkerPool
        let configuration: PiperConfiguration
    }

    private init(_ loaded: LoadedVoice) async {
        thread = InferenceThread(name: "voice")
        synthesiser = SpeechSynthesiser(loaded.model, pool: loaded.pool)
        configuration = loaded.configuration
        (sampleRateHz, espeakVoice) = (loaded.configuration.sampleRateHz, loaded.configuration.espeakVoice)
    }

    /// Makes the sound of a sentence piece by piece. Ends early, without an error, where the task is cancelled or nobody
    /// wants more.
    /// - Parameters:
    ///   - phonemes: of the International Phonetic Alphabet, with the marks at which a voice pauses.
    ///   - take: gets the next samples, -1 ... 1, and says whether more are wanted.
    /// - Returns: whether the sentence was made to its end.
    @discardableResult
    package func speak(_ phonemes: String, take: @Sendable ([Float]) -> Bool) throws -> Bool {
        let numbers = configuration.numbers(of: phonemes)
        guard !numbers.isEmpty else { return true }
        let limit = min(Self.longestPart, SpeechSynthesiser.symbolLimit)
        do {
            for start in stride(from: 0, to: numbers.count, by: limit) {
                let part = Array(numbers[start..<min(start + limit, numbers.count)])
                guard try speak(part, take: take) else { return false }
            }
            return true
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
        }
    }

    private func speak(_ numbers: [Int], take: ([Float]) -> Bool) throws -> Bool {
        // A sentence has a seed of its own, so that chance does not spoil the same phoneme of all; the same text sounds the same.
        let seed = numbers.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let options = SynthesisOptions(
            noise: configuration.noise, lengthScale: configuration.lengthScale,
            durationNoise: configuration.durationNoise, seed: seed)
        if Task.isCancelled { return false }
        let utterance = try synthesiser.prepare(numbers, options: options)
        var frame = 0
        while frame < utterance.frameCount {
            if Task.isCancelled { return false }
            let end = min(frame + (frame == 0 ? Self.firstFrames : Self.laterFrames), utterance.frameCount)
            guard take(try synthesiser.samples(of: frame..<end, utterance)) else { return false }
            frame = end
        }
        return true
    }
}
