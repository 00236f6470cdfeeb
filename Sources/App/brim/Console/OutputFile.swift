import Foundation

/// A file that a command writes as a whole.
enum OutputFile {
    /// Replaces the file at once, or leaves it as it was; what is no file (`/dev/stdout`, a FIFO) is written to as it is.
    /// Makes the folder where it is missing.
    static func write(_ bytes: Data, to path: String) throws {
        let file = URL(fileURLWithPath: path)
        do {
            guard isReplaceable(path) else { return try append(bytes, to: path) }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: file, options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(SystemReason.words(of: error))")
        }
    }

    /// Whether there is a file, or nothing, at that path.
    static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFREG
    }

    private static func append(_ bytes: Data, to path: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
    }
}
