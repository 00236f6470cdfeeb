import AssistantCore
import Confidence
import Store
import Synchronization
import Turns

/// The search in the collections of this device, opened when it is first needed: most have none.
final class CollectionSearch: PassageSearch {
    private let directory: String
    private let index = Mutex<KnowledgeIndex?>(nil)

    init(directory: String) { self.directory = directory }

    var vectors: (any PassageVectors)? { try? opened() }

    func hits(for words: [String], limit: Int, in collection: String?) async throws -> PassageHits {
        guard let index = try opened() else { return PassageHits() }
        return try await index.hits(for: words, limit: limit, in: collection)
    }

    /// `nil` where no collection was ever added; one that is added later is found.
    private func opened() throws(StoreError) -> KnowledgeIndex? {
        if let index = index.withLock({ $0 }) { return index }
        let found = try KnowledgeIndex.existing(in: directory)
        index.withLock { $0 = found }
        return found
    }
}

extension TurnKnowledge {
    /// The collections as the configuration lets them be asked; `nil` where it does not.
    static func ofCollections(
        _ configuration: BrimConfiguration, _ directories: BrimDirectories, _ profile: ModelProfile,
        _ comparison: (any PassageComparison)?
    ) -> TurnKnowledge? {
        guard configuration.usesKnowledge else { return nil }
        return TurnKnowledge(
            CollectionSearch(directory: directories.data), comparison: comparison,
            isOnly: configuration.answersOnlyFromKnowledge, use: use, ground: { $0.grounded(by: profile) })
    }

    /// A question after one fact is answered by one sentence, where there is one; so is who somebody or what something is,
    /// since articles begin with it.
    static func use(_ request: TurnRequest) -> Use {
        switch TaskClass(of: request.prompt) {
        case .arithmetic, .extraction: .none
        case .question: .sentence
        case .code: .passages
        case .open: TaskClass.asksForDefinition(request.prompt) ? .sentence : .passages
        }
    }
}
