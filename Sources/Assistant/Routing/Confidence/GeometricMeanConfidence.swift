public import AssistantCore

/// The geometric mean of the probabilities of the tokens so far: exp(Σ log p / n).
///
/// The plainest meter there is, and known to promise too much: a small model is often sure and wrong. It stands in until
/// a calibrated one is there, and wherever there is no calibration for the model.
public struct GeometricMeanConfidence: ConfidenceEstimator {
    private var mean = MeanOfLogs()

    public init() {}

    public var isCalibrated: Bool { false }

    public var confidence: Double? { mean.value }

    /// O(1). A log-probability that is not a number makes the answer's confidence unknown; one above 0 counts as 0.
    public mutating func observe(_ token: GeneratedToken) {
        mean.add(Double(token.logProbability))
    }
}
