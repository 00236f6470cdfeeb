import AssistantCore

/// Events of a `chat/completions` stream → the reply: a machine without I/O.
///
/// Whether the answer is whole is the model's to say, by its `finish_reason`. `[DONE]` says only that the server has
/// finished, and the end of the connection not even that: a reply that has neither is broken, and one whose
/// `finish_reason` has come has its text, however the connection ends afterwards.
///
/// | `finish_reason` | `[DONE]`, or the end, orderly or not |
/// |---|---|
/// | `stop` and its synonyms | whole |
/// | `length` | cut by its length |
/// | `content_filter` | the rest was withheld |
/// | `abort`, `error` and the like | failed: the server has a fault |
/// | any other | ended for that reason |
/// | none | `[DONE]`: ended for no reason that was given; else broken |
struct ReplyReader: Sendable {
    enum Effect: Sendable, Hashable {
        /// `reasoning`, `content` or `usage`.
        case emit(CloudEvent)
        /// The reply has come to its end.
        case complete(CloudStop, CloudUsage?)
        case fail(CloudFailure.Kind, String)
    }

    /// What the server counted so far.
    private(set) var usage: CloudUsage?
    /// Whether any text has come, reasoning included.
    private(set) var hasText = false
    /// Whether the server has said why the answer ends: no more text will come.
    var hasStopped: Bool { finishReason != nil }
    private var finishReason: String?
    private var isRefusal = false
    private var hasContent = false
    private var isOver = false
    private var tags = ReasoningTags()
    private var contentHalves = SurrogateHalves()
    private var reasoningHalves = SurrogateHalves()

    /// Takes the next event. After `complete` or `fail` it gives nothing more.
    mutating func handle(_ event: SSEEvent) -> [Effect] {
        guard !isOver else { return [] }
        switch event {
        case .tooLong:
            return [fail(ServerError(kind: .invalidReply, sentence: "a line of it is far too long"))]
        case .message("error", let data), .unclosed("error", let data):
            return [
                fail(ServerError(inReply: data) ?? ServerError(kind: .unavailable(retryAfter: nil), sentence: data))
            ]
        case .message(_, let data), .unclosed(_, let data):
            if data.trimmingBlanks == "[DONE]" { return end(isAnnounced: true) }
            if case .unclosed = event { return readUnclosed(data) }
            return read(data)
        }
    }

    /// Takes the end of the stream, orderly or not.
    mutating func finish() -> [Effect] { isOver ? [] : end(isAnnounced: false) }

    // MARK: - Chunks

    /// An event that the end of the stream has cut off means nothing where it is not whole.
    private mutating func readUnclosed(_ data: String) -> [Effect] {
        (try? ReplyChunk(parsing: data)) == nil ? [] : read(data)
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
            read(choice, isRepaired: chunk.isRepaired, into: &effects)
        }
        guard !isOver else { return effects }
        if let counted = CloudUsage(wire: chunk.usage), counted != usage {
            usage = counted
            effects.append(.emit(.usage(counted)))
        }
        return effects
    }

    private mutating func read(_ choice: ReplyChunk.Choice, isRepaired: Bool, into effects: inout [Effect]) {
        if let text = choice.text {
            emit(reasoning: reasoningHalves.take(text.thoughts, hasMarks: isRepaired), into: &effects)
            let words = (text.content?.words ?? "") + (text.refusal?.words ?? "")
            emit(tags.take(contentHalves.take(words, hasMarks: isRepaired)), into: &effects)
            if text.refusal?.words.isEmpty == false { isRefusal = true }
            if let type = text.content?.foreignType {
                let sentence = "a part of it is no text but of the type \(type)"
                return effects.append(fail(ServerError(kind: .invalidReply, sentence: sentence)))
            }
        }
        if let reason = choice.finishReason, !reason.isEmpty { finishReason = reason }
    }

    private mutating func emit(_ pieces: [ReasoningTags.Piece], into effects: inout [Effect]) {
        for piece in pieces {
            switch piece {
            case .reasoning(let text): emit(reasoning: text, into: &effects)
            case .answer(let text):
                // Newlines before the first text are no part of it.
                let visible = hasContent ? text : String(text.drop(while: \.isNewline))
                guard !visible.isEmpty else { continue }
                hasText = true
                hasContent = true
                effects.append(.emit(.content(visible)))
            }
        }
    }

    private mutating func emit(reasoning text: String, into effects: inout [Effect]) {
        guard !text.isEmpty else { return }
        hasText = true
        effects.append(.emit(.reasoning(text)))
    }

    // MARK: - The end

    /// - Parameter isAnnounced: whether `[DONE]` has come.
    private mutating func end(isAnnounced: Bool) -> [Effect] {
        var effects: [Effect] = []
        emit(reasoning: reasoningHalves.finish(), into: &effects)
        emit(tags.take(contentHalves.finish()) + tags.finish(), into: &effects)
        isOver = true
        switch finishReason.map(CloudStop.init(wire:)) {
        case nil: effects.append(isAnnounced ? .complete(.other(""), usage) : .fail(.brokenStream, ""))
        case .other(let reason)? where CloudStop.isFault(reason):
            effects.append(.fail(.unavailable(retryAfter: nil), "it ended the answer with \"\(reason)\""))
        case let stop?: effects.append(.complete(stop == .ended && isRefusal ? .refusal : stop, usage))
        }
        return effects
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
    /// The words of OpenAI and vLLM, and those of servers and gateways that pass their own ones on.
    init(wire reason: String) {
        switch reason.lowercased() {
        case "stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "completed": self = .ended
        case "length", "max_tokens", "max_length", "max_output_tokens", "model_length": self = .length
        case "content_filter", "content-filter", "safety", "sensitive", "recitation", "blocklist",
            "prohibited_content":
            self = .contentFilter
        case "refusal": self = .refusal
        default: self = .other(ServerText.cleaned(reason, limit: 40))
        }
    }

    /// Whether a reason means that something went wrong on the other side.
    static func isFault(_ reason: String) -> Bool {
        let reason = reason.lowercased()
        return ["abort", "error", "cancel", "fail", "timeout", "timed_out", "resource", "overload", "shutdown"]
            .contains { reason.contains($0) }
    }
}

extension String {
    /// Without blanks at either end.
    fileprivate var trimmingBlanks: Substring {
        let start = drop(while: \.isWhitespace)
        let last = start.lastIndex { !$0.isWhitespace }
        return last.map { start[...$0] } ?? ""
    }
}
