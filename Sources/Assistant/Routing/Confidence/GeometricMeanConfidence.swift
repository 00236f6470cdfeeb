public import AssistantCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The geometric mean of the probabilities of the tokens so far: exp(Σ log p / n).
///
/// The plainest meter there is, and known to promise too much: a small model is often sure and wrong. It stands in until
/// a calibrated one is there, and wherever there is no calibration for the model.
public struct GeometricMeanConfidence: ConfidenceEstimator {
    private var sumOfLogs = 0.0
    private var count = 0
    /// A token without a number has been seen; whatever follows, nothing can be said of this answer.
    private var isBroken = false

    public init() {}

    public var isCalibrated: Bool { false }

    public var confidence: Double? {
        guard count > 0, !isBroken else { return nil }
        return min(1, exp(sumOfLogs / Double(count)))
    }

    /// O(1). A log-probability that is not a number makes the answer's confidence unknown; one above 0 counts as 0.
    public mutating func observe(_ token: GeneratedToken) {
        let logProbability = Double(token.logProbability)
        if logProbability.isNaN { isBroken = true }
        sumOfLogs += min(0, logProbability)
        count += 1
    }
}
