internal import Foundation

/// The cache that programs share which take files from the hub: what one has fetched, all have.
///
/// `models--OWNER--REPO/blobs/ETAG` holds the bytes, `snapshots/COMMIT/FILE` is a link to them, `refs/REVISION` holds
/// the commit that a branch or a tag stood for. Layout: `file_download.py` of `huggingface_hub`.
struct HubCache: Sendable {
    let root: String

    /// A file of the cache.
    struct Found: Sendable, Hashable {
        var path: String
        /// Name of the blob: the SHA-256 for large files, git's identifier for small ones.
        var etag: String
    }

    /// The file at that revision, as far as the cache knows it without asking.
    func file(_ file: HubFile) -> Found? {
        var commit = file.revision
        if !AddressText.isCommit(commit) {
            let reference = folder(of: file) + "/refs/" + file.revision
            guard let text = try? String(contentsOfFile: reference, encoding: .utf8) else { return nil }
            commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard AddressText.isCommit(commit) else { return nil }
        }
        return found(at: snapshot(of: file, commit))
    }

    /// The file with that blob, whatever revision it came with.
    func blob(_ etag: String, of file: HubFile) -> Found? { found(at: blobPath(etag, of: file)) }

    private func found(at path: String) -> Found? {
        guard ModelLibrary.size(of: path) != nil, let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        let target = unsafe String(cString: real)
        return Found(path: target, etag: (target as NSString).lastPathComponent)
    }

    /// Where the blob grows until it is whole. The name is always the same: a download that was cut goes on.
    func partialPath(_ etag: String, of file: HubFile) -> String { blobPath(etag, of: file) + ".brim.incomplete" }

    func blobPath(_ etag: String, of file: HubFile) -> String { folder(of: file) + "/blobs/" + etag }

    /// Makes the folders that a blob needs. Throws where the cache cannot be written.
    func prepare(_ file: HubFile) throws {
        for path in [folder(of: file) + "/blobs", lockFolder(of: file)] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    /// Waits until no other program downloads the same blob.
    func lock(_ etag: String, of file: HubFile) async throws -> FileLock {
        try await FileLock.take(lockFolder(of: file) + "/" + etag + ".lock")
    }

    /// Gives the blob its name, and links it as the file of that commit.
    func commit(_ etag: String, of file: HubFile, at commit: String) throws {
        let blob = blobPath(etag, of: file)
        if ModelLibrary.size(of: partialPath(etag, of: file)) != nil {
            guard unsafe rename(partialPath(etag, of: file), blob) == 0 else {
                throw CatalogueError.system("\(blob) cannot be written")
            }
        }
        guard AddressText.isCommit(commit) else { return }
        let pointer = snapshot(of: file, commit)
        let parent = (pointer as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let depth = file.path.split(separator: "/").count + 1
        try Self.link(String(repeating: "../", count: depth) + "blobs/" + etag, at: pointer)
        guard file.revision != commit else { return }
        let reference = folder(of: file) + "/refs/" + file.revision
        try FileManager.default.createDirectory(
            atPath: (reference as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(commit.utf8).write(to: URL(fileURLWithPath: reference), options: .atomic)
    }

    /// Puts a symbolic link in place in one step.
    static func link(_ target: String, at path: String) throws(CatalogueError) {
        let temporary = path + ".brim.\(getpid())"
        unsafe unlink(temporary)
        guard unsafe symlink(target, temporary) == 0 else { throw CatalogueError.system("\(path) cannot be linked") }
        guard unsafe rename(temporary, path) == 0 else {
            let error = CatalogueError.system("\(path) cannot be linked")
            unsafe unlink(temporary)
            throw error
        }
    }

    private func name(of file: HubFile) -> String {
        "models--" + file.repository.replacing("/", with: "--")
    }

    private func folder(of file: HubFile) -> String { root + "/" + name(of: file) }

    private func lockFolder(of file: HubFile) -> String { root + "/.locks/" + name(of: file) }

    private func snapshot(of file: HubFile, _ commit: String) -> String {
        folder(of: file) + "/snapshots/" + commit + "/" + file.path
    }
}
