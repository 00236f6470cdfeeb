public import AssistantCore
internal import Kernels
internal import Synchronization
internal import Whisper

/// The ``Transcriber`` of this device: Whisper on the CPU, on a thread of its own.
///
/// Work of one caller at a time is done; others wait for their turn.
public actor LocalTranscriber: Transcriber {
    private let thread: InferenceThread
    private let listener: SpeechListener
    private let clock = ContinuousClock()

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Reads a model and prepares to listen.
    /// - Parameters:
    ///   - modelDirectory: path of the folder with `model.bin`, `config.json` and `vocabulary.txt`.
    ///   - threads: threads of the processor to use.
    /// - Throws: ``LocalInferenceError`` where the model cannot be used.
    public static func load(modelDirectory: String, threads: Int) async throws -> LocalTranscriber {
        let thread = InferenceThread(name: "transcriber")
        let model = try await InferenceThread.run(name: "whisper-load") {
            () throws(LocalInferenceError) -> LoadedModel in
            do {
                let pool = try WorkerPool(threads: threads)
                return LoadedModel(model: try WhisperModel(directory: modelDirectory, pool: pool), pool: pool)
            } catch {
                throw LocalInferenceError(.unusableModel, "\(error)")
            }
        }
        return try await LocalTranscriber(model, thread: thread)
    }

    private struct LoadedModel: Sendable {
        let model: WhisperModel
        let pool: WorkerPool
    }

    private init(_ loaded: LoadedModel, thread: InferenceThread) async throws {
        self.thread = thread
        do {
            listener = try SpeechListener(loaded.model, pool: loaded.pool)
        } catch {
            throw LocalInferenceError(.unusableModel, "\(error)")
        }
    }

    public func transcribe(_ samples: [Float]) async throws -> Transcript {
        let started = clock.now
        let recogniser = try recording()
        recogniser.append(samples)
        return try transcript(of: recogniser, since: started) { Task.isCancelled }
    }

    public func startTranscription() async throws -> any StreamingTranscription {
        LocalTranscription(try recording(), transcriber: self)
    }

    private func recording() throws -> SpeechRecogniser {
        do {
            return try SpeechRecogniser(listener)
        } catch {
            throw LocalInferenceError(.failed, "\(error)")
        }
    }

    /// Takes what came and listens to it, until there is nothing to do.
    func work(for stream: LocalTranscription) {
        let recogniser = unsafe stream.recogniser
        while stream.demand != .stop {
            let samples = stream.takeSamples()
            if !samples.isEmpty { recogniser.append(samples) }
            if stream.demand == .hurry { return }
            if let text = recogniser.advance({ stream.demand }) {
                stream.report(text)
            } else if samples.isEmpty {
                return
            }
        }
    }

    /// Ends a recording.
    func finish(_ stream: LocalTranscription, since started: ContinuousClock.Instant) throws -> Transcript {
        let recogniser = unsafe stream.recogniser
        recogniser.append(stream.takeSamples())
        return try transcript(of: recogniser, since: started) { Task.isCancelled || stream.demand == .stop }
    }

    private func transcript(
        of recogniser: SpeechRecogniser, since started: ContinuousClock.Instant, isCancelled: @escaping () -> Bool
    ) throws -> Transcript {
        let recognition = recogniser.finish(isCancelled)
        if recognition.isCancelled { throw CancellationError() }
        return Transcript(
            outcome: recognition.segments.isEmpty ? .noSpeech : .spoken,
            segments: recognition.segments.map { .init(start: $0.start, end: $0.end, text: $0.text) },
            averageLogProbability: recognition.averageLogProbability,
            noSpeechProbability: recognition.noSpeechProbability, audioDuration: recognition.audioDuration,
            encodeDuration: recognition.encodeDuration, decodeDuration: recognition.decodeDuration,
            totalDuration: clock.now - started)
    }
}
