internal import Foundation

/// A file of which any part can be read.
final class RandomAccessFile {
    private let path: String
    private let descriptor: Int32
    let length: Int64

    /// - Parameter followsLinks: whether `path` is a person's choice, and may be a link.
    /// - Throws: ``UpdateError/Code/absent`` where there is none, ``UpdateError/Code/fileSystem`` for what is no file.
    init(_ path: String, followsLinks: Bool = false) throws(UpdateError) {
        self.path = path
        // A pipe in the place of a file is not waited for.
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
        descriptor = unsafe open(path, flags)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw UpdateError(.absent, "there is no file \(path)") }
            throw FileAccess.failure("\(path) cannot be read")
        }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw UpdateError(.fileSystem, "\(path) is no file; look at what stands there and take it away")
        }
        length = Int64(information.st_size)
    }

    deinit { close(descriptor) }

    /// Bytes of the file.
    ///
    /// - Throws: ``UpdateError/Code/mismatched`` where it does not have them.
    func read(_ offset: Int64, _ count: Int) throws(UpdateError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= length, Int64(count) <= length - offset else {
            throw UpdateError(.mismatched, "\(path) has fewer bytes than it should have; take the whole file")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(
                    descriptor, $0.baseAddress.map { unsafe $0 + filled }, count - filled, off_t(offset) + off_t(filled)
                )
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw FileAccess.failure("\(path) cannot be read") }
            filled += read
        }
        return bytes
    }

    /// All of it, a piece after the other.
    func forEachPiece(_ take: ([UInt8]) throws(UpdateError) -> Void) throws(UpdateError) {
        var offset: Int64 = 0
        while offset < length {
            let piece = try read(offset, Int(min(1 << 20, length - offset)))
            try take(piece)
            offset += Int64(piece.count)
        }
    }

    /// The SHA-256 of all of it.
    func sha256() throws(UpdateError) -> String {
        var digest = RunningDigest()
        try forEachPiece { piece in digest.update(piece) }
        return digest.sha256
    }
}
