public import AssistantCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How little an answer surprises a model that reads it and did not write it: exp(Σ min(0, log p + H) / n).
///
/// A reader finds any wording less probable than its own, so the plain mean of probabilities is low for right answers
/// too. Here a token counts against the answer only as far as it is more surprising than the reader expected to be
/// surprised at that place, which is the entropy H of its distribution. Not calibrated.
public struct ReadAlongConfidence: ConfidenceEstimator {
    private var sum = 0.0
    private var count = 0
    /// A token without a number has been seen; whatever follows, nothing can be said of this answer.
    private var isBroken = false

    public init() {}

    public var isCalibrated: Bool { false }

    public var confidence: Double? {
        guard count > 0, !isBroken else { return nil }
        return exp(sum / Double(count))
    }

    /// O(1). A log-probability or entropy that is not a number makes the answer's confidence unknown.
    public mutating func observe(_ token: GeneratedToken) {
        let excess = Double(token.logProbability) + Double(token.entropy)
        if excess.isNaN { isBroken = true }
        sum += min(0, excess)
        count += 1
    }
}
