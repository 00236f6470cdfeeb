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
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            bytes = bytes.dropFirst(count)
        }
        guard unsafe rename(new, path) == 0 else { throw failure() }
    }

    /// Takes the file away: what is not measured any more must not look as if it were.
    package func remove() { unsafe unlink(path) }

    private func failure() -> TelemetryError {
        let reason = unsafe String(cString: strerror(errno))
        return TelemetryError(.fileSystem, "\(path) cannot be written (\(reason)); see telemetry.textfile")
    }
}
