internal import FoundationEssentials

/// One object of a streamed reply. What is missing or of another kind than expected reads as absent.
struct ChatLine: Decodable {
    var content: String?
    var isDone: Bool
    var reason: String?
    var evalCount: Int?
    var error: String?

    /// Throws `DecodingError` for what is no JSON object.
    init(_ object: [UInt8]) throws {
        // Bytes that are no UTF-8 (half a character in a piece of its own) must not lose the rest of the line.
        self = try JSONDecoder().decode(ChatLine.self, from: Data(String(decoding: object, as: UTF8.self).utf8))
    }

    private enum Key: String, CodingKey {
        case message, content, response, done, error
        case reason = "done_reason"
        case evalCount = "eval_count"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        // Each `try?` asks "is it there, and of this kind?".
        let message = try? values.nestedContainer(keyedBy: Key.self, forKey: .message)
        content =
            (try? message?.decode(String.self, forKey: .content))
            ?? (try? values.decode(String.self, forKey: .response))
        isDone = (try? values.decode(Bool.self, forKey: .done)) ?? false
        reason = try? values.decode(String.self, forKey: .reason)
        evalCount = try? values.decode(Int.self, forKey: .evalCount)
        error = try? values.decode(String.self, forKey: .error)
        if error == nil, values.contains(.error) { error = "an error without words" }
    }
}
