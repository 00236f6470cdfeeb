import AssistantCore
import Confidence
import DocumentText
import Foundation
import Knowledge
import Store
import Turns

/// A document that was given with a question, in an index of its own that ends with it.
struct AttachedDocument: Sendable {
    /// Of what the document says, so much may go with a question, whoever answers it.
    static let mostShare = 0.15

    let name: String
    /// Of its text.
    let bytes: Int
    let passages: Int
    private let index: KnowledgeIndex

    /// Reads the document; nothing of it is kept.
    init(_ path: String) async throws {
        let folder = try DocumentFolder(path)
        guard let file = try folder.listing().files.first, folder.location(of: file) == folder.path else {
            throw CommandFailure("\(path) is a folder; add it with brim know add, and ask without --file")
        }
        let document: TextDocument
        do {
            document = try await DocumentReader().document(at: folder.path, kind: file.kind)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
        name = file.path
        index = try KnowledgeIndex.inMemory()
        try await index.add(KnowledgeCollection(name: "file", kind: .folder, root: folder.path))
        let indexed = IndexedDocument(
            document, path: file.path, title: document.title, fingerprint: file.fingerprint)
        try await index.replace([indexed], in: "file")
        bytes = indexed.bytes
        passages = indexed.passages.count
    }

    /// The document as the only thing that questions are answered from.
    func knowledge(_ profile: ModelProfile) -> TurnKnowledge {
        TurnKnowledge(
            index, isOnly: true, silence: "That is not in \(name).", mostBytes: Int(Double(bytes) * Self.mostShare),
            use: TurnKnowledge.use, ground: { $0.grounded(by: profile) })
    }

    /// What of it goes with a question.
    func share(_ passages: [Passage]) -> Share {
        Share(
            document: name, passages: self.passages, bytes: bytes, chosen_passages: passages.count,
            chosen_bytes: passages.reduce(0) { $0 + $1.text.utf8.count })
    }

    /// How much of a document goes with a question; as JSON, the line `document`.
    struct Share: Encodable {
        var type = "document"
        var document: String
        var passages: Int
        var bytes: Int
        var chosen_passages: Int
        var chosen_bytes: Int

        /// On one line.
        var sentence: String {
            let percent = bytes > 0 ? 100 * Double(chosen_bytes) / Double(bytes) : 0
            return String(
                format: "%d of %d passages of %@ go with the question: %.1f of %.1f kB (%.1f %%)", chosen_passages,
                passages, document, Double(chosen_bytes) / 1_000, Double(bytes) / 1_000, percent)
        }
    }
}
