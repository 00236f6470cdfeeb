public import GGUF
public import Kernels

/// A language model's weights, packed for the kernels. Immutable; any number of sessions on any threads may share them.
public final class ModelWeights: Sendable {
    /// The hyperparameters that the weights belong to.
    public let config: ModelConfig
    /// (vocabulary, model)
    let embedding: TokenEmbedding
    let layers: [LayerWeights]
    /// (model)
    let outputNorm: FloatVector
    /// (vocabulary, model): the embedding itself where the model ties them.
    let head: WeightMatrix
    /// What RoPE's frequencies are divided by.
    let rotaryFactors: RotaryFactors

    /// Packs all weights of `file` on all threads of `pool`. Blocks for as long as it takes to read the file.
    ///
    /// Pages of the file are given back as soon as they are packed, so that memory peaks at little more than the file. An
    /// embedding that is not the head as well stays in the file, which is kept open for it.
    ///
    /// - Parameter progress: called on the calling thread with the share that is done, 0 … 1; returns false to stop.
    /// - Throws: ``TransformerError``: `unsupportedArchitecture`, `invalidConfiguration`, `invalidTensor` or `cancelled`.
    public init(
        _ file: GGUFFile, pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
    ) throws(TransformerError) {
        let config = try ModelConfig(file)
        try config.checkTensors(of: file)
        let load = TensorLoader(file: file, pool: pool)
        let (model, vocabulary) = (config.modelDimension, config.vocabularySize)
        let steps = Double(config.layerCount + 1)
        func report(_ step: Int) throws(TransformerError) {
            guard progress(Double(step) / steps) else { throw TransformerError(.cancelled, "Loading was stopped.") }
        }

        try report(0)
        if load.contains("output.weight") {
            embedding = TokenEmbedding(try load.rows("token_embd.weight", rows: vocabulary, columns: model))
            head = try load.matrix("output.weight", rows: vocabulary, columns: model)
        } else {
            head = try load.matrix("token_embd.weight", rows: vocabulary, columns: model)
            embedding = TokenEmbedding(head)
        }
        // The head is linear: what its logits are multiplied by may as well be in the norm before it.
        outputNorm = try load.vector(
            "\(config.architecture.outputNorm).weight", count: model, scale: config.logitScale)
        rotaryFactors = try RotaryFactors(load, config)
        var layers: [LayerWeights] = []
        for index in 0..<config.layerCount {
            try report(index + 1)
            layers.append(try Self.layer(index, config, load))
            file.adviseAllUnneeded()
        }
        self.layers = layers
        self.config = config
        try report(config.layerCount + 1)
    }

    private static func layer(
        _ index: Int, _ config: ModelConfig, _ load: TensorLoader
    ) throws(TransformerError) -> LayerWeights {
        let model = config.modelDimension
        let block = "blk.\(index)."
        return LayerWeights(
            mixerNorm: try load.vector(block + "attn_norm.weight", count: model),
            mixer: try mixer(block, config.layers[index], config, load),
            feedForwardNorm: try load.vector(
                "\(block)\(config.architecture.feedForwardNorm).weight", count: model),
            feedForward: try feedForward(index, config, load),
            postNorms: config.architecture.hasPostNorms
                ? (
                    try load.vector(block + "post_attention_norm.weight", count: model),
                    try load.vector(block + "post_ffw_norm.weight", count: model)
                ) : nil)
    }

    private static func feedForward(
        _ index: Int, _ config: ModelConfig, _ load: TensorLoader
    ) throws(TransformerError) -> FeedForward {
        let (model, block) = (config.modelDimension, "blk.\(index).")
        func plain(_ ending: String, _ hidden: Int) throws(TransformerError) -> GatedProducts {
            GatedProducts(
                gateUp: try load.stack(
                    [(block + "ffn_gate\(ending)", hidden), (block + "ffn_up\(ending)", hidden)], columns: model),
                down: try load.matrix(block + "ffn_down\(ending)", rows: model, columns: hidden))
        }
        guard let experts = config.experts, config.hasExperts(index) else {
            return .plain(try plain(".weight", config.feedForwardDimension))
        }
        let (count, width) = (experts.count, experts.width)
        let router = try load.matrix(block + "ffn_gate_inp.weight", rows: count, columns: model)
        let gates = try load.matrices(block + "ffn_gate_exps.weight", count: count, rows: width, columns: model)
        let ups = try load.matrices(block + "ffn_up_exps.weight", count: count, rows: width, columns: model)
        let downs = try load.matrices(block + "ffn_down_exps.weight", count: count, rows: model, columns: width)
        return .experts(
            ExpertWeights(
                router: router,
                bias: config.architecture.experts?.hasBias == true
                    ? try load.vector(block + "exp_probs_b.bias", count: count) : nil,
                experts: (0..<count).map {
                    GatedProducts(gateUp: WeightMatrix(stacking: [gates[$0], ups[$0]]), down: downs[$0])
                },
                shared: experts.sharedWidth > 0 ? try plain("_shexp.weight", experts.sharedWidth) : nil))
    }

