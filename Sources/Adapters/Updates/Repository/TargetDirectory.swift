/// The directory into which targets are downloaded: one file each, under its encoded path.
package struct TargetDirectory: Sendable {
    private let path: String

    package init(_ path: String) { self.path = path }

    /// The file of a target, whether it is there or not.
    package func file(of target: TargetDescription) -> String { path + "/" + name(of: target) }

    /// A longer name than file systems take gives way to the digest of the path.
    private func name(of target: TargetDescription) -> String {
        let name = EncodedName.component(target.path)
        return name.utf8.count <= 200 ? name : Digest.sha256(Array(target.path.utf8))
    }

    /// Whether the file is there already as it is described.
    package func has(_ target: TargetDescription) -> Bool {
        guard let length = target.file.length else { return false }
        var verifier = FileVerifier(target.file)
        do {
            let pieces = try FilePieces(file(of: target))
            guard try pieces.length == length else { return false }
            while let piece = try pieces.next() { try verifier.update(piece) }
            try verifier.finish()
            return true
        } catch {
            return false
        }
    }

    /// Downloads the file unless it is there. It takes its name only when its length and hashes are right.
    ///
    /// - Returns: the path of the file.
    func download(_ target: TargetDescription, from url: String, _ fetcher: some RepositoryFetcher) async throws
        -> String
    {
        let destination = file(of: target)
        if has(target) { return destination }
        try FileAccess.makeDirectory(path)
        let growing = try GrowingFile(path + "/." + name(of: target) + ".new")
        do {
            var verifier = FileVerifier(target.file)
            try await fetcher.fetch(url, limit: target.file.length ?? 0) { piece in
                try verifier.update(piece)
                try growing.append(piece)
            }
            do {
                try verifier.finish()
            } catch {
                throw error.of("the target \(quoted(target.path))")
            }
            try growing.place(at: destination, in: path)
        } catch {
            growing.remove()
            throw error
        }
        return destination
    }
}
