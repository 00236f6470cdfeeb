package import AssistantCore

/// How sure to be that a local answer will be right, from the tokens so far: the port behind which every meter stands.
///
/// One estimator serves one answer. It is shown each token once, in order, and must do so in constant time: it runs
/// between two tokens of the model.
package protocol ConfidenceEstimator: Sendable {
    /// Takes in the next token of the answer.
    mutating func observe(_ token: GeneratedToken)

    /// The answer is complete. Nothing is observed after it.
    mutating func finish()

    /// In [0, 1]; `nil` while, or where, nothing can be said.
    var confidence: Double? { get }

    /// Below which confidence the draft is to be given up now.
    var handoverFloor: HandoverFloor { get }

    /// What the confidence rests on.
    var source: ConfidenceSource { get }
}

extension ConfidenceEstimator {
    package mutating func finish() {}

    package var isCalibrated: Bool { source.isCalibrated }

    package var handoverFloor: HandoverFloor { .byRules }

    /// What a meter shows; `nil` where nothing can be said.
    package var reading: ConfidenceReading? {
        confidence.map { ConfidenceReading(value: $0, source: source) }
    }
}

/// Below which confidence a draft is given up before it is finished.
package enum HandoverFloor: Sendable, Hashable {
    /// As the operator's rules say, by the number of tokens.
    case byRules
    case below(Double)
    /// Not at this point.
    case never
}
