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
            case content, reasoning
            case reasoningContent = "reasoning_content"
        }

        var content: String?
        private var reasoningContent: String?
        /// What some gateways call it.
        private var reasoning: String?

        var thoughts: String? { reasoningContent ?? reasoning }
    }

    var choices: [Choice]?
    var usage: JSONValue?
    var error: JSONValue?

    /// Throws `DecodingError` for what is no JSON, or no chunk.
    init(parsing text: String) throws {
        self = try JSONDecoder().decode(ReplyChunk.self, from: Data(text.utf8))
    }
}
