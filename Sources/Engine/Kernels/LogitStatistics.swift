internal import CKernels

/// What one row of logits says about the next token, at temperature 1 and before any filter.
public struct LogitStatistics: Sendable, Equatable {
    /// Natural logarithm of Σ e^logit: a token's log-probability is its logit minus this.
    public let logSumExp: Float
    /// Entropy of the softmax, in nats.
    public let entropy: Float
    /// Largest logit minus the second largest.
    public let margin: Float
    /// The most probable token; the lowest id among equals.
    public let top: Int
    /// Its logit.
    public let topLogit: Float

    /// - Parameter logits: one row. -Inf means probability 0; NaN anywhere makes the sums NaN.
    public init(_ logits: FloatRows) {
        precondition(logits.count == 1 && logits.width > 0, "one row of logits")
        let stats = unsafe ck_active().pointee.logit_stats(logits.pointer, logits.width)
        logSumExp = stats.log_sum_exp
        entropy = stats.entropy
        margin = stats.margin
        top = Int(stats.top)
        topLogit = stats.top_logit
    }
}
