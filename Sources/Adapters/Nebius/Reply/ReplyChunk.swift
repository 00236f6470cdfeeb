import FoundationEssentials

/// One chunk of a streamed reply, or a whole one: the parts that matter. Chunks come for every token, so they are read
/// by type, which is much faster than as ``JSONValue``.
struct ReplyChunk: Decodable {
    struct Choice: Decodable {
        private enum CodingKeys: String, CodingKey {
            case delta, message
            case finishReason = "finish_reason"
        }

        private var delta: Text?
        /// A gateway that does not stream answers with one whole message.
        private var message: Text?
        var finishReason: String?

        var text: Text? { delta ?? message }
    }

    struct Text: Decodable {
        private enum CodingKeys: String, CodingKey {
            case content, refusal, reasoning
            case reasoningContent = "reasoning_content"
        }

        let content: ReplyContent?
        /// Why the model would not answer, in its own words: what OpenAI sends instead of content.
        let refusal: ReplyContent?
        private let reasoningContent: ReplyContent?
        /// What some gateways call it.
        private let reasoning: ReplyContent?

        var thoughts: String {
            (reasoningContent ?? reasoning)?.words ?? content?.thoughts ?? ""
        }
    }

    private enum CodingKeys: String, CodingKey { case choices, usage, error }

    var choices: [Choice]?
    var usage: JSONValue?
    var error: JSONValue?
    /// Whether ``LooseJSON`` had to repair it, so that halves of characters may be in its texts.
    private(set) var isRepaired = false

    /// Throws `DecodingError` for what is no JSON, or no chunk.
    init(parsing text: String) throws {
        let decoder = JSONDecoder()
        do {
            self = try decoder.decode(ReplyChunk.self, from: Data(text.utf8))
        } catch {
            guard let repaired = LooseJSON.repaired(text.utf8) else { throw error }
            self = try decoder.decode(ReplyChunk.self, from: Data(repaired))
            isRepaired = true
        }
    }
}

/// The text of a message: a string, or a list of parts, of which those that are reasoning are told apart.
struct ReplyContent: Decodable {
    let words: String
    let thoughts: String
    /// The type of a part that is no text, such as `image_url`; `nil` where there is none.
    let foreignType: String?

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // The question is "is it a string?", as it nearly always is.
        if let text = try? value.decode(String.self) {
            (words, thoughts, foreignType) = (text, "", nil)
            return
        }
        var parts = Parts()
        parts.add(try value.decode(JSONValue.self))
        (words, thoughts, foreignType) = (parts.words, parts.thoughts, parts.foreignType)
    }

    private struct Parts {
        var words = ""
        var thoughts = ""
        var foreignType: String?

        mutating func add(_ part: JSONValue) {
            if let text = part.string { return words += text }
            if let list = part.array { return list.forEach { add($0) } }
            switch part["type"]?.string {
            case "thinking", "reasoning": thoughts += Self.text(part["thinking"] ?? part["text"] ?? part["content"])
            case "refusal": words += Self.text(part["refusal"])
            case "text", "output_text", nil:
                guard let text = part["text"] ?? part["content"] else { return foreignType = "unknown" }
                words += Self.text(text)
            case let type?: foreignType = type
            }
        }

        private static func text(_ value: JSONValue?) -> String {
            guard let value else { return "" }
            if let text = value.string { return text }
            if let list = value.array { return list.map { text($0["text"] ?? $0) }.joined() }
            return text(value["value"])
        }
    }
}
