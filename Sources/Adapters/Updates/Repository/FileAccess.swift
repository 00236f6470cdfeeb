internal import Foundation

/// Files that are either whole or as they were before, whenever the power is cut.
enum FileAccess {
    /// The bytes of a file; `nil` where there is none.
    ///
    /// - Parameter followsLinks: whether `path` is a person's choice, and may be a link.
    /// - Throws: ``UpdateError/Code/fileSystem`` for a link, a pipe, a directory, and a file of more than `limit` bytes.
    static func read(_ path: String, limit: Int64, followsLinks: Bool = false) throws(UpdateError) -> [UInt8]? {
        let file: RandomAccessFile
        do throws(UpdateError) {
            file = try RandomAccessFile(path, followsLinks: followsLinks)
        } catch {
            guard error.code == .absent else { throw error }
            return nil
        }
        guard file.length <= limit else {
            throw UpdateError(
                .fileSystem, "\(path) has more than \(limit) bytes; look at what stands there and take it away")
        }
        return try file.read(0, Int(file.length))
    }

    /// Writes a file under another name, and renames it when it is on the disk.
    static func write(_ bytes: [UInt8], to path: String, in directory: String) throws(UpdateError) {
        let growing = try GrowingFile(path + ".new")
        do throws(UpdateError) {
            try growing.append(bytes)
            try growing.place(at: path, in: directory)
        } catch {
            growing.remove()
            throw error
        }
    }

    /// The same with a value as JSON.
    static func write(json value: some Encodable, to path: String, in directory: String) throws(UpdateError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes: Data
        do {
            bytes = try encoder.encode(value)
        } catch {
            throw UpdateError(.fileSystem, "what belongs into \(path) cannot be written", underlying: error)
        }
        try write(Array(bytes), to: path, in: directory)
    }

    /// Deletes a file, and returns once that is on the disk. One that is not there is deleted already.
    static func remove(_ path: String, in directory: String) throws(UpdateError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("\(path) cannot be deleted") }
        try synchronise(directory)
    }

    static func makeDirectory(_ path: String) throws(UpdateError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw UpdateError(
                .fileSystem, "\(path) cannot be made; name a directory that may be written", underlying: error)
        }
    }

    /// Returns once the names in a directory are on the disk.
    static func synchronise(_ directory: String) throws(UpdateError) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("\(directory) cannot be read") }
        defer { close(descriptor) }
        // File systems that cannot synchronise a directory say so, and keep names in another way.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("\(directory) cannot be written") }
    }

    static func failure(_ what: String) -> UpdateError {
        let number = errno
        let reason = unsafe String(cString: strerror(number))
        let step = [ENOSPC, EDQUOT].contains(number) ? "make room and try again" : "see to it and try again"
        return UpdateError(.fileSystem, "\(what) (\(reason)); \(step)")
    }
}

/// A file that grows under a name of its own until it is whole.
final class GrowingFile {
    private let path: String
    private let descriptor: Int32

    /// Makes the file, or empties what an update left that was cut off.
    ///
    /// - Parameter keepsStart: whether what was left is gone on with.
    init(_ path: String, keepsStart: Bool = false) throws(UpdateError) {
        self.path = path
        let start = keepsStart ? O_APPEND : O_TRUNC
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | start | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileAccess.failure("\(path) cannot be written") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Throws away all that it has.
    func empty() throws(UpdateError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileAccess.failure("\(path) cannot be written")
        }
    }

    func append(_ bytes: [UInt8]) throws(UpdateError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Foundation.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileAccess.failure("\(path) cannot be written") }
            written += count
        }
    }

    /// Gives the file its name, in place of what had it.
    func place(at destination: String, in directory: String) throws(UpdateError) {
        guard fsync(descriptor) == 0, unsafe rename(path, destination) == 0 else {
            throw FileAccess.failure("\(destination) cannot be written")
        }
        try FileAccess.synchronise(directory)
    }

    func remove() { unsafe unlink(path) }
}
