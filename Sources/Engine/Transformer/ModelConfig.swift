public import GGUF
internal import Kernels

/// The hyperparameters of a language model: the metadata of its file, every value checked against its range and the
/// others. Immutable.
public struct ModelConfig: Sendable, Hashable {
    /// The family that the model belongs to.
    public let architecture: Architecture
    /// Transformer blocks.
    public let layerCount: Int
    /// Blocks of the file that are not computed with: they guess ahead for the others.
    public let unusedBlocks: Range<Int>
    /// Width of the residual stream.
    public let modelDimension: Int
    /// Width of the gated feed-forward layer.
    public let feedForwardDimension: Int
    /// Query heads.
    public let headCount: Int
    /// Key and value heads of a layer that attends; each serves `headCount / kvHeadCount` query heads.
    public let kvHeadCount: Int
    /// Width of a head (a multiple of 8, at most 256).
    public let headDimension: Int
    /// The rotations of RoPE that layers choose from.
    public let rotations: [RotaryConfig]
    /// How tokens are mixed, layer by layer.
    public let layers: [LayerPlan]
    /// Sizes of the layers that do not attend; `nil` where all do.
    public let recurrence: RecurrenceConfig?
    /// Sizes of feed-forward layers with experts; `nil` where there are none.
    public let experts: ExpertConfig?
    /// What embeddings are multiplied by.
    public let embeddingScale: Float
    /// What scores are multiplied by, usually 1 / √headDimension.
    public let attentionScale: Float
    /// What logits are multiplied by.
    public let logitScale: Float
    /// ε of RMSNorm, for the residual stream.
    public let normEpsilon: Float
    /// ε of RMSNorm, for the heads of Q and K.
    public let headNormEpsilon: Float
    /// Tokens the model was trained to attend to.
    public let contextLength: Int
    /// Rows of the token embedding.
    public let vocabularySize: Int

    /// Columns of all query heads together.
    public var queryDimension: Int { headCount * headDimension }
    /// Columns of all key (or value) heads together.
    public var kvDimension: Int { kvHeadCount * headDimension }

    /// Columns of what lies between a layer's products, at most.
    var widest: Int {
        max(
            attentionDimension, 2 * feedForwardDimension, recurrence?.projectedDimension ?? 0,
            2 * (experts?.width ?? 0), 2 * (experts?.sharedWidth ?? 0))
    }
    /// Columns of Q, K and V, and of the gate where there is one.
    var attentionDimension: Int {
        queryDimension + 2 * kvDimension + (architecture.hasGatedAttention ? queryDimension : 0)
    }
    /// Layers that attend, which keep keys and values.
    public var attendingLayerCount: Int { layers.count { $0.attends } }
    /// Whether the latest tokens can be taken back one by one; else a session goes back to where it kept a copy.
    public var canTakeBack: Bool { stateShape.map { $0.stateSize == 0 } ?? true }
    /// Whether the feed-forward layer of a block has experts.
    func hasExperts(_ layer: Int) -> Bool { experts.map { layer >= $0.leadingPlainLayers } ?? false }
    /// What layers that do not attend keep of a sequence.
    var stateShape: RecurrentState.Shape? { recurrence?.shape(layers: layerCount - attendingLayerCount) }

