public import Kernels

/// What distinguishes one family of models from another, as data that the graph reads: a new family is a new value.
public struct Architecture: Sendable, Hashable {
    /// The value of `general.architecture`, and the prefix of the family's metadata keys.
    public let name: String
    /// Which dimensions of a head RoPE rotates together.
    public let rotaryStyle: RotaryStyle
    /// Whether Q, K and V have biases (`attn_q.bias`, …).
    public let hasAttentionBias: Bool
    /// Whether every head of Q and K is normalised before RoPE (`attn_q_norm.weight`, …).
    public let hasHeadNorm: Bool

    init(
        name: String, rotaryStyle: RotaryStyle, hasAttentionBias: Bool = false, hasHeadNorm: Bool = false
    ) {
        self.name = name
        self.rotaryStyle = rotaryStyle
        self.hasAttentionBias = hasAttentionBias
        self.hasHeadNorm = hasHeadNorm
    }

    /// Llama 1 to 3, SmolLM, SmolLM2, TinyLlama and others of their shape.
    public static let llama = Architecture(name: "llama", rotaryStyle: .interleaved)

    /// Qwen 2 and 2.5.
    public static let qwen2 = Architecture(name: "qwen2", rotaryStyle: .halves, hasAttentionBias: true)

    /// Qwen 3, the dense models.
    public static let qwen3 = Architecture(name: "qwen3", rotaryStyle: .halves, hasHeadNorm: true)

    /// Every family this engine can run.
    public static let known = [llama, qwen2, qwen3]
}
