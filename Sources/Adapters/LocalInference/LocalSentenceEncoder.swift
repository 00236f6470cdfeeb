package import AssistantCore
internal import BERT
internal import Kernels

/// A sentence encoder of this device: makes vectors of texts, alike where these mean the like, on a thread of its own.
package actor LocalSentenceEncoder {
    /// Goes with the weights' digest where vectors are kept: what is made of a passage may change while they do not.
    package static let form = "1"

    private let thread: InferenceThread
    private let encoder: SentenceEncoder

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Reads an encoder. Its matrices take a quarter of the file's size.
    /// - Parameters:
    ///   - path: of `model.safetensors`; `vocab.txt` lies beside it.
    ///   - threads: threads of the processor to use.
    /// - Throws: ``LocalInferenceError`` where the encoder cannot be used.
    package static func load(path: String, threads: Int) async throws -> LocalSentenceEncoder {
        let loaded = try await InferenceThread.run(name: "encoder-load") {
            () throws(LocalInferenceError) -> LoadedEncoder in
            do {
                let pool = try WorkerPool(threads: threads)
                let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
                let model = try BERTModel(weights: path, vocabulary: folder + "vocab.txt", pool: pool)
                return LoadedEncoder(model: model, pool: pool)
            } catch {
                throw LocalInferenceError(.unusableModel, "\(error)", underlying: error)
            }
        }
        return try await LocalSentenceEncoder(loaded)
    }

    private struct LoadedEncoder: Sendable {
        let model: BERTModel
        let pool: WorkerPool
    }

    private init(_ loaded: LoadedEncoder) async throws {
        thread = InferenceThread(name: "encoder")
        encoder = try SentenceEncoder(loaded.model, pool: loaded.pool, precision: .int8)
    }

    /// What a text means. Blocks the encoder's thread for some hundredths of a second.
    package func vector(of text: String) -> PassageVector { PassageVector(encoder.vector(of: text)) }

    /// What a passage means, with the title and the headings that it stands under.
    package func vector(of passage: Passage) -> PassageVector {
        vector(of: "\(passage.title): \(passage.heading). \(passage.text)")
    }
}
