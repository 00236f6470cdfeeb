/// What a person thought of an answer.
package enum AnswerVerdict: String, Sendable, Hashable, Codable {
    case right, wrong
}

/// A judged answer, with what a calibration needs to learn from it.
package struct LabelledAnswer: Sendable, Hashable {
    package var message: MessageID
    package var conversation: ConversationID
    /// What the person had asked; empty where the answer stands alone.
    package var question: String
    package var answer: String
    package var origin: Origin?
    package var model: String?
    /// As it was shown.
    package var confidence: Double?
    /// ``NewMessage/signals`` of the answer.
    package var signals: [Double]
    package var verdict: AnswerVerdict
    package var labelledAt: Timestamp

    package init(
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
