internal import Glibc

/// The directory in which a device keeps the metadata that it trusts: one file a role, in the bytes that the repository
/// sent.
package struct MetadataDirectory: Sendable {
    private let path: String

    /// Most bytes of one role's metadata, here and from the repository.
    static let limit: Int64 = 32 << 20

    package init(_ path: String) { self.path = path }

    /// Begins with a root that the publisher gave. Nothing is written unless it is one.
    ///
    /// - Parameter root: path of the file.
    package func begin(with root: String) throws(UpdateError) {
        guard let text = try FileAccess.read(root, limit: Self.limit, followsLinks: true) else {
            throw UpdateError(.noRoot, "there is no file \(root); name the root.json that the publisher gave")
        }
        _ = try TrustedMetadata(root: text, now: 0)
        try FileAccess.makeDirectory(path)
        try write(text, as: "root")
    }

    /// Whether the device trusts a root already.
    package func hasRoot() throws(UpdateError) -> Bool { try read("root") != nil }

    func read(_ role: String) throws(UpdateError) -> [UInt8]? {
        try FileAccess.read(file(role), limit: Self.limit)
    }

    func write(_ text: [UInt8], as role: String) throws(UpdateError) {
        try FileAccess.write(text, to: file(role), in: path)
    }

    func remove(_ role: String) throws(UpdateError) {
        try FileAccess.remove(file(role), in: path)
    }

    /// Keeps other updates away from the directory as long as the value lives.
    func lock() throws(UpdateError) -> DirectoryLock { try DirectoryLock(path) }

    /// No name leads out of the directory: a slash is encoded, and every name ends in `.json`.
    private func file(_ role: String) -> String { path + "/" + EncodedName.component(role) + ".json" }
}

/// A lock between processes on a directory. It ends with its value, and with the process.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(UpdateError) {
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UpdateError(.noRoot, "there is no directory \(path); begin with the root that the publisher gave")
        }
        // File systems without locks exist; there, two updates at once are one too many and no harm: files are renamed.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw UpdateError(.fileSystem, "another update uses \(path); wait until it has ended")
        }
    }

    /// Makes the directory where there is none.
    package convenience init(making path: String) throws(UpdateError) {
        try FileAccess.makeDirectory(path)
        try self.init(path)
    }

    deinit {
        guard descriptor >= 0 else { return }
        // Closing is not enough: a child that was just forked has the descriptor until it becomes another program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