    /// Reads the configuration from a model's metadata.
    ///
    /// - Throws: ``TransformerError`` with `unsupportedArchitecture` or `invalidConfiguration`.
    public init(_ file: GGUFFile) throws(TransformerError) {
        let reader = try ConfigReader(file)
        architecture = reader.architecture
        let blocks = try reader.integer("block_count", in: 1...1024)
        // Blocks behind the others that guess ahead: nothing here asks them.
        let guessing = try reader.integer("nextn_predict_layers", in: 0...blocks - 1, default: 0)
        unusedBlocks = blocks - guessing..<blocks
        layerCount = blocks - guessing
        modelDimension = try reader.integer("embedding_length", in: 1...65_536)
        feedForwardDimension = try reader.integer("feed_forward_length", in: 1...1_048_576)
        headCount = try reader.integer("attention.head_count", in: 1...1024)
        let attending: [Bool]
        (kvHeadCount, attending) = try Self.kvHeads(reader, layerCount: layerCount, headCount: headCount)
        guard headCount.isMultiple(of: kvHeadCount) else {
            throw reader.invalid("\(kvHeadCount) key-value heads do not divide \(headCount) heads")
        }
        headDimension = try Self.headDimension(reader, modelDimension: modelDimension, headCount: headCount)
        let rotaryDimension = try reader.integer(
            "rope.dimension_count", in: 2...headDimension, default: headDimension)
        guard headDimension.isMultiple(of: 8), rotaryDimension.isMultiple(of: 2) else {
            throw reader.invalid(
                "heads of \(headDimension) with \(rotaryDimension) rotated dimensions are not supported")
        }
        contextLength = try reader.integer("context_length", in: 1...16_777_216)
        try Self.checkSections(reader, pairs: rotaryDimension / 2)
        let rotation = try RotaryConfig(reader, dimension: rotaryDimension, contextLength: contextLength)
        (layers, rotations) = try Self.plans(reader, attending: attending, rotation: rotation)
        recurrence =
            if let kind = reader.architecture.recurrence, attending.contains(false) {
                try RecurrenceConfig(kind, reader, modelDimension: modelDimension)
            } else { nil }
        experts =
            if let style = reader.architecture.experts {
                try ExpertConfig(
                    style, reader, layerCount: layerCount, feedForwardDimension: feedForwardDimension)
            } else { nil }
        let epsilon = try reader.number("attention.layer_norm_rms_epsilon", in: 1e-12...0.1)
        let factors = try Multipliers(
            reader, modelDimension: modelDimension, headDimension: headDimension, layerCount: layerCount,
            headCount: headCount)
        // A stream that is divided by the residual's factor throughout needs no factor where something is added to it;
        // RMSNorm does not see the difference when its ε is divided likewise.
        embeddingScale = Float(factors.embedding / factors.residual)
        normEpsilon = Float(epsilon / (factors.residual * factors.residual))
        headNormEpsilon = Float(epsilon)
        attentionScale = Float(factors.attention)
        logitScale = Float(1 / factors.logitDivisor)
        vocabularySize = try Self.vocabularySize(reader)
    }

    /// Throws `invalidTensor` where the file holds a tensor that nothing would compute with.
    public func checkTensors(of file: GGUFFile) throws(TransformerError) {
        try TensorInventory(self).check(file, self)
    }

    /// The factors of a family, or of a file.
    private struct Multipliers {
        var embedding = 1.0
        var residual = 1.0
        var attention: Double
        var logitDivisor = 1.0

        init(
            _ reader: ConfigReader, modelDimension: Int, headDimension: Int, layerCount: Int, headCount: Int
        ) throws(TransformerError) {
            let family = reader.architecture
            attention = 1 / Double(headDimension).squareRoot()
            if family.scalesEmbedding {
                embedding = Double(modelDimension).squareRoot()
                // Gemma 3 of 27 billion, known by its layers, is alone in this; no key says it.
                if layerCount == 62 { attention = 1 / Double(modelDimension / headCount).squareRoot() }
            }
            if family.hasMultipliers {
                embedding = try reader.number("embedding_scale", in: 1e-4...1e5, default: 1)
                residual = try reader.number("residual_scale", in: 1e-4...1e4, default: 1)
                attention = try reader.number("attention.scale", in: 1e-6...1e3, default: attention)
                logitDivisor = try reader.number("logit_scale", in: 1e-4...1e5, default: 1)
            }
        }
    }

