/// How the next token is chosen from the logits.
///
/// The steps apply in this order: repetition penalty, DRY, temperature, top-k, top-p, min-p.
public struct SamplerConfig: Sendable, Hashable {
    /// Makes tokens less probable that would go on with a run of tokens that stood in the context before ("don't repeat
    /// yourself").
    ///
    /// A token that would make a run of `allowedLength` + n tokens longer loses `multiplier` · `base`ⁿ of its logit.
    /// Source: P. E. Weidmann, "DRY: A modern repetition penalty that reliably prevents looping", 2024.
    public struct DRY: Sendable, Hashable {
        /// 0 is off. Range 0 … 100.
        public var multiplier: Double
        /// Range 1 … 8.
        public var base: Double
        /// Runs that may be repeated without a penalty. Range 1 … 1,000.
        public var allowedLength: Int

        /// Makes the settings; the default is off.
        public init(multiplier: Double = 0, base: Double = 1.75, allowedLength: Int = 2) {
            self.multiplier = multiplier
            self.base = base
            self.allowedLength = allowedLength
        }
    }

    /// The longest window that penalties may look back on.
    public static let longestWindow = 4096

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
    /// How many of the latest tokens the repetition penalty looks back on. Range 1 … ``longestWindow``.
    public var repetitionWindow: Int
    /// Looks back on ``longestWindow`` tokens.
    public var dry: DRY
    /// The same seed and the same logits give the same tokens.
    public var seed: UInt64

    /// Makes a configuration; the defaults choose the most probable token.
    public init(
        temperature: Double = 0, topK: Int = 0, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1,
        repetitionWindow: Int = 64, dry: DRY = DRY(), seed: UInt64 = 0
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.repetitionWindow = repetitionWindow
        self.dry = dry
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
        try require(
            (1...Self.longestWindow).contains(repetitionWindow),
            "the repetition window is \(repetitionWindow) tokens, must lie in 1 … \(Self.longestWindow)")
        try require(
            dry.multiplier >= 0 && dry.multiplier <= 100,
            "the DRY multiplier is \(dry.multiplier), must lie in 0 … 100")
        try require(dry.base >= 1 && dry.base <= 8, "the DRY base is \(dry.base), must lie in 1 … 8")
        try require(
            (1...1_000).contains(dry.allowedLength),
            "the DRY allowed length is \(dry.allowedLength), must lie in 1 … 1000")
    }

    /// How many of the latest tokens a sampler of this configuration looks back on.
    public var historyLength: Int {
        if dry.multiplier > 0 { return Self.longestWindow }
        return repetitionPenalty != 1 ? repetitionWindow : 0
    }
}
