internal import Glibc

/// How RoPE turns with position: one of the rotations of a model. Immutable.
public struct RotaryConfig: Sendable, Hashable {
    /// How a model trained on short texts is stretched to longer ones.
    public enum Scaling: Sendable, Hashable {
        /// Positions are divided by `factor`; 1 where the model asks for nothing.
        case linear(factor: Double)
        /// YaRN: slow dimensions are stretched like the above, fast ones are left alone, those between are blended.
        case yarn(factor: Double, originalContext: Int, betaFast: Double, betaSlow: Double)
        /// LongRoPE: a factor for each dimension, one set for contexts up to the original one and one beyond.
        case long(originalContext: Int)
    }

    /// How many of a head's dimensions are rotated (even).
    public let dimension: Int
    /// θ.
    public let base: Double
    /// How frequencies are changed for contexts longer than the model was trained on.
    public let scaling: Scaling
    /// What cosines and sines are multiplied by: YaRN and LongRoPE sharpen attention so.
    public let magnitude: Double

    /// Radians a position, for each of the `dimension / 2` pairs.
    ///
    /// - Parameter factors: what the model divides each frequency by; none divides nothing.
    ///
    /// Source: YaRN, arXiv:2309.00071, and `ggml_rope_yarn` for the blend.
    func frequencies(factors: [Double]) -> [Double] {
        let half = dimension / 2
        return (0..<half).map { pair in
            let plain = pow(base, -Double(pair) / Double(half)) / (factors.isEmpty ? 1 : factors[pair])
            switch scaling {
            case .long: return plain
            case .linear(let factor): return plain / factor
            case .yarn(let factor, let context, let fast, let slow):
                let first = max(0, turning(fast, context).rounded(.down))
                let last = min(Double(dimension - 1), turning(slow, context).rounded(.up))
                let kept = 1 - min(1, max(0, (Double(pair) - first) / max(0.001, last - first)))
                return plain / factor * (1 - kept) + plain * kept
            }
        }
    }

    /// The pair that turns `rotations` times within `context` positions.
    private func turning(_ rotations: Double, _ context: Int) -> Double {
        Double(dimension) * log(Double(context) / (rotations * 2 * .pi)) / (2 * log(base))
    }
}

extension RotaryConfig {
    /// The rotation a file asks for.
    init(_ reader: ConfigReader, dimension: Int, contextLength: Int) throws(TransformerError) {
        let base = try reader.number("rope.freq_base", in: 1...1e12, default: 10_000)
        let type = try reader.text("rope.scaling.type")
        let older = try reader.number("rope.scale_linear", in: 1...1024, default: 1)
        let factor = try reader.number("rope.scaling.factor", in: 1...1024, default: older)
        let original = try reader.integer(
            "rope.scaling.original_context_length", in: 1...16_777_216, default: contextLength)
        let magnitude = try reader.number("rope.scaling.attn_factor", in: 1e-3...1e3, default: 1)
        switch type {
        case nil, "linear":
            self.init(dimension: dimension, base: base, scaling: .linear(factor: factor), magnitude: magnitude)
        case "none":
            self.init(dimension: dimension, base: base, scaling: .linear(factor: 1), magnitude: 1)
        case "longrope":
            self.init(dimension: dimension, base: base, scaling: .long(originalContext: original), magnitude: magnitude)
        case "yarn":
            guard base > 1 else { throw reader.invalid("YaRN needs a rope.freq_base above 1, not \(base)") }
            let blend = try reader.number("rope.scaling.yarn_ext_factor", in: -1...1, default: 1)
            guard blend == 1 || blend < 0 else {
                throw reader.invalid("a share of \(blend) of YaRN (rope.scaling.yarn_ext_factor) is not supported")
            }
            let scaling = Scaling.yarn(
                factor: factor, originalContext: original,
                betaFast: try reader.number("rope.scaling.yarn_beta_fast", in: 1e-3...1e4, default: 32),
                betaSlow: try reader.number("rope.scaling.yarn_beta_slow", in: 1e-3...1e4, default: 1))
            self.init(
                dimension: dimension, base: base, scaling: scaling, magnitude: magnitude * (1 + 0.1 * log(factor)))
        case let other?:
            throw reader.invalid("the RoPE scaling \(other.prefix(64).debugDescription) is not supported yet")
        }
    }
}
