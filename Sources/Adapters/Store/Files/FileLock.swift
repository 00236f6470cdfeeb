internal import AssistantCore
internal import Foundation

/// An exclusive lock between processes. It dies with its process.
enum FileLock {
    /// Runs `body` while no other process (and no other thread of this one) runs one under the same file, after waiting
    /// for at most `timeout`. Creates the file, mode 0600. Blocks its thread.
    static func withLock<Value>(
        on path: String, timeout: Duration, _ body: () throws -> Value
    ) throws -> Value {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreFault(errno: errno, path) }
        defer { close(descriptor) }
        try wait(for: descriptor, path, until: ContinuousClock.now + timeout)
        return try body()
    }

    private static func wait(
        for descriptor: Int32, _ path: String, until deadline: ContinuousClock.Instant
    ) throws(StoreFault) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else { throw StoreFault(errno: code, path) }
            guard ContinuousClock.now < deadline else { throw StoreFault(.busy, "another Brim is starting") }
            usleep(5_000)
        }
    }
}
