public import Kernels

/// What distinguishes one family of models from another, as data that the graph reads: a new family is a new value.
public struct Architecture: Sendable, Hashable {
    /// What the gate of the feed-forward layer goes through.
    public enum Activation: Sendable {
        /// SwiGLU: silu(gate) · up.
        case silu
        /// GeGLU, with the tanh form of GELU.
        case gelu
    }

    /// What a layer that does not attend does instead: it keeps something of the tokens before that is as large for many as
    /// for few.
    public enum Recurrence: Sendable {
        /// A filter over the latest columns, gated before and behind (LFM2).
        case shortConvolution
        /// A gated DeltaNet: a state that fades is corrected by what it got wrong (Qwen 3.5).
        case deltaRule
        /// Mamba-2: a state that fades is added to (Granite 4 H).
        case stateSpace
    }

    /// How a family with experts chooses among them for a token.
    public struct Experts: Sendable, Hashable {
        /// What makes a share of a score: softmax over all experts, or each one's sigmoid.
        public enum Gating: Sendable {
            case softmax, sigmoid
        }

        /// How scores become shares, before those of the chosen are brought to 1.
        public let gating: Gating
        /// Whether a bias is added for the choice, and for that alone.
        public let hasBias: Bool
        /// Whether an expert is as wide as `feed_forward_length` says.
        public let hasPlainWidth: Bool
        /// Whether all files of the family have experts.
        public let isRequired: Bool
    }

    /// The value of `general.architecture`, and the prefix of the family's metadata keys.
    public let name: String
    /// Which dimensions of a head RoPE rotates together.
    public let rotaryStyle: RotaryStyle
    /// The function between the two products of a feed-forward block.
    public let activation: Activation
    /// Whether Q, K and V have biases (`attn_q.bias`, …).
    public let hasAttentionBias: Bool
    /// Whether every head of Q and K is normalised before RoPE (`attn_q_norm.weight`, …).
    public let hasHeadNorm: Bool
    /// Whether what attention and the feed-forward layer give is normalised before it is added to the residual stream
    /// (`post_attention_norm.weight`, `post_ffw_norm.weight`).
    public let hasPostNorms: Bool
    /// Whether embeddings are multiplied by the square root of their width.
    public let scalesEmbedding: Bool
    /// What the other layers do where not all attend; `nil` where all do. Which attend, files tell by their key-value heads, or
    /// as ``attentionInterval`` says.
    public let recurrence: Recurrence?
    /// Every how many layers one attends, unless the file says otherwise.
    public let attentionInterval: Int?
    /// Whether what attention gives is multiplied by a gate, which the product for Q holds behind each head.
    public let hasGatedAttention: Bool
    /// How experts are chosen in the feed-forward layers; `nil` where there are none.
    public let experts: Experts?
    /// Name of the norm before the feed-forward layer.
    public let feedForwardNorm: String
    /// Name of the norm before the head.
    public let outputNorm: String
    /// Whether a window that a file tells of is that of all layers that attend.
    public let hasOneWindow: Bool
    /// Where layers see a window only (`attention.sliding_window`): every how many one sees all positions, unless the
    /// file says otherwise. `nil` where all layers of the family see all positions.
    public let globalLayerInterval: Int?
    /// Every how many layers one does without RoPE; `nil` where all have it.
    public let unrotatedLayerInterval: Int?
    /// Whether files bring factors for embedding, residual, attention and logits (`embedding_scale`, …).
    public let hasMultipliers: Bool

