/// What a person thought of an answer.
public enum AnswerVerdict: String, Sendable, Hashable, Codable {
    case right, wrong
}

/// A judged answer, with what a calibration needs to learn from it.
public struct LabelledAnswer: Sendable, Hashable {
    public var message: MessageID
    public var conversation: ConversationID
    /// What the person had asked; empty where the answer stands alone.
    public var question: String
    public var answer: String
    public var origin: Origin?
    public var model: String?
    /// As it was shown.
    public var confidence: Double?
    /// ``NewMessage/signals`` of the answer.
    public var signals: [Double]
    public var verdict: AnswerVerdict
    public var labelledAt: Timestamp

    public init(
        message: MessageID, conversation: ConversationID, question: String, answer: String, origin: Origin?,
        model: String?, confidence: Double?, signals: [Double], verdict: AnswerVerdict, labelledAt: Timestamp
    ) {
        self.message = message
        self.conversation = conversation
        self.question = question
        self.answer = answer
        self.origin = origin
        self.model = model
        self.confidence = confidence
        self.signals = signals
        self.verdict = verdict
        self.labelledAt = labelledAt
    }
}

/// Thumbs up and down, kept for the next calibration.
public protocol AnswerLabels: Sendable {
    /// `nil` takes the label back. Throws where there is no such answer.
    func label(_ message: MessageID, as verdict: AnswerVerdict?, at now: Timestamp) async throws

    /// `nil` where the answer was not judged.
    func label(of message: MessageID) async throws -> AnswerVerdict?

    /// In the order of the messages.
    func labelledAnswers() async throws -> [LabelledAnswer]
}
