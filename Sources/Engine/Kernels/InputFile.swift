internal import Glibc

/// A model's file opened for reading at any place, with a window of it in memory; closed when it goes out of scope. For one
/// thread at a time.
///
/// Read with `pread`, never mapped: a file that shrinks while it is read gives an error instead of a signal, and weights
/// that are converted anyway do not stand in memory twice.
public final class InputFile<Format: ModelFileFormat> {
    /// As it was opened.
    public let path: String
    /// Its length when it was opened.
    public let byteCount: Int
    private let descriptor: Int32
    private var window: [UInt8] = []
    private var windowStart = 0

    private static var windowByteCount: Int { 1 << 16 }

    /// - Throws: `unreadable` where it is missing, or no regular file.
    public init(path: String) throws(ModelFileError<Format>) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ModelFileError<Format>(.unreadable, path, Self.reason(errno)) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ModelFileError<Format>(.unreadable, path, "it is not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// `count` bytes from `offset` on; a range beyond the end of the file is an error, not an allocation.
    public func bytes(at offset: Int, count: Int) throws(ModelFileError<Format>) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= byteCount - offset else {
            throw ModelFileError<Format>(
                .malformed, path, "it ends at byte \(byteCount), \(count) more were due at \(offset)")
        }
        guard count > 0 else { return [] }
        var failure: ModelFileError<Format>?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failure =
                        got < 0
                        ? ModelFileError<Format>(.unreadable, path, Self.reason(errno))
                        : ModelFileError<Format>(.malformed, path, "it ends at byte \(offset + filled)")
                    return
                }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// One byte, through the window.
    public func byte(at offset: Int) throws(ModelFileError<Format>) -> UInt8 {
        if offset < windowStart || offset - windowStart >= window.count {
            guard offset >= 0, offset < byteCount else {
                throw ModelFileError<Format>(.malformed, path, "it ends at byte \(byteCount)")
            }
            window = try bytes(at: offset, count: min(Self.windowByteCount, byteCount - offset))
            windowStart = offset
        }
        return window[offset - windowStart]
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
