import AssistantCore

/// What a confidence rests on, as machines and people read it.
struct ConfidenceSourceObject: Codable, Sendable, Hashable {
    /// `calibration`, `requirements`, `probability`, `scoring`, `tool`, `answered_question` or `document_sentence`.
    var kind: String
    /// Of a calibration: the model that it was fitted for, and the class of tasks that the request belongs to.
    var model: String?
    var task: String?
    /// What was asked for and is missing.
    var unmet: [String]?

    init(_ source: ConfidenceSource) {
        switch source {
        case .calibration(let model, let task): (kind, self.model, self.task) = ("calibration", model, task)
        case .requirements(let model, let unmet): (kind, self.model, self.unmet) = ("requirements", model, unmet)
        case .probability: kind = "probability"
        case .scoring: kind = "scoring"
        case .tool: kind = "tool"
        case .answeredQuestion: kind = "answered_question"
        case .documentSentence: kind = "document_sentence"
        }
    }

    /// What it would rest on, as the end of "confidence: …".
    var words: String {
        switch kind {
        case "calibration": "calibrated for \(model ?? ""), \(task ?? "")"
        case "requirements":
            "whether the answer has the form that is asked for; "
                + (model.map { "measured on \($0)" } ?? "a figure only where it has not")
        case "scoring": "how little the words surprise the processor's model; not calibrated"
        case "probability": "how probable the words are; not calibrated"
        default: kind
        }
    }
}
