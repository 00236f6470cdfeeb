/// How the next token is chosen from the model's distribution.
///
/// The filters apply in this order: repetition penalty, DRY, temperature, top-k, top-p, min-p. Log-probabilities that are
/// reported beside a token are taken at temperature 1 before any of them.
package struct Sampling: Sendable, Hashable, Codable {
    /// 0 is greedy: the most probable token, the lowest id on a tie. Range 0 … 10.
    package var temperature: Double
    /// Keep the k most probable tokens; 0 keeps all.
    package var topK: Int
    /// Keep the smallest set of tokens whose probability reaches p. Range 0 < p ≤ 1; 1 keeps all.
    package var topP: Double
    /// Drop tokens less probable than p times the best one. Range 0 ≤ p < 1; 0 keeps all.
    package var minP: Double
    /// Divide (or multiply, where negative) the logits of the last ``repetitionWindow`` tokens by this. 1 is off.
    package var repetitionPenalty: Double
    /// How many of the latest tokens the repetition penalty looks back on. Range 1 … 4,096.
    package var repetitionWindow: Int
    /// What a token loses that would go on with a run of tokens that stood there before; 0 is off ("don't repeat yourself").
    package var dryMultiplier: Double
    /// By how much that grows with each token of the run. Range 1 … 8.
    package var dryBase: Double
    /// Tokens that may be repeated without a penalty. Range 1 … 1,000.
    package var dryAllowedLength: Int
    /// The same seed, model and prompt give the same text. `nil` draws a seed.
    package var seed: UInt64?

    package init(
        temperature: Double = 0, topK: Int = 40, topP: Double = 0.95, minP: Double = 0.05,
        repetitionPenalty: Double = 1, repetitionWindow: Int = 64, dryMultiplier: Double = 0, dryBase: Double = 1.75,
        dryAllowedLength: Int = 2, seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.repetitionWindow = repetitionWindow
        self.dryMultiplier = dryMultiplier
        self.dryBase = dryBase
        self.dryAllowedLength = dryAllowedLength
        self.seed = seed
    }

    /// Whether the answer depends on a seed.
    package var isRandom: Bool { temperature > 0 }
}

/// What a person, a file or a model's profile says of the sampling; `nil` where it says nothing.
package struct SamplingChoice: Sendable, Hashable {
    package var temperature: Double?
    package var topK: Int?
    package var topP: Double?
    package var minP: Double?
    package var repetitionPenalty: Double?
    package var repetitionWindow: Int?
    package var dryMultiplier: Double?
    package var dryBase: Double?
    package var dryAllowedLength: Int?
    package var seed: UInt64?

    package init() {}

    /// This choice, and where it says nothing, the other.
    package func over(_ other: SamplingChoice) -> SamplingChoice {
        var choice = SamplingChoice()
        choice.temperature = temperature ?? other.temperature
        choice.topK = topK ?? other.topK
        choice.topP = topP ?? other.topP
        choice.minP = minP ?? other.minP
        choice.repetitionPenalty = repetitionPenalty ?? other.repetitionPenalty
        choice.repetitionWindow = repetitionWindow ?? other.repetitionWindow
        choice.dryMultiplier = dryMultiplier ?? other.dryMultiplier
        choice.dryBase = dryBase ?? other.dryBase
        choice.dryAllowedLength = dryAllowedLength ?? other.dryAllowedLength
        choice.seed = seed ?? other.seed
        return choice
    }

    /// `base` with what is chosen here in its place.
    package func applied(to base: Sampling) -> Sampling {
        Sampling(
            temperature: temperature ?? base.temperature, topK: topK ?? base.topK, topP: topP ?? base.topP,
            minP: minP ?? base.minP, repetitionPenalty: repetitionPenalty ?? base.repetitionPenalty,
            repetitionWindow: repetitionWindow ?? base.repetitionWindow,
            dryMultiplier: dryMultiplier ?? base.dryMultiplier, dryBase: dryBase ?? base.dryBase,
            dryAllowedLength: dryAllowedLength ?? base.dryAllowedLength, seed: seed ?? base.seed)
    }
}

/// One number of the sampling, by the name that files, flags and the screen give it.
package enum SamplingParameter: String, Sendable, Hashable, CaseIterable {
    case temperature
    case topK = "top_k"
    case topP = "top_p"
    case minP = "min_p"
    case repetitionPenalty = "repetition_penalty"
    case repetitionWindow = "repetition_window"
    case dryMultiplier = "dry_multiplier"
    case dryBase = "dry_base"
    case dryAllowedLength = "dry_allowed_length"

    package var range: ClosedRange<Double> {
        switch self {
        case .temperature: 0...10
        case .topK: 0...1_000_000
        case .topP: 0.000_001...1
        case .minP: 0...0.999_999
        case .repetitionPenalty: 0.1...10
        case .repetitionWindow: 1...4_096
        case .dryMultiplier: 0...100
        case .dryBase: 1...8
        case .dryAllowedLength: 1...1_000
        }
    }

    /// Whether it has no fractions.
    package var isWhole: Bool {
        switch self {
        case .topK, .repetitionWindow, .dryAllowedLength: true
        case .temperature, .topP, .minP, .repetitionPenalty, .dryMultiplier, .dryBase: false
        }
    }

    /// What it does, for help and lists.
    package var meaning: String {
        switch self {
        case .temperature: "0 takes the most probable token each time; up to 2 is more and more random"
        case .topK: "keep the K most probable tokens; 0 keeps all"
        case .topP: "keep the most probable tokens that together reach P"
        case .minP: "drop tokens less probable than P times the best"
        case .repetitionPenalty: "make tokens that were used lately less probable; 1 is off"
        case .repetitionWindow: "how many of the latest tokens that looks back on"
        case .dryMultiplier: "make it less probable that a run of tokens is repeated (DRY); 0 is off, 0.8 is usual"
        case .dryBase: "by how much that grows with each token of the run"
        case .dryAllowedLength: "tokens that may be repeated without a penalty"
        }
    }

    /// The number in `text`, where it is one that this parameter may have.
    package func value(of text: String) -> Double? {
        guard let value = Double(text), range.contains(value), !isWhole || value == value.rounded() else { return nil }
        return value
    }

    /// The numbers that it may have, for a message.
    package var rangeInWords: String {
        switch self {
        case .topP: "more than 0, up to 1"
        case .minP: "0 to less than 1"
        default:
            isWhole
                ? "\(Int(range.lowerBound)) to \(Int(range.upperBound))" : "\(range.lowerBound) to \(range.upperBound)"
        }
    }
}

extension SamplingChoice {
    package subscript(parameter: SamplingParameter) -> Double? {
        get {
            switch parameter {
            case .temperature: temperature
            case .topK: topK.map(Double.init)
            case .topP: topP
            case .minP: minP
            case .repetitionPenalty: repetitionPenalty
            case .repetitionWindow: repetitionWindow.map(Double.init)
            case .dryMultiplier: dryMultiplier
            case .dryBase: dryBase
            case .dryAllowedLength: dryAllowedLength.map(Double.init)
            }
        }
        set {
            switch parameter {
            case .temperature: temperature = newValue
            case .topK: topK = newValue.map { Int($0) }
            case .topP: topP = newValue
            case .minP: minP = newValue
            case .repetitionPenalty: repetitionPenalty = newValue
            case .repetitionWindow: repetitionWindow = newValue.map { Int($0) }
            case .dryMultiplier: dryMultiplier = newValue
            case .dryBase: dryBase = newValue
            case .dryAllowedLength: dryAllowedLength = newValue.map { Int($0) }
            }
        }
    }
}
