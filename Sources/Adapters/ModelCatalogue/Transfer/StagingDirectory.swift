internal import Foundation

/// The hidden directory in which the files of one model grow. It has the same name each time, so that what a killed
/// process left is gone on with.
struct StagingDirectory: Sendable {
    let path: String
    /// The models directory.
    let directory: String

    private static let prefix = ".fetch-"

    /// Makes the directory where there is none.
    init(_ name: String, in directory: String) throws(CatalogueError) {
        path = directory + "/" + Self.prefix + name
        self.directory = directory
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(path) cannot be made: \(error.localizedDescription)", underlying: error)
        }
    }

    /// Deletes it with all that is in it. What cannot be deleted is swept up another day, and no reason to fail.
    func remove() { _ = try? FileManager.default.removeItem(atPath: path) }

    /// Deletes it unless something in it is worth going on with.
    func removeIfEmpty() { if Self.bytes(in: path) == 0 { remove() } }

    /// Throws ``CatalogueError/Code/noRoom`` where `bytes` more than what is here already do not fit.
    func requireRoom(for bytes: Int64, named name: String) throws(CatalogueError) {
        guard let free = Self.freeBytes(directory) else { return }
        let needed = max(0, bytes - Self.bytes(in: path)) + (1 << 20)
        guard free >= needed else {
            throw CatalogueError(
                .noRoom,
                "\(name) needs \(needed >> 20) MB in \(directory), which has \(free >> 20) MB; make room and try again")
        }
    }

    /// Puts a file of the workshop, or of the shared cache, in place in one step.
    func place(_ source: HubCarrier.Delivered, at path: String) throws(CatalogueError) {
        let destination = directory + "/" + path
        do {
            let parent = (destination as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(destination) has no directory: \(error.localizedDescription)", underlying: error)
        }
        var file = source.path
        if source.isShared {
            // A second name for the same bytes; on another disk, a link to the first.
            file = self.path + "/shared"
            unsafe unlink(file)
            guard unsafe link(source.path, file) == 0 else { return try HubCache.link(source.path, at: destination) }
        }
        guard unsafe rename(file, destination) == 0 else {
            throw CatalogueError.system("\(destination) cannot be written")
        }
        // Of two names for the same bytes, a rename leaves both.
        if source.isShared { unsafe unlink(file) }
    }

    /// Bytes that a program may still write there; `nil` where the system does not say.
    static func freeBytes(_ directory: String) -> Int64? {
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else { return nil }
        let (free, overflow) = Int64(clamping: information.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: information.f_frsize))
        return overflow ? .max : free
    }

    /// Deletes what fetches left behind that nobody has gone on with for a week.
    static func sweep(_ directory: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        where name.hasPrefix(prefix) {
            let path = directory + "/" + name
            let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { path + "/" + $0 }
            let newest = (files + [path]).compactMap(modified).max() ?? 0
            guard time(nil) - newest > 7 * 86_400 else { continue }
            // Rubbish that cannot be deleted is no reason not to fetch.
            _ = try? FileManager.default.removeItem(atPath: path)
        }
    }

    private static func modified(_ path: String) -> Int? {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information.st_mtim.tv_sec : nil
    }

    private static func bytes(in directory: String) -> Int64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.reduce(0) { $0 + (ModelLibrary.size(of: directory + "/" + $1) ?? 0) }
    }
}
