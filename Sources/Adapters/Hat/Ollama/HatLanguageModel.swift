package import AssistantCore
internal import Synchronization

/// The model on the board, through hailo-ollama, behind the ``LanguageModel`` port.
///
/// The board samples by itself and tells neither token ids nor probabilities: its tokens carry id −1, and numbers that
/// are not a number. It answers one request at a time; a second one waits here, not in the server's queue, where nobody
/// could take it back.
package final class HatLanguageModel: LanguageModel {
    package let identity: ModelIdentity
    private let client: OllamaClient
    private let boardLock: BoardLock
    /// The last request that was taken on.
    private let tail = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - model: as `/api/tags` names it.
    ///   - boardLock: shared with those who look at the board: they do not while hailo-ollama may be opening it.
    package init(
        _ model: String, at address: HatAddress, timeouts: OllamaTimeouts = OllamaTimeouts(),
        boardLock: BoardLock = BoardLock()
    ) {
        self.boardLock = boardLock
        client = OllamaClient(address: address, timeouts: timeouts)
        identity = ModelIdentity(
            name: model, quantisation: "HEF", contextLength: BoardWindow.tokens, fingerprint: "hailo-ollama/\(model)")
    }

    /// Puts the model onto the board, which can take a minute. Throws ``HatError``.
    package func load() async throws {
        await boardLock.beginRequest()
        defer { boardLock.endRequest() }
        try await client.keep(identity.name, keepAlive: -1)
    }

    /// Takes it off again, so that other programs can have the board; that is quick, or not waited for. Throws
    /// ``HatError``.
    package func unload() async throws {
        var quick = client
        quick.timeouts.load = client.timeouts.answer
        try await quick.keep(identity.name, keepAlive: 0)
    }

    /// See ``LanguageModel/generate(_:)``. There is no `prefilled`: the board does not tell. Throws ``HatError``.
    package func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        // The reply's limit bounds what the stream can hold.
        AsyncThrowingStream { continuation in
            let task = tail.withLock { tail in
                let earlier = tail
                let task = Task {
                    await earlier?.value
                    do {
                        try Task.checkCancellation()
                        try await answer(request) { continuation.yield($0) }
                        continuation.finish()
                    } catch is CancellationError {
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                tail = task
                return task
            }
            // Closing the connection is how the board is told to stop.
            continuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
        }
    }

    /// An estimate, a little too high: nobody tells how the board's tokenizer cuts.
    package func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        switch prompt {
        case .chat(let messages): BoardWindow.estimate(messages)
        case .raw(let text): BoardWindow.estimate(text)
        }
    }

    private func answer(
        _ request: GenerationRequest, _ emit: @escaping @Sendable (GenerationEvent) -> Void
    ) async throws {
        guard case .chat(let messages) = request.prompt, !messages.isEmpty, request.maxTokens > 0 else {
            throw HatError(
                .invalidRequest, "the board takes conversations only; use --backend cpu for a prompt without a template"
            )
        }
        guard request.constraint == nil else {
            throw HatError(
                .invalidRequest, "the board cannot keep to a grammar; use --backend cpu, with a model of the processor")
        }
        let (fitting, dropped) = try BoardWindow.fit(messages, answer: request.maxTokens)
        if dropped > 0 { emit(.contextTrimmed(droppedMessages: dropped)) }
        let body = try ChatBody(
            model: identity.name, messages: fitting, sampling: request.sampling, maxTokens: request.maxTokens
        ).encoded()
        let progress = Mutex(BoardAnswer(promptTokens: BoardWindow.estimate(fitting)))
        // The model may be put onto the board for it; once there is text, it is there.
        await boardLock.beginRequest()
        let isOpening = Mutex(true)
        let opened: @Sendable () -> Void = { [boardLock] in
            if isOpening.withLock({ opening in
                defer { opening = false }
                return opening
            }) {
                boardLock.endRequest()
            }
        }
        defer { opened() }
        try await client.chat(body) { effect in
            opened()
            emit(progress.withLock { $0.take(effect, at: .now) })
        }
    }
}
