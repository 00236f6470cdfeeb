internal import AssistantCore
internal import Foundation
internal import GGUF

/// One pull of a model from an address that the catalogue does not have to know.
struct PullRun: Sendable {
    private let address: ModelAddress
    private let library: ModelLibrary
    private let staging: StagingDirectory
    private let environment: [String: String]
    private let client: DownloadClient
    private let progress: @Sendable (ModelFetcher.Progress) -> Void

    /// A file that is here, and what it is.
    private struct FetchedFile: Sendable {
        var source: HubCarrier.Delivered
        var address: String
        var fileName: String
        var sha256: String
    }

    init(
        _ address: ModelAddress, _ library: ModelLibrary, _ directory: String, _ environment: [String: String],
        _ client: DownloadClient, _ progress: @escaping @Sendable (ModelFetcher.Progress) -> Void
    ) throws {
        self.address = address
        self.library = library
        self.environment = environment
        self.client = client
        self.progress = progress
        let name = ModelLibrary.sha256(of: Data(address.text.utf8))
        staging = try StagingDirectory(String(name.prefix(16)), in: directory)
    }

    /// Gets the file, or all files of a split model, and records the model.
    func pull() async throws -> ModelEntry {
        do {
            let arrived = try await files()
            for file in arrived { try Self.requireGGUF(file.source.path, file.address) }
            let entry = try place(arrived)
            staging.remove()
            return entry
        } catch {
            if (error as? CatalogueError)?.code == .corrupted { staging.remove() } else { staging.removeIfEmpty() }
            throw error
        }
    }

    private func files() async throws -> [FetchedFile] {
        switch address {
        case .hub(let file):
            var arrived: [FetchedFile] = []
            for piece in SplitName.pieces(of: file.path) {
                let piece = HubFile(repository: file.repository, path: piece, revision: file.revision)
                arrived.append(try await fromHub(piece))
            }
            return arrived
        case .registry(let model):
            let layer = try await RegistryCarrier(client: client).layer(of: model)
            try staging.requireRoom(for: layer.bytes, named: address.text)
            let path = try await downloaded(layer.url, layer.bytes, layer.sha256)
            let tag = AddressText.isName(model.reference) ? "-" + model.reference : ""
            let name = model.repository.split(separator: "/").last.map(String.init) ?? model.repository
            return [arrived(path, name + tag + ".gguf", layer.sha256)]
        case .web(let web):
            guard let url = DownloadURL(web.url) else { throw CatalogueError(.badAddress, "\(web.url) is no address") }
            let path = try await downloaded(url, nil, web.sha256)
            let last = (URL(string: web.url)?.lastPathComponent).flatMap { AddressText.isName($0) ? $0 : nil }
            return [arrived(path, last ?? "model-\(web.sha256.prefix(8)).gguf", web.sha256)]
        case .file(let path): return try SplitName.pieces(of: Self.absolute(path)).map(fromDisk)
        case .catalogue: return []
        }
    }

    private func fromHub(_ file: HubFile) async throws -> FetchedFile {
        let hub = HubCarrier(settings: try HubSettings(environment), client: client)
        let name = (file.path as NSString).lastPathComponent
        func arrived(_ source: HubCarrier.Delivered, _ sha256: String?) throws -> FetchedFile {
            FetchedFile(
                source: source, address: file.description, fileName: name,
                sha256: try sha256 ?? ModelLibrary.sha256(of: source.path))
        }
        let cached = hub.settings.cache.map(HubCache.init(root:))?.file(file)
        do {
            guard !hub.settings.isOffline else {
                throw TransferFault(.unreachable("HF_HUB_OFFLINE is set"), host: hub.settings.endpoint.host)
            }
            let metadata = try await hub.metadata(file)
            if let bytes = metadata.bytes { try staging.requireRoom(for: bytes, named: file.description) }
            let source = try await hub.get(
                file, metadata, staging: staging.path, limit: metadata.bytes ?? room,
                progress: progressHandler(metadata.bytes))
            return try arrived(source, metadata.sha256)
        } catch let fault as TransferFault where cached != nil && fault.isTransient {
            guard let cached, try HubCarrier.matches(cached.path, cached.etag) else { throw fault }
            progress(.note("\(fault.sentence): taking \(name) from the cache as it was last."))
            return try arrived(.init(path: cached.path, isShared: true), nil)
        }
    }

