/// The directory into which targets are downloaded: one file each, under its encoded path or the last component of it.
package struct TargetDirectory: Sendable {
    private let path: String
    private let keepsPaths: Bool

    /// - Parameter keepsPaths: whether a file is named by the whole path of its target; else two targets may have one name.
    package init(_ path: String, keepsPaths: Bool = true) {
        self.path = path
        self.keepsPaths = keepsPaths
    }

    /// The file of a target, whether it is there or not.
    package func file(of target: TargetDescription) -> String { path + "/" + name(of: target) }

    /// A longer name than file systems take gives way to the digest of the path.
    private func name(of target: TargetDescription) -> String {
        let last = target.path.split(separator: "/").last.map(String.init) ?? ""
        let name = EncodedName.component(keepsPaths ? target.path : last)
        return name.utf8.count <= 200 ? name : Digest.sha256(Array(target.path.utf8))
    }

    /// Whether the file is there already as it is described.
    package func has(_ target: TargetDescription) -> Bool {
        guard let length = target.file.length else { return false }
        var verifier = FileVerifier(target.file)
        do {
            let file = try RandomAccessFile(file(of: target))
            guard file.length == length else { return false }
            try file.forEachPiece { piece throws(UpdateError) in try verifier.update(piece) }
            try verifier.finish()
            return true
        } catch {
            return false
        }
    }

    /// The file under which a target grows.
    func growingFile(of target: TargetDescription) -> String { path + "/." + name(of: target) + ".new" }

    /// Downloads the file unless it is there. It takes its name only when its length and hashes are right. What an earlier
    /// run has of it is gone on with, and thrown away where it turns out to be wrong.
    ///
    /// - Returns: the path of the file.
    func download(
        _ target: TargetDescription, from url: String, _ fetcher: some RepositoryFetcher,
        _ progress: (Int64) -> Void
    ) async throws -> String {
        let destination = file(of: target)
        if has(target) { return destination }
        try FileAccess.makeDirectory(path)
        let growing = try GrowingFile(growingFile(of: target), keepsStart: true)
        var (verifier, count) = start(of: target)
        let wasKept = count > 0
        do {
            if !wasKept { try growing.empty() }
            try await fetcher.fetch(
                url, from: count, limit: target.file.length ?? 0,
                restart: {
                    try growing.empty()
                    verifier = FileVerifier(target.file)
                    count = 0
                },
                { piece in
                    try verifier.update(piece)
                    try growing.append(piece)
                    count += Int64(piece.count)
                    progress(count)
                })
            do {
                try verifier.finish()
            } catch {
                throw error.of("the target \(quoted(target.path))")
            }
            try growing.place(at: destination, in: path)
        } catch {
            // What was cut off is worth going on with; what is wrong is not, and neither is its start.
            let isCut = (error as? UpdateError)?.code == .unreachable || error is CancellationError
            if !isCut { growing.remove() }
            guard wasKept, (error as? UpdateError)?.code == .mismatched else { throw error }
            return try await download(target, from: url, fetcher, progress)
        }
        return destination
    }

    /// What an earlier run has of a target, and a verifier that has seen it.
    private func start(of target: TargetDescription) -> (verifier: FileVerifier, count: Int64) {
        var verifier = FileVerifier(target.file)
        do {
            let file = try RandomAccessFile(growingFile(of: target))
            guard let expected = target.file.length, (1..<max(2, expected)).contains(file.length) else {
                return (FileVerifier(target.file), 0)
            }
            try file.forEachPiece { piece throws(UpdateError) in try verifier.update(piece) }
            return (verifier, file.length)
        } catch {
            // There is none, or it cannot be read: it begins anew.
            return (FileVerifier(target.file), 0)
        }
    }
}
