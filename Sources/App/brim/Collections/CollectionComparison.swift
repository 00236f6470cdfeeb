import AssistantCore
import LocalInference
import Logging
import ModelCatalogue

/// Compares a question with passages by what they mean. Its model is read when it is first needed: most questions are
/// answered without.
actor CollectionComparison: PassageComparison {
    /// The catalogue's name of the model.
    static let model = "minilm-l6"
    /// So many passages are added that are nearest to the question in what they mean.
    private static let mostNear = 100
    /// Vectors are kept in such lots, so that a run that is stopped has lost little.
    private static let lot = 32

    private let path: String
    /// Of the model's weights and of how passages are put to it: vectors of another are not compared with its own.
    private let digest: String
    private let threads: Int
    private var encoder: Task<LocalSentenceEncoder?, Never>?

    /// `nil` where the model was not fetched.
    init?(_ options: GlobalOptions) {
        guard let library = try? options.library() else { return nil }
        self.init(library, threads: options.threadCount)
    }

    /// `nil` where the model was not fetched.
    init?(_ library: ModelLibrary, threads: Int) {
        guard let entry = try? library.entry(named: Self.model), case .present = library.state(of: entry),
            let path = try? library.path(of: Self.model, kind: .embedding), let weights = entry.files.first
        else { return nil }
        self.path = path
        self.threads = threads
        digest = LocalSentenceEncoder.form + ":" + weights.sha256
    }

    func compared(
        _ question: String, with passages: [Passage], unseen: Int, in search: any PassageSearch, _ collection: String?
    ) async -> [ComparedPassage]? {
        guard let encoder = await loaded() else { return nil }
        let asked = await encoder.vector(of: question)
        // Vectors that cannot be read are made again, and not kept.
        let vectors = search.vectors
        let near = try? await vectors?.nearest(to: asked, by: digest, limit: Self.mostNear, in: collection)
        let found = Set(passages)
        let all = passages + (near ?? []).filter { !found.contains($0) }
        let known = (try? await vectors?.vectors(of: all, by: digest)) ?? [:]
        var made: [(passage: Passage, vector: PassageVector)] = []
        var compared: [ComparedPassage] = []
        for passage in all {
            if let vector = passage.id.flatMap({ known[$0] }) {
                compared.append(ComparedPassage(passage, likeness: asked.likeness(to: vector)))
            } else if made.count < unseen {
                if Task.isCancelled { return nil }
                let vector = await encoder.vector(of: passage)
                made.append((passage, vector))
                compared.append(ComparedPassage(passage, likeness: asked.likeness(to: vector)))
            }
        }
        if !made.isEmpty { try? await vectors?.keep(made, by: digest) }
        return compared
    }

    /// Makes the vectors that an index lacks, so that a question costs no more than its own.
    ///
    /// - Parameters:
    ///   - collection: the name of the one whose passages are meant; `nil` for all.
    ///   - progress: called often with how many of how many passages are done.
    /// - Returns: how many were made.
    /// - Throws: `CancellationError` where the task was cancelled; what was made until then stays.
    func complete(
        _ vectors: any PassageVectors, in collection: String? = nil,
        progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) async throws -> Int {
        let missing = try await vectors.count(withoutVectorBy: digest, in: collection)
        var (done, last) = (0, Int64.min)
        while true {
            let lot = try await vectors.passages(
                withoutVectorBy: digest, after: last, limit: Self.lot, in: collection)
            guard let end = lot.last?.id, let encoder = await loaded() else { return done }
            var made: [(passage: Passage, vector: PassageVector)] = []
            for passage in lot {
                try Task.checkCancellation()
                made.append((passage, await encoder.vector(of: passage)))
            }
            try await vectors.keep(made, by: digest)
            (done, last) = (done + made.count, end)
            progress(min(done, missing), missing)
        }
    }

    /// `nil` where the model cannot be used: the words alone have to do then, and the log says why.
    private func loaded() async -> LocalSentenceEncoder? {
        let loading =
            encoder
            ?? Task { [path, threads] in
                do {
                    return try await LocalSentenceEncoder.load(path: path, threads: threads)
                } catch {
                    Logger(label: "brim.know").warning("no comparison", metadata: ["problem": "\(error)"])
                    return nil
                }
            }
        encoder = loading
        return await loading.value
    }
}
