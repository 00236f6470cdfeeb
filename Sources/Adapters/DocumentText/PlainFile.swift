internal import Foundation

/// A file that is opened to be read: neither a pipe nor a device, and nothing waits for one.
struct PlainFile {
    /// The caller closes it.
    let descriptor: Int32
    let bytes: Int64

    /// - Parameter followsLinks: whether the path may be a link.
    init(_ path: String, followsLinks: Bool) throws(DocumentError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)
        descriptor = unsafe Foundation.open(path, flags)
        guard descriptor >= 0 else {
            throw DocumentError(.unreadable, unsafe "it cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw DocumentError(.unreadable, "it is no plain file")
        }
        bytes = Int64(status.st_size)
    }
}
