/// How the next token is chosen from the logits.
///
/// The steps apply in this order: repetition penalty, temperature, top-k, top-p, min-p.
public struct SamplerConfig: Sendable, Hashable {
    /// How many of the latest tokens the repetition penalty looks back on.
    public static let repetitionWindow = 64

    /// 0 is greedy: the highest logit, the lowest id on a tie. Range 0 … 10.
    public var temperature: Double
    /// Keep the k highest logits; 0 keeps all.
    public var topK: Int
    /// Keep the smallest set of the most probable tokens that reaches this share of what top-k kept. Range 0 < p ≤ 1.
    public var topP: Double
    /// Drop tokens less probable than this share of the most probable one. Range 0 ≤ p < 1.
    public var minP: Double
    /// Logits of tokens among the last ``repetitionWindow`` are divided by this where positive and multiplied where
    /// negative. 1 is off. Range 0.1 … 10.
    public var repetitionPenalty: Double
    /// The same seed and the same logits give the same tokens.
    public var seed: UInt64

    public init(
        temperature: Double = 0, topK: Int = 0, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
        seed: UInt64 = 0
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }

    /// Throws ``TransformerError/Code/invalidSampling`` where a parameter is out of its range or not a number.
    func validate() throws(TransformerError) {
        func require(_ holds: Bool, _ rule: String) throws(TransformerError) {
            guard holds else { throw TransformerError(.invalidSampling, "Sampling: \(rule).") }
        }
        try require(temperature >= 0 && temperature <= 10, "temperature is \(temperature), must lie in 0 … 10")
        try require(topK >= 0, "top-k is \(topK), must not be negative")
        try require(topP > 0 && topP <= 1, "top-p is \(topP), must be above 0 and at most 1")
        try require(minP >= 0 && minP < 1, "min-p is \(minP), must be at least 0 and below 1")
        try require(
            repetitionPenalty >= 0.1 && repetitionPenalty <= 10,
            "repetition penalty is \(repetitionPenalty), must lie in 0.1 … 10")
    }
}
