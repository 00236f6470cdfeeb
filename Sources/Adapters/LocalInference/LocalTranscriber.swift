package import AssistantCore
internal import Kernels
internal import Synchronization
internal import Whisper

/// The ``Transcriber`` of this device: Whisper on the CPU, on a thread of its own.
///
/// Work of one caller at a time is done; others wait for their turn.
package actor LocalTranscriber: Transcriber {
    private let thread: InferenceThread
    private let listener: SpeechListener
    private let options: RecognitionOptions
    private let clock = ContinuousClock()

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Reads a model and prepares to listen.
    /// - Parameters:
    ///   - modelDirectory: path of the folder with `model.bin`, `config.json` and `vocabulary.txt`.
    ///   - threads: threads of the processor to use.
    ///   - options: what is wanted of every transcript.
    /// - Throws: ``LocalInferenceError`` where the model cannot be used, or not for what is wanted.
    package static func load(
        modelDirectory: String, threads: Int, options: TranscriptionOptions = TranscriptionOptions()
    ) async throws -> LocalTranscriber {
        let thread = InferenceThread(name: "transcriber")
        let model = try await InferenceThread.run(name: "whisper-load") {
            () throws(LocalInferenceError) -> LoadedModel in
            do {
                let pool = try WorkerPool(threads: threads)
                return LoadedModel(model: try WhisperModel(directory: modelDirectory, pool: pool), pool: pool)
            } catch {
                throw LocalInferenceError(.unusableModel, "\(error)", underlying: error)
            }
        }
        return try await LocalTranscriber(model, thread: thread, options: options)
    }

    private struct LoadedModel: Sendable {
        let model: WhisperModel
        let pool: WorkerPool
    }

    private init(_ loaded: LoadedModel, thread: InferenceThread, options: TranscriptionOptions) async throws {
        self.thread = thread
        self.options = RecognitionOptions(
            language: options.language, translates: options.translates, findsWords: options.findsWords)
        do {
            try loaded.model.check(self.options)
            listener = try SpeechListener(loaded.model, pool: loaded.pool)
        } catch {
            throw LocalInferenceError(.unusableModel, "\(error)", underlying: error)
        }
    }

    package func transcribe(_ samples: [Float]) async throws -> Transcript {
        let started = clock.now
        let recogniser = try recording()
        recogniser.append(samples)
        return try transcript(of: recogniser, since: started) { Task.isCancelled }
    }

    /// Transcribes a file without holding all of its sound. Cancelling the task ends it within one token; what was heard
    /// until then is the transcript, which is not complete.
    /// - Parameter progress: is told up to where the file is done.
    package func transcribe(
        _ file: SpeechFile, progress: @escaping @Sendable (Duration) -> Void = { _ in }
    ) async throws -> Transcript {
        let started = clock.now
        let recogniser = try recording()
        let isCancelled = { Task.isCancelled }
        let report = { progress(recogniser.doneDuration) }
        try file.forEachPiece { piece in
            recogniser.append(piece)
            recogniser.hearClosedWindows(isCancelled, progress: report)
            return !isCancelled()
        }
        return transcript(recogniser.finish(isCancelled, progress: report), since: started)
    }

    package func startTranscription() async throws -> any StreamingTranscription {
        LocalTranscription(try recording(), transcriber: self)
    }

    private func recording() throws -> SpeechRecogniser {
        do {
            return try SpeechRecogniser(listener, options: options)
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
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
        return transcript(recognition, since: started)
    }

    private func transcript(_ recognition: Recognition, since started: ContinuousClock.Instant) -> Transcript {
        var transcript = Transcript(
            outcome: recognition.segments.isEmpty ? .noSpeech : .spoken,
            segments: recognition.segments.map { segment in
                let words = segment.words.map {
                    Transcript.Word(start: $0.start, end: $0.end, text: $0.text, probability: $0.probability)
                }
                return .init(start: segment.start, end: segment.end, text: segment.text, words: words)
            },
            averageLogProbability: recognition.averageLogProbability,
            noSpeechProbability: recognition.noSpeechProbability, audioDuration: recognition.audioDuration,
            encodeDuration: recognition.encodeDuration, decodeDuration: recognition.decodeDuration,
            totalDuration: clock.now - started)
        transcript.language = recognition.language.map { .init(code: $0.code, probability: $0.probability) }
        transcript.isComplete = !recognition.isCancelled
        return transcript
    }
}
