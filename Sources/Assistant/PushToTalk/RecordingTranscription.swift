internal import AssistantCore

/// One recording on its way from the source into the transcriber.
struct RecordingTranscription: Sendable {
    private let recording: any AudioRecording
    private let work: Task<Void, Never>

    /// Begins.
    /// - Parameter emit: is given what comes of it; nothing any more once it was dropped.
    init(
        _ recording: any AudioRecording, _ transcriber: any Transcriber,
        emit: @escaping @Sendable (PushToTalk.Event) -> Void
    ) {
        self.recording = recording
        work = Task {
            do {
                let transcript = try await Self.transcribe(recording, transcriber, emit)
                if !Task.isCancelled { emit(.heard(transcript)) }
            } catch {
                recording.stop()
                if !Task.isCancelled { emit(.failed("Nothing was understood: \(error)")) }
            }
        }
    }

    /// The recording is over; its words are told when they are there.
    func finish() { recording.stop() }

    /// Forgets it.
    func drop() {
        work.cancel()
        recording.stop()
    }

    /// Returns when nothing is at work any more.
    func end() async { await work.value }

    private static func transcribe(
        _ recording: any AudioRecording, _ transcriber: any Transcriber,
        _ emit: @escaping @Sendable (PushToTalk.Event) -> Void
    ) async throws -> Transcript {
        // The source keeps the sound meanwhile.
        let stream = try await transcriber.startTranscription()
        let partials = Task { for await text in stream.partialTexts { emit(.partialText(text)) } }
        defer { partials.cancel() }
        do {
            for await event in recording.events {
                if case .sound(let samples, _) = event { stream.append(samples) }
                emit(.audio(event))
            }
            try Task.checkCancellation()
            return try await stream.finish()
        } catch {
            stream.cancel()
            throw error
        }
    }
}
