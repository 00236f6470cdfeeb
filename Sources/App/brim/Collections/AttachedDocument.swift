import AssistantCore
import Confidence
import DocumentText
import Foundation
import Knowledge
import Store
import Turns

/// A document that was given with a question, in an index of its own that ends with it.
struct AttachedDocument: Sendable {
    let extent: DocumentExtent
    private let index: KnowledgeIndex
    /// All of it, in its order.
    private let passages: [Passage]

    /// Reads the document; nothing of it is kept.
    ///
    /// - Parameter staysHome: whether nothing of it may ever be sent.
    init(_ path: String, staysHome: Bool = false) async throws {
        let folder = try DocumentFolder(path)
        guard let file = try folder.listing().files.first, folder.location(of: file) == folder.path else {
            throw CommandFailure("\(path) is a folder; add it with brim know add")
        }
        let document: TextDocument
        do {
            document = try await DocumentReader().document(at: folder.path, kind: file.kind)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
        let indexed = IndexedDocument(
            document, path: file.path, title: document.title, fingerprint: file.fingerprint)
        guard !indexed.passages.isEmpty else {
            throw CommandFailure("\(path) has no text; a scan needs a text layer first (ocrmypdf makes one)")
        }
        index = try KnowledgeIndex.inMemory()
        try await index.add(
            KnowledgeCollection(name: Self.collection, kind: .folder, root: folder.path, staysHome: staysHome))
        try await index.replace([indexed], in: Self.collection)
        passages = indexed.passages.map {
            Passage(
                collection: Self.collection, document: file.path, title: document.title, heading: $0.heading,
                page: $0.page, text: $0.text, isAnswer: $0.isAnswer, staysHome: staysHome)
        }
        extent = DocumentExtent(name: file.path, passages: indexed.passages.count, bytes: indexed.bytes)
    }

    private static let collection = "file"
    /// Of a longer document the passages that have the question's words are compared with it, and no others: to read all of
    /// them took more than half a minute.
    private static let mostCompleted = 1_500

    /// Reads what its passages mean, so that a question finds those too that say it in other words. Of 109 questions about
    /// long documents the sentence that answers was in what may be sent for 105, and for 102 where passages with the
    /// question's words alone were compared.
    ///
    /// - Parameter progress: called often with how many of how many passages are done.
    func complete(
        _ comparison: (any PassageComparison)?, progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) async throws {
        guard let comparison = comparison as? CollectionComparison, passages.count <= Self.mostCompleted else { return }
        _ = try await comparison.complete(index, progress: progress)
    }

    /// `manual.pdf: 310.4 kB of text in 512 passages`
    var words: String {
        String(
            format: "%@: %.1f kB of text in %d passages", extent.name, Double(extent.bytes) / 1_000, extent.passages)
    }

    /// The runner that answers the request from the document, and the request as it is to be asked: a wish for all of it in
    /// short is summed up section by section on this device, anything else answered from the passages that have to do with it.
    func prepared(
        _ request: TurnRequest, _ runner: TurnRunner, _ profile: ModelProfile
    ) async -> (TurnRequest, TurnRunner) {
        var runner = runner
        runner.knowledge = knowledge(profile, runner.knowledge?.comparison)
        guard SummaryWish.isIn(request.prompt), !request.isRaw, request.constraint == nil else {
            return (await runner.consulted(request).0, runner)
        }
        var request = request
        let window = runner.model?.identity.contextLength ?? 2_048
        let sections = DocumentSection.all(
            of: passages, bytes: SectionSummaryModel.sectionBytes(window: window),
            most: SectionSummaryModel.mostSections)
        runner.model = runner.model.map { SectionSummaryModel($0, sections) }
        request.usesKnowledge = false
        request.usesCache = false
        request.document = extent
        request.excerpt = DocumentSection.excerpt(of: sections, bytes: min(extent.mostSentBytes, Self.longestExcerpt))
        request.evidence = passages
        return (request, runner)
    }

    /// How a question is answered from the document.
    func knowledge(_ profile: ModelProfile, _ comparison: (any PassageComparison)? = nil) -> TurnKnowledge {
        TurnKnowledge(
            index, comparison: comparison, isOnly: true, silence: "That is not in \(extent.name).", document: extent,
            use: TurnKnowledge.use,
            ground: { $0.grounded(by: profile) })
    }

    /// A remote model reads no more for a summary, however long the document is.
    private static let longestExcerpt = 24_000
}
