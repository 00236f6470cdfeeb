internal import Kernels

/// What a model divides RoPE's frequencies by, pair by pair: (rotary / 2) each. Immutable.
struct RotaryFactors: Sendable {
    /// Factors for any context (Llama 3.1).
    private let all: FloatVector?
    /// LongRoPE: up to its original context, and beyond.
    private let short: FloatVector?
    private let long: FloatVector?

    /// - Throws: `invalidTensor` where a factor is not positive, or LongRoPE lacks its factors.
    init(_ load: TensorLoader, _ config: ModelConfig) throws(TransformerError) {
        let count = config.rotations[0].dimension / 2
        all = try load.factors("rope_freqs.weight", count: count)
        short = try load.factors("rope_factors_short.weight", count: count)
        long = try load.factors("rope_factors_long.weight", count: count)
        guard case .long = config.rotations[0].scaling, all == nil else { return }
        guard short != nil, long != nil else {
            throw load.invalid("has no tensors rope_factors_short.weight and rope_factors_long.weight")
        }
    }

    /// Those of one of a model's rotations; only the first, of layers that see all positions, has any.
    func factors(of rotation: Int, _ config: ModelConfig, contextLength: Int) -> FloatVector? {
        guard rotation == 0 else { return nil }
        guard case .long(let original) = config.rotations[0].scaling, all == nil else { return all }
        return contextLength > original ? long : short
    }
}
