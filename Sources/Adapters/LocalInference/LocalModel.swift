package import AssistantCore
internal import Foundation
internal import GGUF
internal import Grammar
internal import Kernels
internal import Synchronization
internal import Tokenizers
internal import Transformer

/// A language model in memory: packed weights, tokenizer, chat template, and the threads that compute. Immutable;
/// shared by everyone who generates with it.
package final class LocalModel: Sendable {
    /// How numbers flow between the weights.
    package enum Activations: String, Sendable, CaseIterable {
        /// 8-bit integers, 16 bits where a token's values stand out: fast.
        case quantised
        /// F32 everywhere: the yardstick for accuracy, slow.
        case f32
    }

    /// How the keys and values of the context are kept.
    package enum KeyValues: String, Sendable, CaseIterable {
        /// In half precision.
        case f16
        /// In bytes with scales: about half the memory, and half of what a long context takes to read.
        case q8_0
    }

    /// How to load a model.
    package struct Options: Sendable, Hashable {
        /// Threads that compute; `nil` takes one for each processor, four at most.
        package var threads: Int?
        /// Tokens of the context; `nil` takes the model's own, ``defaultContextLength`` at most.
        package var contextLength: Int?
        package var activations: Activations
        package var keyValues: KeyValues

        package init(
            threads: Int? = nil, contextLength: Int? = nil, activations: Activations = .quantised,
            keyValues: KeyValues = .f16
        ) {
            self.threads = threads
            self.contextLength = contextLength
            self.activations = activations
            self.keyValues = keyValues
        }
    }

    /// The context is no longer than this unless asked for.
    package static let defaultContextLength = 4096

    package let identity: ModelIdentity
    package let activations: Activations
    package let keyValues: KeyValues
    /// Bytes of weights that one generated token reads.
    package let bytesPerToken: Int
    /// How long loading took.
    package let loadDuration: Duration

    let weights: ModelWeights
    let pool: WorkerPool
    let prompts: PromptEncoder

    private let trie = Mutex<TokenTrie?>(nil)

    var tokenizer: Tokenizer { prompts.tokenizer }

    /// The tokens' bytes, for answers that have to keep to a form; made when the first one is wanted.
    var tokenTrie: TokenTrie {
        trie.withLock { trie in
            if let trie { return trie }
            let vocabulary = tokenizer.vocabulary
            let made = TokenTrie(vocabularySize: weights.config.vocabularySize) { id in
                // A row of logits may be longer than the vocabulary; what has no token has no text.
                vocabulary.contains(id) ? (try? tokenizer.bytes(of: id)) ?? [] : []
            }
            trie = made
            return made
        }
    }

    /// Threads that compute.
    package var threads: Int { pool.threadCount }

    /// The instruction set of the kernels in use, such as `avx2`.
    package static var kernels: String { InstructionSet.active.rawValue }

    /// Maps, checks and packs a GGUF file, on threads of its own: the vocabulary beside the weights.
    ///
    /// - Parameter progress: called on one of them with the share that is done, 0 … 1.
    /// - Throws: ``LocalInferenceError/Code/unusableModel``; `CancellationError` where the task was cancelled.
    package static func load(
        path: String, options: Options = Options(), progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> LocalModel {
        let cancel = CancelFlag()
        return try await withTaskCancellationHandler {
            do {
                return try await load(path, options) { share in
                    progress(share)
                    return !cancel.isRaised
                }
            } catch {
                throw LocalInferenceError.reading(error)
            }
        } onCancel: {
            cancel.raise()
        }
    }

    private static func load(
        _ path: String, _ options: Options, _ progress: @escaping @Sendable (Double) -> Bool
    ) async throws -> LocalModel {
        let start = ContinuousClock.now
        let file = try await InferenceThread.run(name: "brim-load") { try GGUFFile(path: path) }
        async let prompts = InferenceThread.run(name: "brim-vocabulary") { try PromptEncoder(file) }
        let threads = options.threads ?? min(4, ProcessInfo.processInfo.activeProcessorCount)
        let (pool, weights) = try await InferenceThread.run(name: "brim-load") {
            let pool = try WorkerPool(threads: threads)
            return (pool, try ModelWeights(file, pool: pool, progress: progress))
        }
        return try await LocalModel(file, pool, weights, prompts, options, since: start)
    }

    private init(
        _ file: GGUFFile, _ pool: WorkerPool, _ weights: ModelWeights, _ prompts: PromptEncoder, _ options: Options,
        since start: ContinuousClock.Instant
    ) throws {
        self.pool = pool
        self.weights = weights
        self.prompts = prompts
        identity = try Self.identity(of: file, weights.config, options)
        try file.checkUnchanged()
        activations = options.activations
        keyValues = options.keyValues
        bytesPerToken = weights.bytesPerToken
        loadDuration = .now - start
    }

    private static func identity(
        of file: GGUFFile, _ config: ModelConfig, _ options: Options
    ) throws -> ModelIdentity {
        let wanted = options.contextLength ?? min(config.contextLength, defaultContextLength)
        guard (1...config.contextLength).contains(wanted) else {
            throw LocalInferenceError(
                .invalidRequest,
                "A context of \(wanted) tokens was asked for; this model takes 1 to \(config.contextLength).")
        }
        let stem = URL(filePath: file.path).deletingPathExtension().lastPathComponent
        return ModelIdentity(
            name: stem.lowercased().map { $0 == "." || $0 == " " ? "-" : String($0) }.joined(),
            quantisation: quantisation(of: file), contextLength: wanted, fingerprint: file.quickFingerprint())
    }

    /// The type that most of the file's bytes are in.
    private static func quantisation(of file: GGUFFile) -> String {
        var bytes: [TensorType: Int] = [:]
        for tensor in file.tensors.values where tensor.name != "token_embd.weight" {
            bytes[tensor.type, default: 0] += tensor.byteRange.count
        }
        return bytes.max { ($0.value, $1.key.id) < ($1.value, $0.key.id) }?.key.name ?? ""
    }

    /// An empty context; with this model's length, activations and form of keys and values where nothing else is asked for.
    func makeSession(
        contextLength: Int? = nil, activations: Activations? = nil, keyValues: KeyValues? = nil,
        pool: WorkerPool? = nil
    ) throws -> Session {
        do {
            return try Session(
                weights, pool: pool ?? self.pool, contextLength: contextLength ?? identity.contextLength,
                activations: (activations ?? self.activations).precision,
                keyValues: (keyValues ?? self.keyValues).type)
        } catch {
            throw LocalInferenceError(.failed, error.description, underlying: error)
        }
    }
}

extension LocalModel.Activations {
    fileprivate var precision: ActivationPrecision {
        switch self {
        case .quantised: .mixed
        case .f32: .f32
        }
    }
}

extension LocalModel.KeyValues {
    fileprivate var type: KeyValueType {
        switch self {
        case .f16: .f16
        case .q8_0: .q8_0
        }
    }
}
