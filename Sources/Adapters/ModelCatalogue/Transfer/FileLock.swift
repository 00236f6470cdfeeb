internal import Foundation

/// A lock between processes, on a file or a folder, held as long as this value lives. It ends with the process.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits for the lock of the folder, or of the file, which is made where there is none.
    static func take(_ path: String, waiting: @Sendable () -> Void = {}) async throws -> FileLock {
        var isDirectory = stat()
        let isFolder = unsafe stat(path, &isDirectory) == 0 && isDirectory.st_mode & S_IFMT == S_IFDIR
        let flags = isFolder ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT
        let descriptor = unsafe open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CatalogueError.system("\(path) cannot be locked") }
        let lock = FileLock(descriptor)
        var hasTold = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // File systems without locks exist; there, two downloads at once are one too many and no harm.
            guard errno == EWOULDBLOCK || errno == EINTR else { return lock }
            if !hasTold { waiting() }
            hasTold = true
            try await Task.sleep(for: .milliseconds(200))
        }
        return lock
    }
}
