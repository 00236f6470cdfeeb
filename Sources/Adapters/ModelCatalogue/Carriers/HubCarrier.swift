internal import Crypto
internal import Foundation
internal import NIOHTTP1

/// Gets files from a hub that behaves like Hugging Face's, through the cache that programs share.
struct HubCarrier: Sendable {
    let settings: HubSettings
    let client: DownloadClient

    /// What the hub says of a file.
    struct Metadata: Sendable, Hashable {
        var commit: String
        /// The SHA-256 of a large file, git's identifier of a small one, or whatever the server tells versions by.
        var etag: String
        var bytes: Int64?

        /// The SHA-256 that the hub tells of the file.
        var sha256: String? { AddressText.isSHA256(etag) ? etag : nil }
    }

    /// A file that is here now, verified as far as the server says what it is.
    struct Delivered: Sendable {
        var path: String
        /// Whether it lies in the shared cache, and is not to be moved.
        var isShared: Bool
    }

    /// Asks what the file is, without getting it.
    func metadata(_ file: HubFile) async throws -> Metadata {
        guard let url = url(of: file) else {
            throw CatalogueError(.badAddress, "\(file.description) is no address that may be asked")
        }
        return try await client.persistently { _ in
            // What is stored elsewhere is redirected to; what the hub knows of it stands beside the redirect.
            let reply = try await client.send(.HEAD, url, credential: settings.credential, redirects: .relative)
            guard (200...399).contains(reply.status) else { throw client.fault(of: reply) }
            let etag = Self.normalised(
                reply.headers.first(name: "x-linked-etag") ?? reply.headers.first(name: "etag") ?? "")
            guard AddressText.isName(etag) else {
                throw TransferFault(.unusable("does not say which version of the file it has"), host: url.host)
            }
            let length =
                reply.headers.first(name: "x-linked-size")
                ?? (reply.status < 300 ? reply.headers.first(name: "content-length") : nil)
            let bytes = length.flatMap { Int64($0) }.flatMap { (0...ModelEntry.mostBytes).contains($0) ? $0 : nil }
            return Metadata(commit: reply.headers.first(name: "x-repo-commit") ?? "", etag: etag, bytes: bytes)
        }
    }

    /// Gets the file that `metadata` is of. In the shared cache where that can be written, else in `workshop`.
    func get(
        _ file: HubFile, _ metadata: Metadata, staging: String, limit: Int64, progress: @Sendable (Int64) -> Void
    ) async throws -> Delivered {
        guard let url = url(of: file) else {
            throw CatalogueError(.badAddress, "\(file.description) is no address that may be asked")
        }
        let download = Download(url: url, credential: settings.credential, bytes: metadata.bytes, limit: limit)
        guard let cache = settings.cache.map(HubCache.init(root:)), (try? cache.prepare(file)) != nil,
            unsafe access(cache.root, W_OK) == 0
        else {
            let path = staging + "/" + metadata.etag
            try await downloadVerified(download, into: path, metadata, progress)
            return Delivered(path: path, isShared: false)
        }
        let lock = try await cache.lock(metadata.etag, of: file)
        defer { withExtendedLifetime(lock) {} }
        // What lies there may be damaged: then it is replaced.
        let kept = cache.blob(metadata.etag, of: file)
        if try kept.map({ try !Self.matches($0.path, metadata.etag) }) ?? true {
            try await downloadVerified(download, into: cache.partialPath(metadata.etag, of: file), metadata, progress)
        }
        try cache.commit(metadata.etag, of: file, at: metadata.commit)
        return Delivered(path: cache.blobPath(metadata.etag, of: file), isShared: true)
    }

    /// Downloads, and compares with what the server says that it is.
    private func downloadVerified(
        _ download: Download, into path: String, _ metadata: Metadata, _ progress: @Sendable (Int64) -> Void
    ) async throws {
        let isRight = try await download.run(into: path, client, progress: progress) {
            try Self.matches(path, metadata.etag)
        }
        guard isRight else {
            throw CatalogueError(
                .corrupted, "what \(download.url.host) sent is not the file that it announced; try again")
        }
    }

    /// Whether the file is what its ETag says: a SHA-256, or git's identifier. Other ETags say nothing of the content.
    static func matches(_ path: String, _ etag: String) throws -> Bool {
        if AddressText.isSHA256(etag) { return try ModelLibrary.sha256(of: path) == etag }
        guard AddressText.isCommit(etag), let bytes = ModelLibrary.size(of: path) else { return true }
        var hash = Insecure.SHA1()
        hash.update(data: Data("blob \(bytes)\0".utf8))
        return try ModelLibrary.digest(of: path, hash) { _ in } == etag
    }

    private func url(of file: HubFile) -> DownloadURL? {
        // A revision is one component, however many slashes its name has.
        settings.endpoint.appending(file.repository + "/resolve")
            .flatMap { DownloadURL($0.text + "/" + DownloadURL.encoded(file.revision)) }
            .flatMap { $0.appending(file.path) }
    }

    private static func normalised(_ etag: String) -> String {
        let strong = etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...]
        return String(strong.filter { $0 != "\"" })
    }
}
