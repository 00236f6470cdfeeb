package import AssistantCore
internal import Synchronization
internal import Transformer

/// The model on this device behind the ``LanguageModel`` port.
///
/// It computes on a thread of its own, one request after the other, and keeps the KV cache between them, so that the
/// next turn of a conversation, or the next question in the same frame, reads only what is new. Made for several requests
/// at once, it answers each on a thread of its own, in common passes.
package actor LocalLanguageModel: LanguageModel {
    package nonisolated let identity: ModelIdentity
    nonisolated let model: LocalModel
    private nonisolated let thread: InferenceThread
    var sessions: SessionPool
    private let draft: DraftModel?
    private nonisolated let joint: JointDecoding?
    /// Those that answer beside this one.
    private nonisolated let others: [LocalLanguageModel]
    /// Requests at work or waiting here.
    private nonisolated let load = Atomic(0)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// - Parameter draft: a smaller model of the same vocabulary that guesses ahead: faster where the two often agree, and never
    ///   another text. Not used by several requests at once.
    /// - Throws: ``LocalInferenceError``: `failed` where the system refuses memory, `unusableModel` where the vocabularies
    ///   differ.
    package init(_ model: LocalModel, draft: LocalModel? = nil) throws {
        try self.init(model, draft: draft, contexts: SessionPool.usualCapacity)
    }

    /// Answers several requests at once, each pass of the weights serving all of them: more tokens a second in all, and the same
    /// answers.
    ///
    /// - Parameter requests: how many are at work at most (≥ 1); more wait.
    /// - Throws: ``LocalInferenceError/Code/failed`` where the system refuses memory.
    package init(_ model: LocalModel, concurrentRequests requests: Int) throws {
        let joint = requests > 1 ? JointDecoding() : nil
        // As much memory as one request at a time may take, as far as that goes.
        let contexts = max(1, SessionPool.usualCapacity / max(1, requests))
        let others = try (1..<max(1, requests)).map { _ in
            try LocalLanguageModel(model, contexts: contexts, joint: joint)
        }
        try self.init(model, contexts: contexts, joint: joint, others: others)
    }

    private init(
        _ model: LocalModel, draft: LocalModel? = nil, contexts: Int, joint: JointDecoding? = nil,
        others: [LocalLanguageModel] = []
    ) throws {
        self.model = model
        self.joint = joint
        self.others = others
        identity = model.identity
        thread = InferenceThread(name: "brim-model")
        sessions = try SessionPool(capacity: contexts) { try model.makeSession() }
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
        let model = leastLoaded
        model.load.add(1, ordering: .relaxed)
        Task {
            defer { model.load.subtract(1, ordering: .relaxed) }
            do {
                try await model.run(request, cancel) { continuation.yield($0) }
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
            let common = session.commonPrefix(with: tokens)
            guard common < tokens.count else { return }
            let reused = session.truncate(to: common)
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
    package func forget() async {
        sessions.forget()
        model.prompts.forget()
        for other in others { await other.forget() }
    }

    private nonisolated var leastLoaded: LocalLanguageModel {
        others.reduce(self) { $1.load.load(ordering: .relaxed) < $0.load.load(ordering: .relaxed) ? $1 : $0 }
    }

    private func run(
        _ request: GenerationRequest, _ cancel: CancelFlag, emit: (GenerationEvent) -> Void
    ) throws {
        joint?.join()
        defer { joint?.leave() }
        do {
            try sessions.withSession(for: try model.prompts.encode(request.prompt)) { session, window in
                try Generation(model: model, session: session, cancel: cancel, draft: draft, joint: joint)
                    .run(request, window: &window, emit: emit)
            }
        } catch let error as TransformerError {
            throw LocalInferenceError(.failed, error.description)
        }
    }
}
