internal import Kernels

/// What a model thought of given tokens, one entry for each.
package struct TeacherForcedScores: Sendable, Hashable {
    /// How many of the most probable tokens are kept.
    package static let rankedTokens = 5

    package struct Candidate: Sendable, Hashable {
        package var id: Int32
        /// Natural logarithm of the probability.
        package var logProbability: Double

        package init(id: Int32, logProbability: Double) {
            self.id = id
            self.logProbability = logProbability
        }
    }

    /// Natural-log probabilities of the given tokens.
    package var logProbabilities: [Double] = []
    /// The most probable tokens in their places.
    package var top1: [Int32] = []
    /// The five most probable ones, the best first, the lower id first on a tie.
    package var top5: [[Candidate]] = []

    /// - Parameter next: the token given after these logits (1, vocabulary).
    mutating func append(_ logits: FloatRows, next: Int32) {
        logProbabilities.append(logits.logProbability(of: next))
        let best = logits.best(Self.rankedTokens)
        top1.append(best[0].id)
        top5.append(best)
    }
}

extension FloatRows {
    /// Natural-log probability of a token by one row of logits; −∞ for an id beyond them.
    func logProbability(of token: Int32) -> Double {
        guard token >= 0, Int(token) < width else { return -.infinity }
        return withRow(0) { Double($0[Int(token)] - LogitStatistics(self).logSumExp) }
    }

    /// The most probable tokens of one row of logits.
    fileprivate func best(_ count: Int) -> [TeacherForcedScores.Candidate] {
        let normaliser = LogitStatistics(self).logSumExp
        return withRow(0) { row in
            var best: [(id: Int, logit: Float)] = []
            for id in row.indices where best.count < count || row[id] > best[best.count - 1].logit {
                let place = best.firstIndex { row[id] > $0.logit } ?? best.count
                best.insert((id, row[id]), at: place)
                if best.count > count { best.removeLast() }
            }
            return best.map {
                TeacherForcedScores.Candidate(id: Int32($0.id), logProbability: Double($0.logit - normaliser))
            }
        }
    }
}
