import AssistantCore
import FoundationEssentials

/// The body of `POST chat/completions`.
struct ChatRequest: Encodable {
    private struct Utterance: Encodable {
        var role: String
        var content: Content
    }

    /// A text or, where there is a picture, parts.
    private enum Content: Encodable {
        case text(String)
        case parts([Part])

        init(_ message: Message) {
            guard let picture = message.picture else {
                self = .text(message.text)
                return
            }
            let address = "data:image/jpeg;base64," + Data(picture.bytes).base64EncodedString()
            self = .parts([
                Part(type: "text", text: message.text), Part(type: "image_url", imageUrl: ["url": address]),
            ])
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .parts(let parts): try container.encode(parts)
            }
        }
    }

    private struct Part: Encodable {
        var type: String
        var text: String?
        var imageUrl: [String: String]?
    }

    private struct StreamOptions: Encodable {
        var includeUsage = true
    }

    private var model: String
    private var messages: [Utterance]
    private var maxTokens: Int
    private var temperature: Double?
    private var topP: Double?
    private var stop: [String]?
    private var reasoningEffort: String?
    private var stream = true
    private var streamOptions = StreamOptions()

    init(_ request: CloudRequest, model: String, effort: ReasoningEffort?) {
        self.model = model
        messages = request.messages.map { Utterance(role: $0.role.rawValue, content: Content($0)) }
        maxTokens = max(1, request.maxTokens)
        temperature = request.temperature
        topP = request.topP
        stop = request.stop.isEmpty ? nil : request.stop
        reasoningEffort = effort?.rawValue
    }

    /// The bytes that are sent. Throws `EncodingError` for a number that is not finite.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
