internal import Glibc
public import Kernels

/// The Kullback–Leibler divergence Σ p (ln p − ln q) of a softmax q from a softmax p, in nats (≥ 0, but for rounding).
///
/// - Parameters:
///   - exact: logits of p, (1, vocabulary).
///   - approximate: logits of q, the same shape.
public func relativeEntropy(of exact: FloatRows, from approximate: FloatRows) -> Double {
    precondition(exact.count == 1 && approximate.count == 1 && exact.width == approximate.width)
    let (p, q) = (LogitStatistics(exact), LogitStatistics(approximate))
    return exact.withRow(0) { exact in
        approximate.withRow(0) { approximate in
            var sum = 0.0
            for id in exact.indices {
                let own = Double(exact[id]) - Double(p.logSumExp)
                // Below e^-40 nothing counts; the bound keeps 0 × ∞ out.
                if own > -40 { sum += exp(own) * (own - Double(approximate[id]) + Double(q.logSumExp)) }
            }
            return sum
        }
    }
}
