internal import Glibc

/// How well a model predicts a text.
public struct Perplexity: Sendable, Hashable {
    public var scoredTokens: Int
    /// In nats.
    public var meanNegativeLogLikelihood: Double

    public init(scoredTokens: Int, meanNegativeLogLikelihood: Double) {
        self.scoredTokens = scoredTokens
        self.meanNegativeLogLikelihood = meanNegativeLogLikelihood
    }

    /// e to the mean negative log-likelihood.
    public var value: Double { exp(meanNegativeLogLikelihood) }
}