    init(
        name: String, rotaryStyle: RotaryStyle, activation: Activation = .silu, hasAttentionBias: Bool = false,
        hasHeadNorm: Bool = false, hasPostNorms: Bool = false, scalesEmbedding: Bool = false,
        recurrence: Recurrence? = nil, attentionInterval: Int? = nil, hasGatedAttention: Bool = false,
        experts: Experts? = nil,
        feedForwardNorm: String = "ffn_norm", outputNorm: String = "output_norm", hasOneWindow: Bool = false,
        globalLayerInterval: Int? = nil, unrotatedLayerInterval: Int? = nil, hasMultipliers: Bool = false
    ) {
        self.name = name
        self.rotaryStyle = rotaryStyle
        self.activation = activation
        self.hasAttentionBias = hasAttentionBias
        self.hasHeadNorm = hasHeadNorm
        self.hasPostNorms = hasPostNorms
        self.scalesEmbedding = scalesEmbedding
        self.recurrence = recurrence
        self.attentionInterval = attentionInterval
        self.hasGatedAttention = hasGatedAttention
        self.experts = experts
        self.feedForwardNorm = feedForwardNorm
        self.outputNorm = outputNorm
        self.hasOneWindow = hasOneWindow
        self.globalLayerInterval = globalLayerInterval
        self.unrotatedLayerInterval = unrotatedLayerInterval
        self.hasMultipliers = hasMultipliers
    }

    /// Llama 1 to 3, SmolLM, SmolLM2, TinyLlama and others of their shape.
    public static let llama = Architecture(name: "llama", rotaryStyle: .interleaved)

    /// Qwen 2 and 2.5.
    public static let qwen2 = Architecture(name: "qwen2", rotaryStyle: .halves, hasAttentionBias: true)

    /// Qwen 3, the dense models.
    public static let qwen3 = Architecture(name: "qwen3", rotaryStyle: .halves, hasHeadNorm: true)

    /// Gemma 3, the text models.
    public static let gemma3 = Architecture(
        name: "gemma3", rotaryStyle: .halves, activation: .gelu, hasHeadNorm: true, hasPostNorms: true,
        scalesEmbedding: true, globalLayerInterval: 6)

    /// SmolLM3.
    public static let smollm3 = Architecture(name: "smollm3", rotaryStyle: .interleaved, unrotatedLayerInterval: 4)

    /// Granite 3 and 4, the dense models.
    public static let granite = Architecture(name: "granite", rotaryStyle: .interleaved, hasMultipliers: true)

    /// LFM2 and LFM2.5, the dense models.
    public static let lfm2 = Architecture(
        name: "lfm2", rotaryStyle: .halves, hasHeadNorm: true, recurrence: .shortConvolution,
        outputNorm: "token_embd_norm", hasOneWindow: true)

    /// Qwen 3.5, the dense models.
    public static let qwen35 = Architecture(
        name: "qwen35", rotaryStyle: .halves, hasHeadNorm: true, recurrence: .deltaRule, attentionInterval: 4,
        hasGatedAttention: true, feedForwardNorm: "post_attention_norm")

    /// Granite 4 H, the hybrid models.
    public static let graniteHybrid = Architecture(
        name: "granitehybrid", rotaryStyle: .interleaved, recurrence: .stateSpace,
        experts: Experts(gating: .softmax, hasBias: false, hasPlainWidth: true, isRequired: false), hasMultipliers: true
    )

    /// Qwen 3 with experts.
    public static let qwen3MoE = Architecture(
        name: "qwen3moe", rotaryStyle: .halves, hasHeadNorm: true,
        experts: Experts(gating: .softmax, hasBias: false, hasPlainWidth: false, isRequired: true))

    /// Granite 3 and 4 with experts.
    public static let graniteMoE = Architecture(
        name: "granitemoe", rotaryStyle: .interleaved,
        experts: Experts(gating: .softmax, hasBias: false, hasPlainWidth: true, isRequired: true), hasMultipliers: true)

    /// LFM2 with experts.
    public static let lfm2MoE = Architecture(
        name: "lfm2moe", rotaryStyle: .halves, hasHeadNorm: true, recurrence: .shortConvolution,
        experts: Experts(gating: .sigmoid, hasBias: true, hasPlainWidth: false, isRequired: true),
        outputNorm: "token_embd_norm", hasOneWindow: true)

    /// Every family this engine can run.
    public static let known = [
        llama, qwen2, qwen3, gemma3, smollm3, granite, lfm2, qwen35, graniteHybrid, qwen3MoE, graniteMoE, lfm2MoE,
    ]
}
