/// Which folder of a target uses which, by the types that its files name.
struct FolderOrder {
    /// One use: a file of `from` names a type that `to` declares.
    struct Use: CustomStringConvertible {
        let from: String
        let to: String
        let file: String
        let type: String

        var description: String { "\(file) uses \(type) of \(to.isEmpty ? "the target's own folder" : to)" }
    }

    private(set) var uses: [Use] = []

    init(_ files: [SourceFile]) {
        var homes: [String: Set<String>] = [:]
        for file in files {
            for type in file.declared { homes[type, default: []].insert(file.folder) }
        }
        for file in files {
            for type in file.used.sorted() {
                // A name that two folders declare says nothing about either.
                guard let home = homes[type], home.count == 1, let to = home.first, to != file.folder else { continue }
                uses.append(Use(from: file.folder, to: to, file: file.name, type: type))
            }
        }
    }

    /// The uses that close a circle: from a folder to one that leads back to it.
    var circular: [Use] {
        var reached: [String: Set<String>] = [:]
        let folders = Set(uses.map(\.from))
        for folder in folders {
            var open = [folder]
            while let next = open.popLast() {
                for use in uses where use.from == next && reached[folder, default: []].insert(use.to).inserted {
                    open.append(use.to)
                }
            }
        }
        return uses.filter { reached[$0.to]?.contains($0.from) == true }
    }
}
