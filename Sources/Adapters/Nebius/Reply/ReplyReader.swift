import AssistantCore

/// Events of a `chat/completions` stream → the reply: a machine without I/O.
struct ReplyReader: Sendable {
    enum Effect: Sendable, Hashable {
        /// `reasoning`, `content` or `usage`.
        case emit(CloudEvent)
        /// `[DONE]` came: the reply is complete.
        case complete(CloudStop, CloudUsage?)
        case fail(CloudFailure.Kind, String)
    }

    /// What the server counted so far.
    private(set) var usage: CloudUsage?
    /// Whether any text has come, reasoning included.
    private(set) var hasText = false
    private var stop = CloudStop.other("")
    private var hasContent = false
    private var isOver = false

    /// Takes the next event. After `complete` or `fail` it gives nothing more.
    mutating func handle(_ event: SSEEvent) -> [Effect] {
        guard !isOver else { return [] }
        switch event {
        case .tooLong:
            return [fail(ServerError(kind: .invalidReply, sentence: "a line of it is far too long"))]
        case .message(_, "[DONE]"):
            isOver = true
            return [.complete(stop, usage)]
        case .message(_, let data):
            return read(data)
        }
    }

    /// Takes the end of the stream.
    mutating func finish() -> [Effect] {
        isOver ? [] : [fail(ServerError(kind: .brokenStream, sentence: ""))]
    }

    private mutating func read(_ data: String) -> [Effect] {
        let chunk: ReplyChunk
        do {
            chunk = try ReplyChunk(parsing: data)
        } catch {
            return [fail(ServerError(inReply: data) ?? Self.noChunk)]
        }
        if chunk.choices == nil || chunk.error != nil, let error = ServerError(inReply: data) {
            return [fail(error)]
        }
        var effects: [Effect] = []
        if let choice = chunk.choices?.first {
            read(choice, into: &effects)
        }
        if let counted = CloudUsage(wire: chunk.usage), counted != usage {
            usage = counted
            effects.append(.emit(.usage(counted)))
        }
        return effects
    }

    private mutating func read(_ choice: ReplyChunk.Choice, into effects: inout [Effect]) {
        if let thoughts = choice.text?.thoughts, !thoughts.isEmpty {
            hasText = true
            effects.append(.emit(.reasoning(thoughts)))
        }
        if let text = choice.text?.content {
            let visible = hasContent ? text : String(text.drop(while: \.isNewline))
            if !visible.isEmpty {
                hasText = true
                hasContent = true
                effects.append(.emit(.content(visible)))
            }
        }
        if let reason = choice.finishReason {
            stop = CloudStop(wire: reason)
        }
    }

    private static let noChunk = ServerError(kind: .invalidReply, sentence: "a part of it is no JSON of the right form")

    private mutating func fail(_ error: ServerError) -> Effect {
        isOver = true
        return .fail(error.kind, error.sentence)
    }
}

extension CloudUsage {
    /// `nil` where the counts are missing or make no sense.
    init?(wire: JSONValue?) {
        guard let prompt = wire?["prompt_tokens"]?.count, let completion = wire?["completion_tokens"]?.count else {
            return nil
        }
        let reasoning = wire?["completion_tokens_details"]?["reasoning_tokens"]?.count ?? 0
        let cached = wire?["prompt_tokens_details"]?["cached_tokens"]?.count ?? 0
        self.init(
            promptTokens: prompt, completionTokens: completion, reasoningTokens: min(reasoning, completion),
            cachedPromptTokens: min(cached, prompt))
    }
}

extension CloudStop {
    init(wire reason: String) {
        switch reason {
        case "stop": self = .ended
        case "length": self = .length
        case "content_filter": self = .contentFilter
        default: self = .other(ServerText.cleaned(reason, limit: 40))
        }
    }
}
