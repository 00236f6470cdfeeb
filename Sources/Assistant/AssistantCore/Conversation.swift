/// Names a conversation within one store. Never used again after a deletion.
public struct ConversationID: Sendable, Hashable {
    public var rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a message within one store. Never used again after a deletion; later messages have greater numbers.
public struct MessageID: Sendable, Hashable {
    public var rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// A conversation as a list shows it.
public struct Conversation: Sendable, Hashable {
    public var id: ConversationID
    public var title: String
    public var createdAt: Timestamp
    /// When its last message was added or its title changed.
    public var updatedAt: Timestamp
    public var messageCount: Int

    public init(
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
public enum MessageState: String, Sendable, Hashable, Codable {
    /// It is whole.
    case complete
    /// Somebody stopped it, or its source failed; the text is what had arrived.
    case stopped
    /// A local draft that was handed over: shown beside the answer that replaced it, never part of a later prompt.
    case draft
}

/// What a person may ask about an answer: how long it took, how sure it was, what it cost. Absent is unknown, never
/// zero.
public struct AnswerFigures: Sendable, Hashable {
    /// Tokens of the prompt, template included.
    public var promptTokens: Int?
    public var generatedTokens: Int?
    /// From the request to the first token of this answer.
    public var timeToFirstToken: Duration?
    /// From the request to the last token of this answer.
    public var duration: Duration?
    /// After the first token.
    public var tokensPerSecond: Double?
    /// In [0, 1]; absent where there is no meter for this answer.
    public var confidence: Double?
    public var costMicroUSD: Int64?
    /// Why the answer came from where it did, one line for the screen such as `conf 0.41 < 0.80`.
    public var reason: String?

    public init(
        promptTokens: Int? = nil, generatedTokens: Int? = nil, timeToFirstToken: Duration? = nil,
        duration: Duration? = nil, tokensPerSecond: Double? = nil, confidence: Double? = nil,
        costMicroUSD: Int64? = nil,
        reason: String? = nil
    ) {
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.tokensPerSecond = tokensPerSecond
        self.confidence = confidence
        self.costMicroUSD = costMicroUSD
        self.reason = reason
    }
}

/// A message about to be kept.
public struct NewMessage: Sendable, Hashable {
    public var message: Message
    public var state: MessageState
    /// Where an answer came from; `nil` for what a person or the system said.
    public var origin: Origin?
    /// The model's name as the screen shows it.
    public var model: String?
    public var figures: AnswerFigures?
    /// What the confidence was computed from, kept for a later fit; see ``AnswerLabels``.
    public var signals: [Double]

    public init(
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
public struct StoredMessage: Sendable, Hashable {
    public var id: MessageID
    public var conversation: ConversationID
    public var message: Message
    public var createdAt: Timestamp
    public var state: MessageState
    public var origin: Origin?
    public var model: String?
    public var figures: AnswerFigures?

    public init(
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
public struct SearchHit: Sendable, Hashable {
    /// A run of the excerpt; `isMatch` where it is one of the words looked for.
    public struct Segment: Sendable, Hashable {
        public var text: String
        public var isMatch: Bool

        public init(text: String, isMatch: Bool) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    public var conversation: ConversationID
    public var title: String
    public var message: MessageID
    public var role: Role
    public var createdAt: Timestamp
    /// About sixteen words around the first match. Hostile text like any other: see ``TerminalText``.
    public var excerpt: [Segment]

    public init(
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
