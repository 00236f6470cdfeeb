/// A confidence, and what it rests on.
package struct ConfidenceReading: Sendable, Hashable {
    /// In [0, 1].
    package var value: Double
    package var source: ConfidenceSource

    package init(value: Double, source: ConfidenceSource) {
        self.value = value
        self.source = source
    }

    package var isCalibrated: Bool { source.isCalibrated }
}

/// What a confidence rests on.
package enum ConfidenceSource: Sendable, Hashable {
    /// How probable its words were to the model that wrote them.
    case probability
    /// How little the words of another model surprise the processor's.
    case scoring
    /// A calibration: the model that it was fitted for, and the class of tasks that the request belongs to.
    case calibration(model: String, task: String)
    /// What the request demands of the answer's form, and how often answers with and without it were right: the model that
    /// this was measured on, `nil` where it was others; what is missing, in words for a person.
    case requirements(model: String?, unmet: [String])
    /// An exact tool computed the answer.
    case tool
    /// A document answers this very question.
    case answeredQuestion
    /// A sentence of a document answers it; how sure that makes was estimated and not fitted.
    case documentSentence

    /// Whether 0.8 means right in 80 of 100 cases. Another number still orders answers, roughly.
    package var isCalibrated: Bool {
        switch self {
        case .calibration, .requirements, .tool, .answeredQuestion: true
        case .probability, .scoring, .documentSentence: false
        }
    }
}
