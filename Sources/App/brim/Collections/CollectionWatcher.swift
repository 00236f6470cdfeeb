import AssistantCore
import DocumentText
import Foundation
import Logging
import Store
import Synchronization

/// Keeps the index of the collections as their folders are, while a conversation runs: what has changed is read at the
/// start, and whenever something changes.
final class CollectionWatcher: Sendable {
    /// Files are often copied one after the other.
    private static let settling = Duration.seconds(1)

    private let changes: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>

    /// - Parameters:
    ///   - directory: where the index is; where there is none, nothing is watched.
    ///   - report: told what was read again, one line for a collection.
    init(directory: String, report: @escaping @Sendable (String) -> Void) {
        let (stream, changes) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.changes = changes
        work = Task(priority: .background) {
            guard let index = try? KnowledgeIndex.existing(in: directory) else { return }
            var watch: FolderWatch?
            defer { watch?.close() }
            // What has changed before anybody watched.
            changes.yield()
            for await _ in stream {
                do { try await Task.sleep(for: Self.settling) } catch { return }
                guard let collections = try? await index.collections().filter({ $0.kind == .folder }) else { continue }
                let roots = collections.map(\.root)
                // Watched before it is read: what changes meanwhile is read once more.
                if let watch { watch.watch(roots) } else { watch = FolderWatch(roots) { changes.yield() } }
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
