public import Kernels

/// A Whisper model, read once and shared: weights in 8 bits, vocabulary, and the front end. Immutable.
public final class WhisperModel: Sendable {
    let weights: WhisperWeights
    let vocabulary: WhisperVocabulary
    let configuration: WhisperConfiguration
    let front: LogMel

    /// Reads `model.bin`, `vocabulary.txt` and `config.json` in CTranslate2's layout. Blocks for as long as that takes.
    /// - Parameters:
    ///   - directory: path of the folder that holds them.
    ///   - pool: threads that pack the weights.
    /// - Throws: ``WhisperError``, or `KernelError` where memory runs out.
    public init(directory: String, pool: WorkerPool) throws {
        let path = { (name: String) in "\(directory)/\(name)" }
        vocabulary = try WhisperVocabulary(path: path("vocabulary.txt"))
        configuration = try WhisperConfiguration(path: path("config.json"))
        let file = try CTranslate2File(path: path("model.bin"))
        weights = try WhisperWeights(file, pool: pool)
        guard vocabulary.count == weights.dimensions.tokens else {
            throw WhisperError(
                .malformed, path("vocabulary.txt"),
                "it has \(vocabulary.count) tokens, the model \(weights.dimensions.tokens)")
        }
        front = try LogMel(bands: weights.dimensions.mels)
    }
}
