/// A token, with what the model knew when it was chosen.
public struct TokenChoice: Sendable, Hashable {
    public var id: Int32
    /// Natural logarithm of the token's probability at temperature 1, before any filter (≤ 0).
    public var logProbability: Float
    /// Entropy of the whole distribution at temperature 1, in nats (≥ 0).
    public var entropy: Float
    /// Natural-log probability of the best token minus that of the second best (≥ 0).
    public var margin: Float

    public init(id: Int32, logProbability: Float, entropy: Float, margin: Float) {
        self.id = id
        self.logProbability = logProbability
        self.entropy = entropy
        self.margin = margin
    }
}