    private func fromDisk(_ path: String) throws -> FetchedFile {
        guard let bytes = ModelLibrary.size(of: path) else {
            throw CatalogueError(.notThere, "\(AddressText.quoted(path)) is no file; check the path")
        }
        try Self.requireGGUF(path, path)
        let name = (path as NSString).lastPathComponent
        let copy = staging.path + "/" + name
        unsafe unlink(copy)
        if unsafe link(path, copy) != 0 {
            try staging.requireRoom(for: bytes, named: name)
            do {
                try FileManager.default.copyItem(atPath: path, toPath: copy)
            } catch {
                throw CatalogueError(
                    .fileSystem, "\(path) cannot be copied: \(error.localizedDescription)", underlying: error)
            }
        }
        let digest = try ModelLibrary.sha256(of: copy) {
            progress(.verifying(Double($0) / Double(max(1, bytes))))
        }
        return FetchedFile(
            source: .init(path: copy, isShared: false), address: "file:" + path, fileName: name, sha256: digest)
    }

    private func arrived(_ path: String, _ fileName: String, _ sha256: String) -> FetchedFile {
        FetchedFile(
            source: .init(path: path, isShared: false), address: address.text, fileName: fileName, sha256: sha256)
    }

    /// Downloads into the workshop and compares the digest.
    private func downloaded(_ url: DownloadURL, _ bytes: Int64?, _ sha256: String) async throws -> String {
        let path = staging.path + "/" + sha256
        let download = Download(url: url, credential: Credential(of: url), bytes: bytes, limit: bytes ?? room)
        let isRight = try await download.run(into: path, client, progress: progressHandler(bytes)) {
            try ModelLibrary.sha256(of: path) == sha256
        }
        guard isRight else {
            throw CatalogueError(
                .corrupted, "what \(url.host) sent has another SHA-256 than it has to; check the address and the digest"
            )
        }
        return path
    }

    private func progressHandler(_ total: Int64?) -> @Sendable (Int64) -> Void {
        { [progress] in progress(.downloading(bytes: $0, total: total ?? 0)) }
    }

    /// What fits into the models directory.
    private var room: Int64 { StagingDirectory.freeBytes(staging.directory) ?? .max }

    private func place(_ files: [FetchedFile]) throws -> ModelEntry {
        if files.count == 1, let known = library.entry(withFirstFile: files[0].sha256), known.files.count == 1 {
            try staging.place(files[0].source, at: known.files[0].path)
            return known
        }
        let entry = try entry(of: files)
        for (file, arrived) in zip(entry.files, files) { try staging.place(arrived.source, at: file.path) }
        try PulledModels.write(entry, in: staging.directory)
        return entry
    }

    /// The record of what arrived. A name that another model has gets a piece of the digest.
    private func entry(of files: [FetchedFile]) throws -> ModelEntry {
        var name = SplitName.stem(of: files[0].fileName).lowercased()
        if case .registry(let model) = address, AddressText.isName(model.reference) {
            let last = model.repository.split(separator: "/").last.map(String.init) ?? model.repository
            name = (last + ":" + model.reference).lowercased()
        }
        var folder = PulledModels.folder + "/"
        if library.entries.contains(where: { $0.name == name && $0.files[0].sha256 != files[0].sha256 }) {
            name += "-" + files[0].sha256.prefix(8)
            folder += files[0].sha256.prefix(8) + "/"
        }
        let listed = try files.map { file in
            guard let bytes = ModelLibrary.size(of: file.source.path) else {
                throw CatalogueError(.fileSystem, "\(file.source.path) has gone; pull again")
            }
            return ModelEntry.File(
                path: folder + file.fileName, bytes: bytes, sha256: file.sha256, address: file.address)
        }
        return ModelEntry(
            name: name, kind: .language, summary: "pulled from \(address.text)", optional: true, files: listed)
    }

    private static func requireGGUF(_ path: String, _ address: String) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let start = try handle.read(upToCount: 4)
        try handle.close()
        guard start == Data("GGUF".utf8) else {
            throw CatalogueError(
                .corrupted, "\(AddressText.quoted(address)) is no GGUF file; choose one whose name ends in .gguf")
        }
    }

    private static func absolute(_ path: String) -> String {
        let expanded = (path as NSString).expandingTildeInPath
        return URL(fileURLWithPath: expanded).standardizedFileURL.path
    }
}
