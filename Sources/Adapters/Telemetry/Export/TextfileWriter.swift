internal import Foundation

/// The file that node_exporter's textfile collector reads: whole at every moment.
package struct TextfileWriter: Sendable {
    private let path: String

    /// - Parameter place: the collector's directory, or a file in it whose name ends with `.prom`.
    package init(_ place: String) {
        path = place.hasSuffix(".prom") ? place : (place.hasSuffix("/") ? place : place + "/") + "brim.prom"
    }

    package func write(_ text: String) throws(TelemetryError) {
        // The collector reads no other names.
        let new = path + ".new"
        let descriptor = unsafe open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        // Whatever the service's mask is: another user reads it.
        _ = fchmod(descriptor, 0o644)
        // Not waited for until it is on the disk: after a power cut there is another one within the minute.
        guard Self.write(Array(text.utf8), to: descriptor), unsafe rename(new, path) == 0 else {
            let failure = failure()
            unsafe unlink(new)
            throw failure
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Foundation.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Takes the file away: what is not measured any more must not look as if it were.
    package func remove() { unsafe unlink(path) }

    private func failure() -> TelemetryError {
        let reason = unsafe String(cString: strerror(errno))
        return TelemetryError(.fileSystem, "\(path) cannot be written (\(reason)); see telemetry.textfile")
    }
}
