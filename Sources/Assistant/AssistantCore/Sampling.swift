/// How the next token is chosen from the model's distribution.
///
/// The filters apply in this order: repetition penalty, temperature, top-k, top-p, min-p. Log-probabilities that are
/// reported beside a token are taken at temperature 1 before any of them.
public struct Sampling: Sendable, Hashable, Codable {
    /// 0 is greedy: the most probable token, the lowest id on a tie. Range 0 … 10.
    public var temperature: Double
    /// Keep the k most probable tokens; 0 keeps all.
    public var topK: Int
    /// Keep the smallest set of tokens whose probability reaches p. Range 0 < p ≤ 1; 1 keeps all.
    public var topP: Double
    /// Drop tokens less probable than p times the best one. Range 0 ≤ p < 1; 0 keeps all.
    public var minP: Double
    /// Divide (or multiply, where negative) the logits of the last 64 tokens by this. 1 is off.
    public var repetitionPenalty: Double
    /// The same seed, model and prompt give the same text. `nil` draws a seed.
    public var seed: UInt64?

    public init(
        temperature: Double = 0, topK: Int = 40, topP: Double = 0.95, minP: Double = 0.05,
        repetitionPenalty: Double = 1, seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }
}
