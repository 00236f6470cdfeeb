internal import AssistantCore
internal import Synchronization
internal import Whisper

/// A recording under way: samples wait here for the transcriber's thread, which is woken when some have come.
final class LocalTranscription: StreamingTranscription {
    let partialTexts: AsyncStream<String>
    private let partials: AsyncStream<String>.Continuation
    private let transcriber: LocalTranscriber
    private let inbox = Mutex(Inbox())
    // SAFETY: only the transcriber touches it, on its own thread.
    nonisolated(unsafe) let recogniser: SpeechRecogniser

    private struct Inbox {
        var samples: [Float] = []
        var demand = SpeechRecogniser.Demand.work
        /// The transcriber's work on what came so far; `nil` while it rests.
        var worker: Task<Void, Never>?
    }

    init(_ recogniser: SpeechRecogniser, transcriber: LocalTranscriber) {
        unsafe self.recogniser = recogniser
        self.transcriber = transcriber
        (partialTexts, partials) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        partials.finish()
    }

    /// What the work under way is to do.
    var demand: SpeechRecogniser.Demand { inbox.withLock { $0.demand } }

    func append(_ samples: [Float]) {
        inbox.withLock { inbox in
            guard inbox.demand == .work else { return }
            inbox.samples.append(contentsOf: samples)
            if inbox.worker == nil { inbox.worker = Task { await self.work() } }
        }
    }

    private func work() async {
        repeat { await transcriber.work(for: self) } while !rest()
    }

    /// Whether the worker may go: nothing has come in the meantime.
    private func rest() -> Bool {
        inbox.withLock { inbox in
            guard inbox.samples.isEmpty || inbox.demand != .work else { return false }
            inbox.worker = nil
            return true
        }
    }

    func takeSamples() -> [Float] {
        inbox.withLock { inbox in
            defer { inbox.samples = [] }
            return inbox.samples
        }
    }

    func report(_ text: String) { partials.yield(text) }

    func finish() async throws -> Transcript {
        let started = ContinuousClock.now
        defer { partials.finish() }
        let isCancelled = inbox.withLock { inbox in
            if inbox.demand == .work { inbox.demand = .hurry }
            return inbox.demand == .stop
        }
        if isCancelled { throw CancellationError() }
        return try await transcriber.finish(self, since: started)
    }

    func cancel() {
        inbox.withLock { inbox in
            inbox.demand = .stop
            inbox.samples = []
        }
        partials.finish()
    }
}
