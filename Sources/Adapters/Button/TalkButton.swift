package import AssistantCore
internal import Foundation

/// A button to talk: any Linux input device with a key, such as `gpio-keys` or a foot switch.
///
/// The device is Brim's alone while it is open, so that its key types nothing elsewhere. A device that is not there, or is
/// pulled out, is tried again by itself.
// SAFETY: everything that changes is touched on `queue` alone.
package final class TalkButton: @unchecked Sendable {
    private let path: String
    private let onKey: @Sendable (TalkKey) -> Void
    private let report: @Sendable (String) -> Void
    private let retry: DispatchTimeInterval
    private let queue = DispatchQueue(label: "brim.button")
    private var reader: InputEventReader
    private var source: (any DispatchSourceRead)?
    private var problem: String?
    private var isClosed = false

    /// `EVIOCGRAB` of `linux/input.h`.
    private static let grab: UInt = 0x4004_4590

    /// Begins to listen to the button; ends with ``close()``.
    /// - Parameters:
    ///   - path: of the device, best a name that stays: `/dev/input/by-id/…` or `/dev/input/by-path/…`.
    ///   - code: the key's number in `linux/input-event-codes.h`; `nil` takes every key.
    ///   - onKey: is given presses and releases, on a thread of its own.
    ///   - report: is given a readable line when the device cannot be used, once for each reason.
    package convenience init(
        path: String, code: UInt16? = nil, onKey: @escaping @Sendable (TalkKey) -> Void,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.init(path: path, code: code, retry: .seconds(2), onKey: onKey, report: report)
    }

    init(
        path: String, code: UInt16?, retry: DispatchTimeInterval, onKey: @escaping @Sendable (TalkKey) -> Void,
        report: @escaping @Sendable (String) -> Void
    ) {
        (self.path, self.retry, self.onKey, self.report) = (path, retry, onKey, report)
        reader = InputEventReader(code: code)
        queue.async { self.open() }
    }

    /// Gives the device back; nothing is told any more soon after.
    package func close() {
        queue.async {
            self.isClosed = true
            self.source?.cancel()
            self.source = nil
        }
    }

    private func open() {
        guard !isClosed else { return }
        let descriptor = unsafe Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return fail(errno) }
        // What is no input device cannot be grabbed; it may be read all the same.
        _ = ioctl(descriptor, Self.grab, 1)
        problem = nil
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { self.read(descriptor) }
        source.setCancelHandler { Foundation.close(descriptor) }
        self.source = source
        source.resume()
    }

    private func read(_ descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: 24 * 64)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Foundation.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            for key in reader.read(bytes.prefix(count)) { onKey(key) }
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
            source?.cancel()
            source = nil
            for key in reader.reset() { onKey(key) }
            fail(count == 0 ? ENODEV : errno)
        }
    }

    private func fail(_ code: Int32) {
        let hint = code == EACCES ? "; add your user to the group input" : ""
        let line = "The button \(path) cannot be read: \(unsafe String(cString: strerror(code)))\(hint)."
        if problem != line { report(line) }
        problem = line
        queue.asyncAfter(deadline: .now() + retry) { self.open() }
    }
}
