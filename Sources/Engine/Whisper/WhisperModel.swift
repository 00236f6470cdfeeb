public import Kernels

/// A Whisper model, read once and shared: weights in 8 bits, vocabulary, and the front end. Immutable.
public final class WhisperModel: Sendable {
    let weights: WhisperWeights
    let vocabulary: WhisperVocabulary
    let configuration: WhisperConfiguration
    let front: LogMel
    /// The folder's name, for messages.
    let name: String

    /// Reads `model.bin`, `vocabulary.txt` and `config.json` in CTranslate2's layout. Blocks for as long as that takes.
    /// - Parameters:
    ///   - directory: path of the folder that holds them.
    ///   - pool: threads that pack the weights.
    /// - Throws: ``WhisperError``, or `KernelError` where memory runs out.
    public init(directory: String, pool: WorkerPool) throws {
        name = directory.split(separator: "/").last.map(String.init) ?? directory
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

    /// Codes of the languages that the model hears; only `en` for an English-only model.
    public var languages: [String] { vocabulary.isMultilingual ? vocabulary.languages.map(\.code) : ["en"] }

    /// - Throws: `unsupported` where the model cannot do what is wanted.
    public func check(_ options: RecognitionOptions) throws(WhisperError) {
        if let code = options.language, !languages.contains(code) {
            let hears = languages.count == 1 ? "English only (en)" : languages.joined(separator: " ")
            throw WhisperError(.unsupported, name, "it does not know the language \(code); it hears \(hears)")
        }
        if options.translates, !vocabulary.isMultilingual {
            throw WhisperError(.unsupported, name, "it hears English only; whisper-base translates")
        }
    }
}
