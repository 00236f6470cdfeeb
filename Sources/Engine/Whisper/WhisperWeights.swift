internal import Kernels

/// All weights of a Whisper model: matrices in 8 bits (Q8_0), the rest in f32. Immutable, shared between threads.
final class WhisperWeights: Sendable {
    /// y = x · weightsᵀ + bias; weights are (out, in).
    struct Linear: Sendable {
        let weights: WeightMatrix
        let bias: FloatVector
    }

    struct Norm: Sendable {
        let weight: FloatVector
        let bias: FloatVector
    }

    /// A convolution over three neighbours: one (out, in) matrix for each of them, earliest first. The bias goes with
    /// the first.
    struct Convolution: Sendable {
        let taps: [WeightMatrix]
        let bias: FloatVector
    }

    struct FeedForward: Sendable {
        let norm: Norm
        /// (4 · width, width)
        let inner: Linear
        /// (width, 4 · width)
        let outer: Linear
    }

    struct SelfAttention: Sendable {
        let norm: Norm
        /// (3 · width, width): queries, keys, values.
        let queryKeyValue: Linear
        let output: Linear
    }

    struct CrossAttention: Sendable {
        let norm: Norm
        let query: Linear
        /// (2 · width, width): keys, values.
        let keyValue: Linear
        let output: Linear
    }

    struct EncoderLayer: Sendable {
        let attention: SelfAttention
        let feedForward: FeedForward
    }

    struct DecoderLayer: Sendable {
        let attention: SelfAttention
        let crossAttention: CrossAttention
        let feedForward: FeedForward
    }

    let dimensions: WhisperDimensions
    let convolutions: [Convolution]
    /// (audioPositions, width) row-major: sinusoids.
    let audioPositions: [Float]
    let encoder: [EncoderLayer]
    let encoderNorm: Norm
    /// (tokens, width): looked up for the input, and multiplied with for the logits.
    let embeddings: WeightMatrix
    /// (textPositions, width) row-major, learned.
    let textPositions: [Float]
    let decoder: [DecoderLayer]
    let decoderNorm: Norm

    /// Reads and quantises everything, matrix by matrix, so that the file never stands in memory as a whole.
    init(_ model: borrowing CTranslate2File, pool: WorkerPool) throws(WhisperError) {
        let sizes = try WhisperDimensions(model)
        try VariableInventory.check(model, sizes)
        let width = sizes.width
        let loader = WeightLoader(pool: pool, feedForward: sizes.feedForward, width: width)
        dimensions = sizes
        convolutions = [
            try loader.convolution("encoder/conv1", inputs: sizes.mels, model),
            try loader.convolution("encoder/conv2", inputs: width, model),
        ]
        audioPositions = try model.floats("encoder/position_encodings/encodings", [sizes.audioPositions, width])
        textPositions = try model.floats("decoder/position_encodings/encodings", [sizes.textPositions, width])
        var encoder: [EncoderLayer] = []
        for index in 0..<sizes.encoderLayers {
            let name = "encoder/layer_\(index)"
            encoder.append(
                EncoderLayer(
                    attention: try loader.selfAttention("\(name)/self_attention", model),
                    feedForward: try loader.feedForward("\(name)/ffn", model)))
        }
        var decoder: [DecoderLayer] = []
        for index in 0..<sizes.decoderLayers {
            let name = "decoder/layer_\(index)"
            decoder.append(
                DecoderLayer(
                    attention: try loader.selfAttention("\(name)/self_attention", model),
                    crossAttention: try loader.crossAttention("\(name)/attention", model),
                    feedForward: try loader.feedForward("\(name)/ffn", model)))
        }
        (self.encoder, self.decoder) = (encoder, decoder)
        encoderNorm = try loader.norm("encoder/layer_norm", model)
        decoderNorm = try loader.norm("decoder/layer_norm", model)
        embeddings = try loader.matrix("decoder/embeddings/weight", rows: sizes.tokens, columns: width, model)
    }
}
