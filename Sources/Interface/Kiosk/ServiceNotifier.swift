internal import Glibc

/// Tells the service manager how things are, as sd_notify(3) does: one datagram for each message to the socket that
/// `NOTIFY_SOCKET` names.
package struct ServiceNotifier: Sendable {
    private let path: String

    /// `nil` where nobody wants to be told.
    package init?(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], path.first == "/" || path.first == "@",
            path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        self.path = path
    }

    /// How often ``Watchdog`` must be fed, as `WATCHDOG_USEC` says; `nil` where it need not be.
    package static func watchdogInterval(environment: [String: String]) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
            return nil
        }
        if let owner = environment["WATCHDOG_PID"], owner != "\(getpid())" { return nil }
        return .microseconds(microseconds)
    }

    /// Sends `READY=1`, `WATCHDOG=1` and the like. A service manager that is gone is no reason to fail.
    package func notify(_ message: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract socket's name begins with a zero byte, and has none at its end.
        let name = path.utf8.map { UInt8($0) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: name)
            if path.first == "@" { unsafe bytes[0] = 0 }
        }
        let prefix = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        let length = socklen_t(prefix + name.count)
        let bytes = Array(message.utf8)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), pointer, length)
            }
        }
    }
}
