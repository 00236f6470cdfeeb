/// What distinguishes one family of models from another, as data that the graph reads: a new family is a new value.
public struct Architecture: Sendable, Hashable {
    /// Which dimensions of a head RoPE rotates together.
    public enum RotaryPairing: Sendable, Hashable {
        /// Dimensions 2i and 2i + 1, as converters order the rows of Llama's Q and K.
        case adjacent
        /// Dimensions i and i + half.
        case halves
    }

    /// The value of `general.architecture`, and the prefix of the family's metadata keys.
    public let name: String
    public let rotaryPairing: RotaryPairing
    /// Whether Q, K and V have biases (`attn_q.bias`, …).
    public let hasAttentionBias: Bool
    /// Whether every head of Q and K is normalised before RoPE (`attn_q_norm.weight`, …).
    public let hasHeadNorm: Bool

    init(
        name: String, rotaryPairing: RotaryPairing, hasAttentionBias: Bool = false, hasHeadNorm: Bool = false
    ) {
        self.name = name
        self.rotaryPairing = rotaryPairing
        self.hasAttentionBias = hasAttentionBias
        self.hasHeadNorm = hasHeadNorm
    }

    /// Llama 1 to 3, SmolLM, SmolLM2, TinyLlama and others of their shape.
    public static let llama = Architecture(name: "llama", rotaryPairing: .adjacent)

    /// Every family this engine can run.
    public static let known = [llama]
}
