import AssistantCore
import Foundation
import Testing

@testable import Button

/// A button behind a named pipe: it is opened, read, lost and found again as a device is.
@Suite("Talk button") struct TalkButtonTests {
    private enum CollectedEvents: Sendable, Hashable {
        case key(TalkKey)
        case report(String)
    }

    @Test("Presses are told, a device that goes away releases its key, and one that comes back is heard again")
    func plug() async throws {
        let path = NSTemporaryDirectory() + "button-" + UUID().uuidString
        let (collected, continuation) = AsyncStream<CollectedEvents>.makeStream()
        let button = TalkButton(path: path, code: nil, retry: .milliseconds(5)) {
            continuation.yield(.key($0))
        } report: {
            continuation.yield(.report($0))
        }
        var events = collected.makeAsyncIterator()
        guard case .report(let line) = await events.next() else {
            Issue.record("a missing device was not reported")
            return
        }
        #expect(line.contains(path) && line.contains("No such file"))
        try #require(unsafe mkfifo(path, 0o600) == 0)
        for _ in 0..<2 {
            let device = unsafe open(path, O_RDWR)
            try write(record(1, 28, 1), to: device)
            #expect(await next(&events) == .press(isReleaseReported: true))
            // Pulled out while it is held.
            close(device)
            #expect(await next(&events) == .release)
        }
        button.close()
        try FileManager.default.removeItem(atPath: path)
    }

    /// The next key that is told; that the pipe is empty at times is no news.
    private func next(_ events: inout AsyncStream<CollectedEvents>.Iterator) async -> TalkKey? {
        while let collected = await events.next() {
            if case .key(let key) = collected { return key }
        }
        return nil
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        let count = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
    }
}
