/// Names a conversation within one store. Never used again after a deletion.
package struct ConversationID: Sendable, Hashable {
    package var rawValue: Int64

    package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a message within one store. Never used again after a deletion; later messages have greater numbers.
package struct MessageID: Sendable, Hashable {
    package var rawValue: Int64

    package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// A conversation as a list shows it.
package struct Conversation: Sendable, Hashable {
    package var id: ConversationID
    package var title: String
    package var createdAt: Timestamp
    /// When its last message was added or its title changed.
    package var updatedAt: Timestamp
    package var messageCount: Int

    package init(
        id: ConversationID, title: String, createdAt: Timestamp, updatedAt: Timestamp, messageCount: Int
    ) {
        self.id = id
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.messageCount = messageCount
    }
}

/// How a kept message ended.
package enum MessageState: String, Sendable, Hashable, Codable {
    /// It is whole.
    case complete
    /// Somebody stopped it, or its source failed; the text is what had arrived.
    case stopped
    /// A local draft that was handed over: shown beside the answer that replaced it, never part of a later prompt.
    case draft
}

/// What a person may ask about an answer: how long it took, how sure it was, what it cost, what it rests on. Absent is
/// unknown, never zero.
package struct AnswerFigures: Sendable, Hashable {
    /// Tokens of the prompt, template included.
    package var promptTokens: Int?
    package var generatedTokens: Int?
    /// From the request to the first token of this answer.
    package var timeToFirstToken: Duration?
    /// From the request to the last token of this answer.
    package var duration: Duration?
    /// After the first token.
    package var tokensPerSecond: Double?
    /// In [0, 1]; absent where there is no meter for this answer.
    package var confidence: Double?
    package var costMicroUSD: Int64?
    /// Why the answer came from where it did, one line for the screen such as `conf 0.41 < 0.80`.
    package var reason: String?
    /// Why the answer ended, where it is not simply whole: `length`, `content_filter`, `refusal`, or a server's own word.
    package var stop: String?
    /// What of the answer stands in which passages; absent where it was made from none.
    package var support: AnswerSupport?

    package init(
        promptTokens: Int? = nil, generatedTokens: Int? = nil, timeToFirstToken: Duration? = nil,
        duration: Duration? = nil, tokensPerSecond: Double? = nil, confidence: Double? = nil,
        costMicroUSD: Int64? = nil,
        reason: String? = nil, stop: String? = nil
    ) {
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.tokensPerSecond = tokensPerSecond
        self.confidence = confidence
        self.costMicroUSD = costMicroUSD
        self.reason = reason
        self.stop = stop
    }
}

extension AnswerFigures {
    /// The speed that may be told, tokens per second after the first; `nil` where the answer was too short for one.
    package var speed: Double? { (generatedTokens ?? .max) < TokenRate.fewestTokens ? nil : tokensPerSecond }
}

/// A message about to be kept.
package struct NewMessage: Sendable, Hashable {
    package var message: Message
    package var state: MessageState
    /// Where an answer came from; `nil` for what a person or the system said.
    package var origin: Origin?
    /// The model's name as the screen shows it.
    package var model: String?
    package var figures: AnswerFigures?
    /// What the confidence was computed from, kept for a later fit; see ``LabelledAnswer``.
    package var signals: [Double]

    package init(
        _ message: Message, state: MessageState = .complete, origin: Origin? = nil, model: String? = nil,
        figures: AnswerFigures? = nil, signals: [Double] = []
    ) {
        self.message = message
        self.state = state
        self.origin = origin
        self.model = model
        self.figures = figures
        self.signals = signals
    }
}

/// A message as it was kept.
package struct StoredMessage: Sendable, Hashable {
    package var id: MessageID
    package var conversation: ConversationID
    package var message: Message
    package var createdAt: Timestamp
    package var state: MessageState
    package var origin: Origin?
    package var model: String?
    package var figures: AnswerFigures?

    package init(
        id: MessageID, conversation: ConversationID, message: Message, createdAt: Timestamp, state: MessageState,
        origin: Origin? = nil, model: String? = nil, figures: AnswerFigures? = nil
    ) {
        self.id = id
        self.conversation = conversation
        self.message = message
        self.createdAt = createdAt
        self.state = state
        self.origin = origin
        self.model = model
        self.figures = figures
    }
}

/// A message that a search found.
package struct SearchHit: Sendable, Hashable {
    /// A run of the excerpt; `isMatch` where it is one of the words looked for.
    package struct Segment: Sendable, Hashable {
        package var text: String
        package var isMatch: Bool

        package init(text: String, isMatch: Bool) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    package var conversation: ConversationID
    package var title: String
    package var message: MessageID
    package var role: Role
    package var createdAt: Timestamp
    /// About sixteen words around the first match. Hostile text like any other: see ``TerminalText``.
    package var excerpt: [Segment]

    package init(
        conversation: ConversationID, title: String, message: MessageID, role: Role, createdAt: Timestamp,
        excerpt: [Segment]
    ) {
        self.conversation = conversation
        self.title = title
        self.message = message
        self.role = role
        self.createdAt = createdAt
        self.excerpt = excerpt
    }
}
