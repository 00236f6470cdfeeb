internal import Glibc

/// What a row of logits says as a distribution: softmax at temperature 1, before any filter.
public struct LogitDistribution: Sendable, Hashable {
    /// The most probable token, the lowest id on a tie.
    public var best: Int32
    /// The best logit.
    public var bestLogit: Float
    /// Logarithm of the sum of all exponentials: `logProbability = logit - logSumExp`.
    public var logSumExp: Float
    /// −Σ p ln p, in nats (≥ 0).
    public var entropy: Float
    /// Best logit minus second best: also the difference of their natural-log probabilities. 0 for a single logit.
    public var margin: Float

    /// Reads a row twice; allocates nothing.
    ///
    /// - Throws: ``TransformerError/Code/nonFiniteLogits`` where a logit is NaN or infinite.
    public init(_ logits: Span<Float>) throws(TransformerError) {
        precondition(!logits.isEmpty)
        var best = 0
        var top = -Float.infinity
        var second = -Float.infinity
        var checksum: Float = 0
        for i in logits.indices {
            let logit = logits[i]
            checksum += logit * 0
            if logit > top {
                second = top
                top = logit
                best = i
            } else if logit > second {
                second = logit
            }
        }
        guard checksum == 0 else {
            throw TransformerError(
                .nonFiniteLogits, "The model's output holds NaN or infinity: the weights are damaged. Fetch them again.")
        }
        var sum = 0.0
        var weighted = 0.0
        for i in logits.indices {
            // Below e^-100 nothing counts; the bound keeps 0 × ∞ out.
            let below = max(logits[i] - top, -100)
            let weight = Double(expf(below))
            sum += weight
            weighted += weight * Double(below)
        }
        self.best = Int32(best)
        bestLogit = top
        logSumExp = top + Float(log(sum))
        entropy = Float(max(0, log(sum) - weighted / sum))
        margin = logits.count > 1 ? top - second : 0
    }

    /// Natural logarithm of the probability of a token with this logit (≤ 0).
    public func logProbability(of logit: Float) -> Float {
        min(0, logit - logSumExp)
    }

    /// The highest value's index, the lowest on a tie.
    static func argmax(_ row: Span<Float>) -> Int32 {
        var best = 0
        for i in row.indices where row[i] > row[best] { best = i }
        return Int32(best)
    }
}
