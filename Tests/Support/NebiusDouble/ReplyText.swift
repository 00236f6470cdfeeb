import FoundationEssentials

/// The pieces of a `chat/completions` stream as Token Factory writes them.
package enum ReplyText {
    private struct Chunk: Encodable {
        struct Choice: Encodable {
            struct Delta: Encodable {
                var role: String?
                var content: String?
                var reasoningContent: String?
                var refusal: String?
            }

            var index = 0
            var delta: Delta
            var finishReason: String?
        }

        struct Usage: Encodable {
            struct Details: Encodable { var reasoningTokens: Int }

            var promptTokens: Int
            var completionTokens: Int
            var totalTokens: Int
            var completionTokensDetails: Details?
        }

        var id = "chatcmpl-0001"
        var object = "chat.completion.chunk"
        var created = 1_790_000_000
        var model = "double/echo"
        var choices: [Choice]
        var usage: Usage?
    }

    /// The first chunk: a role and no text.
    package static let role = event(Chunk(choices: [.init(delta: .init(role: "assistant", content: ""))]))
    package static let done = "data: [DONE]\n\n"

    package static func content(_ text: String) -> String {
        event(Chunk(choices: [.init(delta: .init(content: text))]))
    }

    /// What comes in place of content where a model will not answer.
    package static func refusal(_ text: String) -> String {
        event(Chunk(choices: [.init(delta: .init(refusal: text))]))
    }

    package static func reasoning(_ text: String) -> String {
        event(Chunk(choices: [.init(delta: .init(reasoningContent: text))]))
    }

    package static func finish(_ reason: String = "stop") -> String {
        event(Chunk(choices: [.init(delta: .init(), finishReason: reason)]))
    }

    /// Usage on a chunk without choices.
    package static func usage(prompt: Int, completion: Int, reasoning: Int = 0) -> String {
        let usage = Chunk.Usage(
            promptTokens: prompt, completionTokens: completion, totalTokens: prompt + completion,
            completionTokensDetails: reasoning == 0 ? nil : .init(reasoningTokens: reasoning))
        return event(Chunk(choices: [], usage: usage))
    }

    /// A whole reply: these words, usage and the end.
    package static func whole(_ words: [String], prompt: Int = 21) -> [String] {
        [role] + words.map(content) + [finish(), usage(prompt: prompt, completion: words.count), done]
    }

    private static func event(_ chunk: Chunk) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return "data: \(String(decoding: try encoder.encode(chunk), as: UTF8.self))\n\n"
        } catch {
            fatalError("a chunk of a test cannot be encoded: \(error)")
        }
    }
}
