package import AssistantCore

/// The geometric mean of the probabilities of the tokens so far: exp(Σ log p / n).
///
/// The plainest meter there is, and known to promise too much: a small model is often sure and wrong. It stands in until
/// a calibrated one is there, and wherever there is no calibration for the model.
package struct GeometricMeanConfidence: ConfidenceEstimator {
    private var mean = MeanOfLogs()

    package init() {}

    package var source: ConfidenceSource { .probability }

    package var confidence: Double? { mean.value }

    /// O(1). A log-probability that is not a number makes the answer's confidence unknown; one above 0 counts as 0.
    package mutating func observe(_ token: GeneratedToken) {
        mean.add(Double(token.logProbability))
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The geometric mean of what each token adds, given by its logarithm: exp(Σ min(0, x) / n).
struct MeanOfLogs: Sendable {
    private var sum = 0.0
    private var count = 0
    /// A token without a number has been seen; whatever follows, nothing can be said of this answer.
    private var isBroken = false

    /// 0 … 1; `nil` before the first token, and after one without a number.
    var value: Double? {
        guard count > 0, !isBroken else { return nil }
        return exp(sum / Double(count))
    }

    /// O(1). What lies above 0 counts as 0.
    mutating func add(_ logarithm: Double) {
        if logarithm.isNaN { isBroken = true }
        sum += min(0, logarithm)
        count += 1
    }
}

/// How little an answer surprises a model that reads it and did not write it: exp(Σ min(0, log p + H) / n).
///
/// A reader finds any wording less probable than its own, so the plain mean of probabilities is low for right answers
/// too. Here a token counts against the answer only as far as it is more surprising than the reader expected to be
/// surprised at that place, which is the entropy H of its distribution. Not calibrated.
package struct TeacherForcedConfidence: ConfidenceEstimator {
    private var mean = MeanOfLogs()

    package init() {}

    package var source: ConfidenceSource { .scoring }

    package var confidence: Double? { mean.value }

    /// O(1). A log-probability or entropy that is not a number makes the answer's confidence unknown.
    package mutating func observe(_ token: GeneratedToken) {
        mean.add(Double(token.logProbability) + Double(token.entropy))
    }
}
