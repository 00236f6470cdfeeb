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
        outputNorm = try load.vector("output_norm.weight", count: model, scale: config.logitScale)
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
        let (model, hidden) = (config.modelDimension, config.feedForwardDimension)
        let (query, kv, head) = (config.queryDimension, config.kvDimension, config.headDimension)
        let block = "blk.\(index)."
        let family = config.architecture
        return LayerWeights(
            attentionNorm: try load.vector(block + "attn_norm.weight", count: model),
            queryKeyValue: try load.stack(
                [(block + "attn_q.weight", query), (block + "attn_k.weight", kv), (block + "attn_v.weight", kv)],
                columns: model),
            queryKeyValueBias: family.hasAttentionBias
                ? try load.concatenation([
                    (block + "attn_q.bias", query), (block + "attn_k.bias", kv), (block + "attn_v.bias", kv),
                ]) : nil,
            headNorms: family.hasHeadNorm
                ? (
                    try load.vector(block + "attn_q_norm.weight", count: head),
                    try load.vector(block + "attn_k_norm.weight", count: head)
                ) : nil,
            attentionOutput: try load.matrix(block + "attn_output.weight", rows: model, columns: query),
            feedForwardNorm: try load.vector(block + "ffn_norm.weight", count: model),
            gateUp: try load.stack(
                [(block + "ffn_gate.weight", hidden), (block + "ffn_up.weight", hidden)], columns: model),
            down: try load.matrix(block + "ffn_down.weight", rows: model, columns: hidden),
            postNorms: family.hasPostNorms
                ? (
                    try load.vector(block + "post_attention_norm.weight", count: model),
                    try load.vector(block + "post_ffw_norm.weight", count: model)
                ) : nil)
    }

    /// Bytes of weights that one decoded token reads.
    public var bytesPerToken: Int {
        layers.reduce(head.byteCount) {
            $0 + $1.queryKeyValue.byteCount + $1.attentionOutput.byteCount + $1.gateUp.byteCount + $1.down.byteCount
        }
    }

    /// Multiplications of weights that one token of a prompt takes: all matrices but the head.
    public var multiplicationsPerToken: Int {
        layers.reduce(0) { sum, layer in
            [layer.queryKeyValue, layer.attentionOutput, layer.gateUp, layer.down].reduce(sum) {
                $0 + $1.rows * $1.cols
            }
        }
    }
}

/// The weights of one transformer block. Immutable.
struct LayerWeights: Sendable {
    /// (model)
    let attentionNorm: FloatVector
    /// Q, K and V stacked: (query + 2 · kv, model)
    let queryKeyValue: WeightMatrix
    /// (query + 2 · kv), where the family has biases.
    let queryKeyValueBias: FloatVector?
    /// (head) each, where the family normalises the heads of Q and K.
    let headNorms: (query: FloatVector, key: FloatVector)?
    /// (model, query)
    let attentionOutput: WeightMatrix
    /// (model)
    let feedForwardNorm: FloatVector
    /// Gate and up stacked: (2 · feedForward, model)
    let gateUp: WeightMatrix
    /// (model, feedForward)
    let down: WeightMatrix
    /// (model) each, where the family normalises what attention and the feed-forward layer give.
    let postNorms: (attention: FloatVector, feedForward: FloatVector)?
}
