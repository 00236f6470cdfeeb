internal import Foundation

/// Which files were found to have the catalogue's SHA-256, so that a model is read through once and not at each start.
///
/// A file is taken for the one that was read while device, inode, size and the times of its last change are the same; the
/// time of a change of the inode cannot be set back by whoever replaces the content. What is remembered lies in the
/// person's cache directory and is a convenience: where it cannot be read or written, the file is read again.
struct VerifiedFiles {
    /// What a file is known by.
    private struct Fingerprint: Codable, Hashable {
        var device: UInt64
        var inode: UInt64
        var bytes: Int64
        /// Nanoseconds since 1970.
        var modified: Int64
        var changed: Int64

        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
            bytes = Int64(status.st_size)
            modified = Self.nanoseconds(status.st_mtim)
            changed = Self.nanoseconds(status.st_ctim)
        }

        private static func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        }
    }

    private struct Entry: Codable {
        var fingerprint: Fingerprint
        var sha256: String
    }

    /// Most files that are remembered; no catalogue lists more.
    private static let mostEntries = 256
    private static let largestRecord = 1 << 20

    /// Path of the record.
    let record: String

    /// In `$XDG_CACHE_HOME/brim`, or `~/.cache/brim`.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        record = (cache ?? NSHomeDirectory() + "/.cache") + "/brim/verified-models.json"
    }

    init(record: String) { self.record = record }

    /// Throws where a file of `entry` in `directory` is not what the catalogue lists. Blocks for about a second a gigabyte
    /// that was not read before.
    func check(_ entry: ModelEntry, in directory: String) throws(CatalogueError) {
        var known = read()
        var hasNew = false
        for file in entry.files {
            let path = directory + "/" + file.path
            let before = Fingerprint(path)
            if let before, let entry = known[path], entry.fingerprint == before, entry.sha256 == file.sha256 {
                continue
            }
            try ModelLibrary.verify(path, against: file)
            // A file that was written to while it was read is read again the next time.
            guard let before, Fingerprint(path) == before else { continue }
            known[path] = Entry(fingerprint: before, sha256: file.sha256)
            hasNew = true
        }
        if hasNew { write(known) }
    }

    private func read() -> [String: Entry] {
        guard let size = ModelLibrary.size(of: record), size <= Self.largestRecord,
            let data = FileManager.default.contents(atPath: record),
            let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
        else { return [:] }
        return entries
    }

    /// Replaces the record in one step. Where that fails, the next start reads the files again.
    private func write(_ entries: [String: Entry]) {
        let kept = entries.count <= Self.mostEntries ? entries : [:]
        guard let data = try? JSONEncoder().encode(kept) else { return }
        let directory = (record as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard FileManager.default.fileExists(atPath: directory) else { return }
        try? data.write(to: URL(fileURLWithPath: record), options: .atomic)
    }
}
