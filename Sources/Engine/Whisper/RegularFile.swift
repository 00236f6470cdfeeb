internal import Kernels
internal import Glibc

/// A regular file opened for reading at any place; closed when it goes out of scope.
///
/// Read with `pread`, never mapped: a file that shrinks while it is read gives an error instead of a signal, and weights
/// that are converted anyway do not stand in memory twice.
struct RegularFile: ~Copyable {
    let path: String
    let byteCount: Int
    private let descriptor: Int32

    init(path: String) throws(WhisperError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WhisperError(.unreadable, path, Self.reason(errno)) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw WhisperError(.unreadable, path, "it is not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the bytes from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(WhisperError) {
        var done = 0
        while done < buffer.count {
            let count = unsafe pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WhisperError(.unreadable, path, Self.reason(errno)) }
            guard count > 0 else { throw WhisperError(.malformed, path, "it ends at byte \(offset + done)") }
            done += count
        }
    }

    /// `count` bytes from `offset` on; a range beyond the end of the file is an error, not an allocation.
    func bytes(at offset: Int, count: Int) throws(WhisperError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= byteCount - offset else {
            throw WhisperError(.malformed, path, "it ends at byte \(byteCount), \(count) more were due at \(offset)")
        }
        guard count > 0 else { return [] }
        var failure: WhisperError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(WhisperError) {
                let all = UnsafeMutableRawBufferPointer(buffer)
                try unsafe read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: all[..<count]))
                filled = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
