internal import AssistantCore
internal import Crypto
internal import Foundation

/// The models of this device: what the catalogue lists, and which of its files are here.
///
/// Files are looked for in each directory in turn; new ones go into the first that can be written.
package struct ModelLibrary: Sendable {
    package enum State: Sendable, Hashable {
        /// Every file is there and has the listed size. The digests are not read.
        case present(directory: String)
        /// At least one file is missing.
        case missing
        /// A file has another size than listed.
        case wrongSize(path: String, bytes: Int64, expected: Int64)
    }

    /// What the catalogue lists, then what was pulled from elsewhere.
    package let entries: [ModelEntry]
    package let directories: [String]
    /// Which files were read through before.
    var verified = VerifiedFiles()
    /// Records of pulled models that cannot be read, a line each: they hide their models and nothing else.
    package let warnings: [String]

    /// - Parameters:
    ///   - catalogue: path of `catalogue.json`.
    ///   - directories: where models may lie, the preferred place first.
    package init(catalogue: String, directories: [String]) throws(CatalogueError) {
        let listed = try ModelEntry.catalogue(at: catalogue)
        let pulled = PulledModels.read(below: directories)
        let names = Set(listed.map(\.name))
        entries = listed + pulled.entries.filter { !names.contains($0.name) }
        warnings = pulled.warnings
        self.directories = directories
    }

    /// The entry that has this very file, whatever it is called.
    func entry(withFirstFile sha256: String) -> ModelEntry? {
        entries.first { $0.files[0].sha256 == sha256 }
    }

    /// The entry of that name.
    package func entry(named name: String) throws(CatalogueError) -> ModelEntry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        let known = entries.map(\.name).joined(separator: ", ")
        throw CatalogueError(
            .unknownModel, "no model is called \(name) and no such file exists; known models: \(known)")
    }

    package func state(of entry: ModelEntry) -> State {
        var firstProblem: State?
        for directory in directories {
            switch state(of: entry, in: directory) {
            case .present(let directory): return .present(directory: directory)
            case .missing: continue
            case let problem: firstProblem = firstProblem ?? problem
            }
        }
        return firstProblem ?? .missing
    }

    private func state(of entry: ModelEntry, in directory: String) -> State {
        for file in entry.files {
            let path = directory + "/" + file.path
            guard let bytes = Self.size(of: path) else { return .missing }
            if bytes != file.bytes { return .wrongSize(path: path, bytes: bytes, expected: file.bytes) }
        }
        return .present(directory: directory)
    }

    /// The path that an engine opens for `model`: an existing file as it is, or the first file of the entry of that name.
    ///
    /// Throws where the name is unknown or its files are not here, with the command that fetches them, and where their
    /// SHA-256 is not the catalogue's: they are read through the first time, and again when they have changed.
    package func path(of model: String, kind: ModelEntry.Kind) throws(CatalogueError) -> String {
        if model.contains("/") || Self.size(of: model) != nil { return model }
        let entry = try entry(named: model)
        guard entry.kind == kind else {
            throw CatalogueError(
                .unknownModel, "\(model) is a \(entry.kind.rawValue) model, not a \(kind.rawValue) model")
        }
        switch state(of: entry) {
        case .present(let directory):
            try verified.check(entry, in: directory)
            return directory + "/" + entry.files[0].path
        case .missing:
            throw CatalogueError(
                .notFetched, "the model \(model) is not on this device; run: brim models fetch \(model)")
        case .wrongSize(let path, let bytes, let expected):
            throw CatalogueError(
                .corrupted,
                "\(path) has \(bytes) bytes instead of \(expected); delete it and run: brim models fetch \(model)")
        }
    }

    /// Deletes the files of `entry` wherever they lie, and the record of one that was pulled. What other programs have in
    /// the shared cache stays theirs.
    ///
    /// - Returns: the bytes that are free now.
    /// - Throws: ``CatalogueError/Code/notFetched`` where there is nothing of it.
    package func remove(_ entry: ModelEntry) throws(CatalogueError) -> Int64 {
        var freed: Int64 = 0
        var found = false
        for directory in directories {
            let record = PulledModels.path(of: entry, in: directory)
            for path in entry.files.map({ directory + "/" + $0.path }) + [record] {
                var information = stat()
                guard unsafe lstat(path, &information) == 0 else { continue }
                guard unsafe unlink(path) == 0 else { throw CatalogueError.system("\(path) cannot be deleted") }
                found = true
                // A second name for the same bytes frees nothing.
                let isOnly = information.st_nlink == 1 && information.st_mode & S_IFMT == S_IFREG
                if isOnly { freed += Int64(information.st_size) }
            }
        }
        guard found else { throw CatalogueError(.notFetched, "the model \(entry.name) is not on this device") }
        return freed
    }

    /// Reads every file of `entry` in `directory` and compares size and SHA-256 with the catalogue.
    ///
    /// Blocks for about a second a gigabyte. `progress` gets the share read so far, 0 … 1.
    package func verify(_ entry: ModelEntry, in directory: String, progress: (Double) -> Void = { _ in })
        throws(CatalogueError)
    {
        var done: Int64 = 0
        for file in entry.files {
            let before = done
            let path = directory + "/" + file.path
            try Self.verify(path, against: file) { read in
                progress(Double(before + read) / Double(max(1, entry.bytes)))
            }
            done += file.bytes
        }
    }

    static func verify(_ path: String, against file: ModelEntry.File, progress: (Int64) -> Void = { _ in })
        throws(CatalogueError)
    {
        guard let bytes = size(of: path) else {
            throw CatalogueError(.notFetched, "\(path) is missing")
        }
        guard bytes == file.bytes else {
            throw CatalogueError(
                .corrupted, "\(path) has \(bytes) bytes instead of \(file.bytes); delete it and fetch again")
        }
        let digest: String
        do {
            digest = try sha256(of: path, progress: progress)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
        }
        guard digest == file.sha256 else {
            throw CatalogueError(
                .corrupted,
                "\(path) has SHA-256 \(digest.prefix(12))… instead of \(file.sha256.prefix(12))…; fetch again")
        }
    }

    /// The SHA-256 of the file, in lower-case hexadecimal. Blocks for about a second a gigabyte.
    static func sha256(of path: String, progress: (Int64) -> Void = { _ in }) throws -> String {
        try digest(of: path, SHA256(), progress: progress)
    }

    static func sha256(of data: Data) -> String { Hexadecimal.encode(SHA256.hash(data: data)) }

    /// Goes on with `hash` over the file.
    static func digest(
        of path: String, _ hash: some HashFunction, progress: (Int64) -> Void
    ) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var hash = hash
        var read: Int64 = 0
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            hash.update(data: chunk)
            read += Int64(chunk.count)
            progress(read)
        }
        try handle.close()
        return Hexadecimal.encode(hash.finalize())
    }

    /// Size of the regular file at `path` in bytes, links followed; `nil` where there is none.
    static func size(of path: String) -> Int64? {
        var information = stat()
        guard unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(information.st_size)
    }
}
