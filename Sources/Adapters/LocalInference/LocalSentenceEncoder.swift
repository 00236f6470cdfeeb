package import AssistantCore
internal import BERT
internal import Kernels

/// A sentence encoder of this device: compares texts by what they mean, on a thread of its own.
package actor LocalSentenceEncoder: PassageComparison {
    private let thread: InferenceThread
    private let encoder: SentenceEncoder
    /// Vectors of passages that were compared before: those about one matter are found again and again.
    private var known: [String: [Float]] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// Two megabytes of vectors and their texts.
    private static let mostKnown = 1_000

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

    /// How like each of the passages is to the question, -1 … 1; `nil` where the task is cancelled meanwhile. A passage that
    /// was not compared before takes some hundredths of a second.
    package func likeness(of question: String, to passages: [Passage]) async -> [Double]? {
        let asked = encoder.vector(of: question)
        var likeness: [Double] = []
        for passage in passages {
            if Task.isCancelled { return nil }
            likeness.append(Double(zip(asked, vector(of: passage)).reduce(0) { $0 + $1.0 * $1.1 }))
        }
        return likeness
    }

    private func vector(of passage: Passage) -> [Float] {
        let text = "\(passage.title): \(passage.heading). \(passage.text)"
        if let vector = known[text] { return vector }
        let vector = encoder.vector(of: text)
        if known.count >= Self.mostKnown { known.removeAll(keepingCapacity: true) }
        known[text] = vector
        return vector
    }
}
