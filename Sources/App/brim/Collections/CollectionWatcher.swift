import AssistantCore
import DocumentText
import Foundation
import Logging
import Store
import Synchronization

/// Keeps the index of the collections as their folders are, while a conversation runs: what has changed is read at the
/// start, and whenever something changes. A collection that is added meanwhile is watched as soon as it was read.
final class CollectionWatcher: Sendable {
    /// Files are often copied one after the other.
    private static let settling = Duration.seconds(1)

    private let changes: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>

    /// - Parameters:
    ///   - directory: where the index is, or will be.
    ///   - report: told what was read again, one line for a collection.
    init(directory: String, report: @escaping @Sendable (String) -> Void) {
        let (stream, changes) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.changes = changes
        work = Task(priority: .background) {
            // Whoever adds a collection, here or in another program, writes to the index.
            let indexWatch = FolderWatch(alone: directory) { changes.yield() }
            let documents = ChangedDocuments()
            var index: KnowledgeIndex?
            var folderWatch: FolderWatch?
            var watched: Set<KnowledgeCollection.ID>?
            defer {
                indexWatch?.close()
                folderWatch?.close()
            }
            // What has changed before anybody watched.
            changes.yield()
            for await _ in stream {
                do { try await Task.sleep(for: Self.settling) } catch { return }
                if index == nil { index = try? KnowledgeIndex.existing(in: directory) }
                guard let index, let all = try? await index.collections() else { continue }
                // One that comes later is read by whoever adds it, and is not read twice at once.
                let collections = all.filter {
                    $0.kind == .folder && ($0.updatedAt != nil || watched?.contains($0.id) ?? true)
                }
                let current = Set(collections.map(\.id))
                guard documents.takeChange() || current != watched else { continue }
                watched = current
                let roots = collections.map(\.root)
                // Watched before it is read: what changes meanwhile is read once more.
                if let folderWatch {
                    folderWatch.watch(roots)
                } else {
                    folderWatch = FolderWatch(roots) {
                        documents.setChanged()
                        changes.yield()
                    }
                }
                for collection in collections {
                    guard !Task.isCancelled else { return }
                    if let words = await Self.update(collection, index) { report(words) }
                }
            }
        }
    }

    func close() async {
        changes.finish()
        work.cancel()
        await work.value
    }

    /// Returns what was done; `nil` where nothing was.
    private static func update(_ collection: KnowledgeCollection, _ index: KnowledgeIndex) async -> String? {
        // A drive that is not there is no folder whose documents have all gone.
        guard let folder = try? DocumentFolder(collection.root), let listing = try? folder.listing(),
            !listing.files.isEmpty
        else { return nil }
        do {
            let outcome = try await CollectionUpdate(index: index, collection: collection).run()
            return words(about: collection.name, outcome)
        } catch {
            Logger(label: "brim.collections").warning("not read", metadata: ["collection": "\(collection.name)"])
            return nil
        }
    }

    private static func words(about name: String, _ outcome: CollectionUpdate.Outcome) -> String? {
        var parts: [String] = []
        if outcome.read > 0 {
            parts.append("\(outcome.read) \(outcome.read == 1 ? "document" : "documents") read again")
        }
        if outcome.removed > 0 { parts.append("\(outcome.removed) gone") }
        if outcome.unreadable > 0 { parts.append("\(outcome.unreadable) unreadable, brim know list says why") }
        return parts.isEmpty ? nil : name + ": " + parts.joined(separator: ", ")
    }
}

/// Whether documents have changed since they were last read.
private final class ChangedDocuments: Sendable {
    private let hasChanged = Mutex(true)

    func setChanged() { hasChanged.withLock { $0 = true } }

    /// Whether they have; they have not until the next change.
    func takeChange() -> Bool {
        hasChanged.withLock { hasChanged in
            defer { hasChanged = false }
            return hasChanged
        }
    }
}
