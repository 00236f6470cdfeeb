package import AssistantCore
internal import Transformer

/// The model on this device behind the ``LanguageModel`` port.
///
/// It computes on a thread of its own, one request after the other, and keeps the KV cache between them, so that the
/// next turn of a conversation, or the next question in the same frame, reads only what is new.
package actor LocalLanguageModel: LanguageModel {
    package nonisolated let identity: ModelIdentity
    nonisolated let model: LocalModel
    private nonisolated let thread: InferenceThread
    var sessions: SessionPool
    private let draft: DraftModel?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// - Parameter draft: a smaller model of the same vocabulary that guesses ahead: faster where the two often agree, and never
    ///   another text.
    /// - Throws: ``LocalInferenceError``: `failed` where the system refuses memory, `unusableModel` where the vocabularies
    ///   differ.
    package init(_ model: LocalModel, draft: LocalModel? = nil) throws {
        self.model = model
        identity = model.identity
        thread = InferenceThread(name: "brim-model")
        sessions = try SessionPool { try model.makeSession() }
        self.draft = try draft.map { try DraftModel($0, for: model) }
    }

    /// Whether the model came with a layout for conversations; without one, it takes raw prompts only.
    package nonisolated var hasChatTemplate: Bool { model.prompts.hasTemplate }

    /// See ``LanguageModel/generate(_:)``. Throws ``LocalInferenceError``: `promptTooLong`, `invalidRequest`, `failed`.
    ///
    /// The stream holds every event until it is read: at most one for each token of the context, and a few more.
    package nonisolated func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let cancel = CancelFlag()
        let capacity = 2 * identity.contextLength + 8
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: GenerationEvent.self, throwing: (any Error).self, bufferingPolicy: .bufferingOldest(capacity))
        // The task ends within a token of the stream's end: the flag is what owns it.
        continuation.onTermination = { _ in cancel.raise() }
        Task {
            do {
                try await run(request, cancel) { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        return stream
    }

    package nonisolated func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        try model.prompts.encode(prompt).count
    }

    /// Reads the beginning of a conversation, such as its system prompt, so that the first answer need not wait for it.
    ///
    /// - Throws: ``LocalInferenceError``: `promptTooLong`, `unusableModel`, `failed`.
    package func warmUp(_ messages: [Message]) throws {
        let tokens = try model.prompts.encode(messages, opensAnswer: false)
        guard tokens.count < sessions.contextLength else {
            throw LocalInferenceError.promptTooLong(tokens.count, capacity: sessions.contextLength - 1)
        }
        try sessions.withSession(for: tokens) { session, _ in
            let reused = session.commonPrefix(with: tokens)
            guard reused < tokens.count else { return }
            session.truncate(to: reused)
            do {
                try session.evaluate(tokens[reused...])
            } catch let error as TransformerError {
                throw LocalInferenceError(.failed, error.description)
            }
        }
    }

    /// Returns when the model's thread has come to it: behind an answer at work, and never where that hangs.
    package func ping() {}

    /// Forgets every token, so that nothing of an earlier conversation is left in the cache.
    package func forget() {
        sessions.forget()
        model.prompts.forget()
    }

    private func run(
        _ request: GenerationRequest, _ cancel: CancelFlag, emit: (GenerationEvent) -> Void
    ) throws {
        do {
            try sessions.withSession(for: try model.prompts.encode(request.prompt)) { session, window in
                try Generation(model: model, session: session, cancel: cancel, draft: draft)
                    .run(request, window: &window, emit: emit)
            }
        } catch let error as TransformerError {
            throw LocalInferenceError(.failed, error.description)
        }
    }
}
