import Foundation
import Store
import Updates

/// The collections that a fleet's updates brought, in the index that questions are answered from.
struct FleetCollections {
    private let directories: BrimDirectories
    private var slots: String { InstalledUpdates.slots(directories) }

    init(_ directories: BrimDirectories) { self.directories = directories }

    /// What a release's file is as a collection: articles where it is a JSON file, else a document.
    static func collection(_ name: String, file: String) -> KnowledgeCollection {
        let path = (file as NSString).resolvingSymlinksInPath
        return KnowledgeCollection(name: name, kind: path.hasSuffix(".json") ? .wikipedia : .folder, root: path)
    }

    /// Brings the index to what runs: reads what is new there, and forgets what is gone. What people added stays.
    func reconcile() async throws {
        let installed = SlotPair.installed(of: .collection, in: slots)
        guard
            let index = try installed.isEmpty
                ? KnowledgeIndex.existing(in: directories.data) : KnowledgeIndex(directory: directories.data)
        else { return }
        for gone in try await index.collections() where isOurs(gone) {
            guard installed[RolloutPlan.Place(kind: .collection, name: gone.name)] == nil else { continue }
            _ = try await index.remove(gone.name)
        }
        for (place, release) in installed.sorted(by: { $0.key < $1.key }) {
            guard let file = InstalledUpdates.file(.collection, place.name, directories) else { continue }
            var collection = Self.collection(place.name, file: file)
            collection.staysHome = release.staysHome ?? false
            collection.attribution = release.attribution ?? ""
            try await index.place(collection)
            _ = try await CollectionUpdate(index: index, collection: collection).run()
        }
    }

    /// Throws where somebody has a collection of that name on this device: it is not taken from them.
    func requireName(_ name: String) async throws {
        let index = try KnowledgeIndex.existing(in: directories.data)
        guard let other = try await index?.collections().first(where: { $0.name == name }), !isOurs(other) else {
            return
        }
        throw CommandFailure(
            "a collection called \(name) was added on this device; forget it with brim know remove \(name)")
    }

    private func isOurs(_ collection: KnowledgeCollection) -> Bool {
        collection.root.hasPrefix((slots as NSString).resolvingSymlinksInPath + "/")
    }
}
