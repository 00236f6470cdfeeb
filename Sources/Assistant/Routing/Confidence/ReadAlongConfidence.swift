public import AssistantCore

/// How little an answer surprises a model that reads it and did not write it: exp(Σ min(0, log p + H) / n).
///
/// A reader finds any wording less probable than its own, so the plain mean of probabilities is low for right answers
/// too. Here a token counts against the answer only as far as it is more surprising than the reader expected to be
/// surprised at that place, which is the entropy H of its distribution. Not calibrated.
public struct ReadAlongConfidence: ConfidenceEstimator {
    private var mean = MeanOfLogs()

    public init() {}

    public var isCalibrated: Bool { false }

    public var confidence: Double? { mean.value }

    /// O(1). A log-probability or entropy that is not a number makes the answer's confidence unknown.
    public mutating func observe(_ token: GeneratedToken) {
        mean.add(Double(token.logProbability) + Double(token.entropy))
    }
}
