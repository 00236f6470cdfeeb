internal import Foundation

/// Decoded sound: a WAV file without a name, which is gone with this value.
package final class DecodedSound: Sendable {
    let descriptor: Int32

    /// An empty file; `nil` where there is no room for one.
    init?() {
        // Hours of sound are too much for a /tmp in memory.
        for folder in ["/var/tmp", NSTemporaryDirectory()] {
            var path = Array((folder + "/brim-XXXXXX").utf8CString)
            let descriptor = unsafe mkstemp(&path)
            guard descriptor >= 0 else { continue }
            unsafe unlink(path)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            self.descriptor = descriptor
            return
        }
        return nil
    }

    deinit { close(descriptor) }

    /// By which it can be opened while this value is there.
    package var path: String { "/proc/self/fd/\(descriptor)" }

    var byteCount: Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}
