/// How a model wants a conversation laid out: which special tokens and words stand around each message.
///
/// Files carry the layout as a program in a template language. This type knows the families such programs come in and
/// lays out by its own means; it never runs what a file says.
///
/// The result is segments, not text: the special tokens are ids already, so that a message that spells one of them
/// stays text.
public struct ChatTemplate: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable {
        case system, user, assistant
    }

    /// One message of a conversation.
    public struct Message: Sendable, Hashable {
        /// Who said it.
        public var role: Role
        /// What was said.
        public var text: String

        /// Makes a message.
        public init(_ role: Role, _ text: String) {
            self.role = role
            self.text = text
        }
    }

    /// A stretch of a prompt.
    public enum Segment: Sendable, Hashable {
        case special(Int32)
        /// Encoded with special tokens left as text.
        case text(String)
    }

    /// What one message becomes, or what a template adds of its own.
    ///
    /// Parts meet at special tokens, so that the tokens of a prompt are those of its parts one after the other.
    public struct Part: Sendable, Hashable {
        /// Where text of a laid-out conversation comes from, which decides whether special tokens may be read in it.
        public enum Source: Sendable, Hashable {
            /// The message of that index.
            case message(Int)
            /// The system prompt a model was trained to see where a conversation has none.
            case defaultSystemPrompt
            /// The opening of the answer to come.
            case generationPrompt
        }

        /// Where its text comes from.
        public let source: Source
        /// The text in pieces by where they come from.
        public internal(set) var segments: [Segment]
    }

    /// The families of layouts.
    enum Family: Sendable, Hashable {
        /// `<|im_start|>role⏎text<|im_end|>⏎`: SmolLM2 and 3, Qwen 2 to 3.5, LFM2.
        case chatML(start: Int32, end: Int32)
        /// `<|start_header_id|>role<|end_header_id|>⏎⏎text<|eot_id|>`, text trimmed.
        case llama3(startHeader: Int32, endHeader: Int32, end: Int32)
        /// `<|role|>⏎text</s>⏎`, where only `</s>` is a special token: Zephyr, TinyLlama.
        case zephyr(end: Int32)
        /// `<start_of_turn>role⏎text<end_of_turn>⏎`, text trimmed, no system role: Gemma.
        case gemma(start: Int32, end: Int32)
        /// `<|start_of_role|>role<|end_of_role|>text<|end_of_text|>⏎`: Granite.
        case granite(startRole: Int32, endRole: Int32, end: Int32)
    }

    let family: Family
    /// What a prompt begins with, where the family or the model wants that.
    let beginning: Int32?
    let defaultSystemPrompt: String?
    /// Whether spaces at the ends of a message are left out.
    let trimsText: Bool
    /// What stands at the beginning of an answer to say that thinking is over, where a model would think aloud first.
    let closedThinking: [Segment]

    /// Lays a conversation out.
    ///
    /// - Parameter addGenerationPrompt: whether the opening of an assistant's message follows.
    public func parts(for messages: [Message], addGenerationPrompt: Bool = true) -> [Part] {
        var parts: [Part] = []
        if let prompt = defaultSystemPrompt, messages.first?.role != .system {
            parts.append(Part(source: .defaultSystemPrompt, segments: segments(of: Message(.system, prompt))))
        }
        for (index, message) in foldingSystem(messages) {
            parts.append(Part(source: .message(index), segments: segments(of: message)))
        }
        if addGenerationPrompt {
            parts.append(Part(source: .generationPrompt, segments: opening(of: .assistant) + closedThinking))
        }
        breakLines(&parts)
        if let beginning, !parts.isEmpty { parts[0].segments.insert(.special(beginning), at: 0) }
        return parts
    }

    /// The segments of all parts, one after the other.
    public func render(_ messages: [Message], addGenerationPrompt: Bool = true) -> [Segment] {
        parts(for: messages, addGenerationPrompt: addGenerationPrompt).flatMap(\.segments)
    }

    // MARK: Layout

    private func segments(of message: Message) -> [Segment] {
        opening(of: message.role) + [.text(trimsText ? trimmed(message.text) : message.text)] + closing
    }

    private func opening(of role: Role) -> [Segment] {
        switch family {
        case .chatML(let start, _): [.special(start), .text("\(role.rawValue)\n")]
        case .llama3(let start, let end, _): [.special(start), .text(role.rawValue), .special(end), .text("\n\n")]
        case .zephyr: [.text("<|\(role.rawValue)|>\n")]
        case .gemma(let start, _): [.special(start), .text(role == .assistant ? "model\n" : "user\n")]
        case .granite(let start, let end, _): [.special(start), .text(role.rawValue), .special(end)]
        }
    }

    private var closing: [Segment] {
        switch family {
        case .chatML(_, let end), .gemma(_, let end), .granite(_, _, let end): [.special(end), .text("\n")]
        case .llama3(_, _, let end): [.special(end)]
        // The line break goes to the next part: between two texts there would be no boundary of tokens.
        case .zephyr(let end): [.special(end)]
        }
    }

    private func breakLines(_ parts: inout [Part]) {
        guard case .zephyr = family, !parts.isEmpty else { return }
        for index in parts.indices.dropFirst() { parts[index].segments.insert(.text("\n"), at: 0) }
        if parts[parts.count - 1].source != .generationPrompt { parts[parts.count - 1].segments.append(.text("\n")) }
    }

    /// The messages with their indices; where a family knows no system role, its text opens the first user's message.
    private func foldingSystem(_ messages: [Message]) -> [(index: Int, message: Message)] {
        var numbered = messages.enumerated().map { (index: $0.offset, message: $0.element) }
        guard case .gemma = family, let system = numbered.first, system.message.role == .system else { return numbered }
        guard numbered.count > 1, numbered[1].message.role == .user else {
            numbered[0].message.role = .user
            return numbered
        }
        numbered[1].message.text = "\(trimmed(system.message.text))\n\n\(numbered[1].message.text)"
        return Array(numbered.dropFirst())
    }

    private func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}

extension Tokenizer {
    /// The tokens of a prompt laid out by a ``ChatTemplate``. Neighbouring texts are encoded as one.
    public func encode(_ segments: [ChatTemplate.Segment]) -> [Int32] {
        var ids: [Int32] = []
        var text = ""
        for segment in segments {
            switch segment {
            case .text(let next): text += next
            case .special(let id):
                ids += encode(text)
                ids.append(id)
                text = ""
            }
        }
        return ids + encode(text)
    }
}
