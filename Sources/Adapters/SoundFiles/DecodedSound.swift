internal import ChildProcesses
internal import Foundation

/// Decoded sound: a WAV file without a name, which is gone with this value.
package final class DecodedSound: Sendable {
    let descriptor: Int32

    /// An empty file; `nil` where there is no room for one.
    init?() {
        // Hours of sound are too much for a /tmp in memory.
        for folder in ["/var/tmp", NSTemporaryDirectory()] {
            guard let descriptor = UnnamedFile.descriptor(in: folder) else { continue }
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