    /// Key and value heads of the layers that attend, and which do.
    private static func kvHeads(
        _ reader: ConfigReader, layerCount: Int, headCount: Int
    ) throws(TransformerError) -> (heads: Int, attending: [Bool]) {
        let family = reader.architecture
        guard family.recurrence != nil, family.attentionInterval == nil else {
            let heads = try reader.integer("attention.head_count_kv", in: 1...1024, default: headCount)
            return (heads, try attending(reader, layerCount: layerCount))
        }
        let heads =
            try reader.perLayer("attention.head_count_kv", count: layerCount, in: 0...1024)
            ?? Array(repeating: headCount, count: layerCount)
        guard let most = heads.max(), most > 0 else { throw Self.attendsNowhere(reader) }
        guard heads.allSatisfy({ $0 == most || $0 == 0 }) else {
            throw reader.invalid("layers with different numbers of key-value heads are not supported")
        }
        return (most, heads.map { $0 > 0 })
    }

    /// Which layers attend, where their heads do not tell it.
    private static func attending(_ reader: ConfigReader, layerCount: Int) throws(TransformerError) -> [Bool] {
        guard let usual = reader.architecture.attentionInterval else {
            return Array(repeating: true, count: layerCount)
        }
        let interval = try reader.integer("full_attention_interval", in: 1...1024, default: usual)
        let attending =
            try reader.flags("attention.recurrent_layers", count: layerCount)?.map { !$0 }
            ?? (1...layerCount).map { $0.isMultiple(of: interval) }
        guard attending.contains(true) else { throw attendsNowhere(reader) }
        return attending
    }

    private static func attendsNowhere(_ reader: ConfigReader) -> TransformerError {
        reader.invalid("no layer attends, which is not supported")
    }

    /// RoPE of pictures and films turns some pairs by time, others by place, which is all the same for text where each pair has one
    /// of the three.
    private static func checkSections(_ reader: ConfigReader, pairs: Int) throws(TransformerError) {
        guard reader.architecture.recurrence == .deltaRule,
            let sections = try reader.integers("rope.dimension_sections")
        else { return }
        let isSound =
            (3...4).contains(sections.count) && sections.allSatisfy { (0...pairs).contains($0) }
            && sections.reduce(0, +) > 0
            && (0..<pairs).allSatisfy { pair in
                let sector = pair % sections.reduce(0, +)
                return sector < 3 * sections[sector % 3]
            }
        guard isSound else { throw reader.invalid("RoPE in the sections \(sections.prefix(4)) is not supported") }
    }

    private static func headDimension(
        _ reader: ConfigReader, modelDimension: Int, headCount: Int
    ) throws(TransformerError) -> Int {
        if let explicit = try reader.optionalInteger("attention.key_length", in: 8...256) {
            let value = try reader.integer("attention.value_length", in: 8...256, default: explicit)
            guard value == explicit else {
                throw reader.invalid("keys of \(explicit) and values of \(value) dimensions differ")
            }
            return explicit
        }
        guard modelDimension.isMultiple(of: headCount), (8...256).contains(modelDimension / headCount) else {
            throw reader.invalid(
                "\(headCount) heads of 8 to 256 dimensions do not make an embedding of \(modelDimension)")
        }
        return modelDimension / headCount
    }

    /// The rows of the embedding decide; what the metadata says must agree.
    private static func vocabularySize(_ reader: ConfigReader) throws(TransformerError) -> Int {
        guard let embedding = reader.file.tensors["token_embd.weight"] else {
            throw TransformerError(.invalidTensor, "\(reader.file.path): has no tensor token_embd.weight.")
        }
        let rows = embedding.rows
        guard (1...16_777_216).contains(rows) else { throw reader.invalid("a vocabulary of \(rows) is out of range") }
        let stated = try reader.integer("vocab_size", in: 1...16_777_216, default: rows)
        guard stated == rows else {
            throw reader.invalid("the vocabulary is \(stated) by the metadata, but the embedding has \(rows) rows")
        }
        if let words = try reader.tokenCount(), words != rows {
            throw reader.invalid("the tokenizer knows \(words) tokens, but the embedding has \(rows) rows")
        }
        return rows
    }
}
