public import AssistantCore

/// How sure to be that a local answer will be right, from the tokens so far: the port behind which every meter stands.
///
/// One estimator serves one answer. It is shown each token once, in order, and must do so in constant time: it runs
/// between two tokens of the model.
public protocol ConfidenceEstimator: Sendable {
    /// Takes in the next token of the answer.
    mutating func observe(_ token: GeneratedToken)

    /// In [0, 1]; `nil` while, or where, nothing can be said.
    var confidence: Double? { get }

    /// Whether 0.8 means right in 80 of 100 cases. An uncalibrated number still orders answers, roughly.
    var isCalibrated: Bool { get }
}