    private static func mixer(
        _ block: String, _ plan: LayerPlan, _ config: ModelConfig, _ load: TensorLoader
    ) throws(TransformerError) -> Mixer {
        if let recurrence = config.recurrence, !plan.attends {
            return .recurrence(
                try RecurrenceWeights(block, recurrence, modelDimension: config.modelDimension, load))
        }
        return .attention(try attention(block, config, load))
    }

    private static func attention(
        _ block: String, _ config: ModelConfig, _ load: TensorLoader
    ) throws(TransformerError) -> AttentionWeights {
        let model = config.modelDimension
        let (query, kv, head) = (config.queryDimension, config.kvDimension, config.headDimension)
        let family = config.architecture
        return AttentionWeights(
            queryKeyValue: try queryKeyValue(block, config, load),
            queryKeyValueBias: family.hasAttentionBias
                ? try load.concatenation([
                    (block + "attn_q.bias", query), (block + "attn_k.bias", kv), (block + "attn_v.bias", kv),
                ]) : nil,
            headNorms: family.hasHeadNorm
                ? (
                    try load.vector(block + "attn_q_norm.weight", count: head),
                    try load.vector(block + "attn_k_norm.weight", count: head)
                ) : nil,
            output: try load.matrix(block + "attn_output.weight", rows: model, columns: query))
    }

    private static func queryKeyValue(
        _ block: String, _ config: ModelConfig, _ load: TensorLoader
    ) throws(TransformerError) -> WeightMatrix {
        let (query, kv, model) = (config.queryDimension, config.kvDimension, config.modelDimension)
        let keysAndValues = [(name: block + "attn_k.weight", rows: kv), (name: block + "attn_v.weight", rows: kv)]
        guard config.architecture.hasGatedAttention else {
            return try load.stack([(block + "attn_q.weight", query)] + keysAndValues, columns: model)
        }
        let (queries, gates) = try load.gatedHeads(
            block + "attn_q.weight", heads: config.headCount, size: config.headDimension, columns: model)
        return WeightMatrix(stacking: [queries, try load.stack(keysAndValues, columns: model), gates])
    }

    /// Bytes of weights that one decoded token reads.
    public var bytesPerToken: Int {
        layers.reduce(head.byteCount) { sum, layer in
            layer.matrices(experts: config.experts?.used ?? 0).reduce(sum) { $0 + $1.byteCount }
        }
    }

    /// Multiplications of weights that one token of a prompt takes: all matrices but the head.
    public var multiplicationsPerToken: Int {
        layers.reduce(0) { sum, layer in
            layer.matrices(experts: config.experts?.used ?? 0).reduce(sum) { $0 + $1.rows * $1.cols }
        }
    }
}

/// The weights of one transformer block. Immutable.
struct LayerWeights: Sendable {
    /// (model)
    let mixerNorm: FloatVector
    let mixer: Mixer
    /// (model)
    let feedForwardNorm: FloatVector
    let feedForward: FeedForward
    /// (model) each, where the family normalises what attention and the feed-forward layer give.
    let postNorms: (attention: FloatVector, feedForward: FloatVector)?

    /// All that a token is multiplied with, where it is given to so many experts.
    func matrices(experts: Int) -> [WeightMatrix] {
        let mixing =
            switch mixer {
            case .attention(let weights): [weights.queryKeyValue, weights.output]
            case .recurrence(let weights): [weights.input, weights.output]
            }
        switch feedForward {
        case .plain(let products): return mixing + [products.gateUp, products.down]
        case .experts(let weights):
            let chosen = weights.experts.prefix(experts) + (weights.shared.map { [$0] } ?? [])
            return mixing + [weights.router] + chosen.flatMap { [$0.gateUp, $0.down] }
        }
    }
}

/// What a block does to each token for itself.
enum FeedForward: Sendable {
    case plain(GatedProducts)
    case experts(ExpertWeights)
}

/// The matrices of a gated feed-forward layer. Immutable.
struct GatedProducts: Sendable {
    /// Gate and up stacked: (2 · width, model)
    let gateUp: WeightMatrix
    /// (model, width)
    let down: WeightMatrix

    var width: Int { down.cols }
}

/// The weights of a feed-forward layer with experts. Immutable.
struct ExpertWeights: Sendable {
    /// (experts, model)
    let router: WeightMatrix
    /// (experts), where the family has one.
    let bias: FloatVector?
    let experts: [GatedProducts]
    /// What every token is given to as well.
    let shared: GatedProducts?
}

/// What mixes tokens in a block.
enum Mixer: Sendable {
    case attention(AttentionWeights)
    case recurrence(RecurrenceWeights)
}

/// The weights of a layer's attention. Immutable.
struct AttentionWeights: Sendable {
    /// Q, K and V stacked, and the gate where the family has one: (attention, model)
    let queryKeyValue: WeightMatrix
    /// (query + 2 · kv), where the family has biases.
    let queryKeyValueBias: FloatVector?
    /// (head) each, where the family normalises the heads of Q and K.
    let headNorms: (query: FloatVector, key: FloatVector)?
    /// (model, query)
    let output: WeightMatrix
}
