internal import Kernels

/// The sizes of a Whisper model, taken from the shapes in its file.
struct WhisperDimensions: Sendable, Hashable {
    /// Mel bands of the input: 80.
    var mels: Int
    /// Width of the residual stream, in the encoder and the decoder alike.
    var width: Int
    var heads: Int
    var encoderLayers: Int
    var decoderLayers: Int
    /// Positions of the encoder: 1500, 20 ms each.
    var audioPositions: Int
    /// Positions of the decoder: 448.
    var textPositions: Int
    var tokens: Int

    /// Every Whisper model has heads of this size.
    static let headSize = 64

    var feedForward: Int { 4 * width }

    /// Reads the sizes; what contradicts itself, or is far from any Whisper model, is refused.
    init(_ model: borrowing CTranslate2File) throws(WhisperError) {
        let first = try Self.shape(of: "encoder/conv1/weight", rank: 3, model)
        let positions = try Self.shape(of: "encoder/position_encodings/encodings", rank: 2, model)
        let words = try Self.shape(of: "decoder/position_encodings/encodings", rank: 2, model)
        let embeddings = try Self.shape(of: "decoder/embeddings/weight", rank: 2, model)
        width = first[0]
        mels = first[1]
        heads = width / Self.headSize
        encoderLayers = Self.countLayers("encoder", model)
        decoderLayers = Self.countLayers("decoder", model)
        audioPositions = positions[0]
        textPositions = words[0]
        tokens = embeddings[0]
        let isPlausible =
            1...128 ~= mels && 1...32 ~= heads && width == heads * Self.headSize && 1...64 ~= encoderLayers
            && 1...64 ~= decoderLayers && 16...6_000 ~= audioPositions && 16...4_096 ~= textPositions
            && 51_864...60_000 ~= tokens
        guard isPlausible else {
            throw WhisperError(.unsupported, model.file.path, "its sizes are no Whisper model's: \(self)")
        }
    }

    private static func shape(
        of name: String, rank: Int, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> [Int] {
        guard let shape = model.variables[name]?.shape, shape.count == rank else {
            throw WhisperError(.foreign, model.file.path, "\(name) is missing or has another rank than \(rank)")
        }
        return shape
    }

    private static func countLayers(_ part: String, _ model: borrowing CTranslate2File) -> Int {
        var count = 0
        while model.variables["\(part)/layer_\(count)/ffn/linear_0/weight"] != nil { count += 1 }
        return count
    }
}
