import AssistantCore
import DocumentText
import Foundation
import Knowledge
import Store

/// Brings the index of a collection up to date: reads what is new or has changed, forgets what is gone.
///
/// Documents go into the index as they are read, some at a time, each whole. A run that is killed has lost the documents
/// that it was about to write, and the next one reads those and no others.
struct CollectionUpdate {
    /// What a run has done.
    struct Outcome: Sendable {
        var read = 0
        var unreadable = 0
        var unchanged = 0
        var removed = 0
        /// Of text that was read.
        var bytes = 0
        /// What was not followed or could not be listed.
        var skipped: [DocumentFolder.Skipped] = []
    }

    /// So much text is written in one transaction.
    private static let batchBytes = 1 << 19
    private static let batchDocuments = 200

    let index: KnowledgeIndex
    let collection: KnowledgeCollection
    /// Called often with how many of how many documents are done.
    var progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }

    /// - Throws: `CancellationError` where the task was cancelled; what was read until then stays.
    func run() async throws -> Outcome {
        do {
            var outcome =
                switch collection.kind {
                case .folder: try await updateFolder()
                case .wikipedia: try await updateArticles()
                }
            try await index.finish(collection.name, at: .now)
            outcome.skipped.sort { $0.path < $1.path }
            return outcome
        } catch {
            // Whatever it was that gave up: somebody wanted it to end.
            try Task.checkCancellation()
            throw error
        }
    }

    // MARK: Folders

    private func updateFolder() async throws -> Outcome {
        var outcome = Outcome()
        let folder = try DocumentFolder(collection.root)
        let listing = try folder.listing()
        outcome.skipped = listing.skipped
        let known = try await index.fingerprints(in: collection.name)
        let gone = Set(known.keys).subtracting(listing.files.map(\.path))
        if !gone.isEmpty { try await index.remove(documents: gone.sorted(), in: collection.name) }
        outcome.removed = gone.count
        let changed = listing.files.filter { known[$0.path] != $0.fingerprint }
        outcome.unchanged = listing.files.count - changed.count
        let reader = DocumentReader()
        var batch = DocumentBatch()
        for (number, file) in changed.enumerated() {
            try Task.checkCancellation()
            progress(number, changed.count)
            let document = await indexed(file, in: folder, reader)
            // What is missing is a program and no fault of the document: it is read once the program is there.
            if document.problem != nil { outcome.unreadable += 1 } else { outcome.read += 1 }
            outcome.bytes += document.bytes
            try await batch.add(document) { try await index.replace($0, in: collection.name) }
        }
        try await batch.finish { try await index.replace($0, in: collection.name) }
        progress(changed.count, changed.count)
        return outcome
    }

    private func indexed(
        _ file: DocumentFolder.File, in folder: DocumentFolder, _ reader: DocumentReader
    ) async -> IndexedDocument {
        let stem = ((file.path as NSString).lastPathComponent as NSString).deletingPathExtension
        do {
            let document = try await reader.document(at: folder.location(of: file), kind: file.kind)
            return IndexedDocument(
                document, path: file.path, title: document.title.isEmpty ? stem : document.title,
                fingerprint: file.fingerprint)
        } catch {
            // A program that is installed later makes the document a new one.
            let fingerprint = error.code == .noProgram ? "" : file.fingerprint
            return IndexedDocument(
                path: file.path, title: stem, fingerprint: fingerprint, passages: [], problem: error.description)
        }
    }

    // MARK: Articles

    private func updateArticles() async throws -> Outcome {
        var outcome = Outcome()
        let fingerprint = try Self.fingerprint(of: collection.root)
        let known = try await index.fingerprints(in: collection.name)
        let documents = try ArticleFile.documents(at: collection.root)
        let gone = Set(known.keys).subtracting(documents.map(\.title))
        if !gone.isEmpty { try await index.remove(documents: gone.sorted(), in: collection.name) }
        outcome.removed = gone.count
        var batch = DocumentBatch()
        for (number, document) in documents.enumerated() {
            guard known[document.title] != fingerprint else {
                outcome.unchanged += 1
                continue
            }
            try Task.checkCancellation()
            if number % 100 == 0 { progress(number, documents.count) }
            let indexed = IndexedDocument(
                document, path: document.title, title: document.title, fingerprint: fingerprint)
            outcome.read += 1
            outcome.bytes += indexed.bytes
            try await batch.add(indexed) { try await index.replace($0, in: collection.name) }
        }
        try await batch.finish { try await index.replace($0, in: collection.name) }
        progress(documents.count, documents.count)
        return outcome
    }

    private static func fingerprint(of path: String) throws -> String {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: path)
        } catch {
            throw CommandFailure("\(path) is gone: \(SystemReason.words(of: error)); add the collection again")
        }
        return "articles 1: \(attributes[.size] ?? "")"
    }

    /// Documents that wait to be written together.
    private struct DocumentBatch {
        private var documents: [IndexedDocument] = []
        private var bytes = 0

        mutating func add(_ document: IndexedDocument, write: ([IndexedDocument]) async throws -> Void) async throws {
            documents.append(document)
            bytes += document.bytes
            guard bytes >= CollectionUpdate.batchBytes || documents.count >= CollectionUpdate.batchDocuments else {
                return
            }
            try await finish(write: write)
        }

        mutating func finish(write: ([IndexedDocument]) async throws -> Void) async throws {
            guard !documents.isEmpty else { return }
            try await write(documents)
            documents = []
            bytes = 0
        }
    }
}

extension IndexedDocument {
    init(_ document: TextDocument, path: String, title: String, fingerprint: String) {
        self.init(
            path: path, title: title, fingerprint: fingerprint,
            passages: PassageSplitter.pieces(of: document).map {
                Passage(heading: $0.heading, page: $0.page, text: $0.text, isAnswer: $0.isAnswer)
            })
    }
}
