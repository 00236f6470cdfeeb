import CPseudoTerminal
import Foundation
import Glibc
import Testing

/// A kiosk under a service socket that this test plays.
@Suite(.serialized) struct ServiceTests {
    private static let interval = "1000000"

    /// The socket at which systemd listens.
    private final class NotifySocket {
        let path = NSTemporaryDirectory() + "notify-\(UUID().uuidString.prefix(8))"
        private let descriptor = pt_notify_socket()

        init() throws {
            guard descriptor >= 0, unsafe pt_notify_bind(descriptor, path) == 0 else {
                throw PseudoTerminal.Failure(description: "no socket at \(path)")
            }
        }

        deinit {
            close(descriptor)
            unsafe unlink(path)
        }

        /// The next message; `nil` where none comes for so long.
        func next(within milliseconds: Int32 = 60_000) -> String? {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&state, 1, milliseconds) > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        }
    }

    private func start(_ socket: NotifySocket) throws -> PseudoTerminal {
        try PseudoTerminal(
            [PseudoTerminal.probe, "kiosk"],
            environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": Self.interval])
    }

    @Test("ready, fed, starved when the model hangs, ended with an apology and a sane terminal, ready again")
    func life() throws {
        let socket = try NotifySocket()
        let terminal = try start(socket)
        let before = terminal.settings
        #expect(socket.next()?.hasPrefix("READY=1") == true)
        for _ in 0..<3 { #expect(socket.next() == "WATCHDOG=1") }
        try terminal.expect("ask me anything")
        try terminal.send("x")
        try terminal.expect("answers are made on this device")
        try terminal.send("hang\r")
        // What was on its way still comes; then there is silence for three intervals.
        var late = 0
        while socket.next(within: 3_000) != nil {
            late += 1
            try #require(late < 20, "the watchdog is fed although the model hangs")
        }
        kill(terminal.process, SIGABRT)
        #expect(try terminal.wait() == -SIGABRT)
        #expect(terminal.settings == before)
        #expect(terminal.text.contains("Sorry, one moment."))

        let again = try start(socket)
        #expect(socket.next()?.hasPrefix("READY=1") == true)
        try again.expect("ask me anything")
    }

    @Test("the keyboard's signals do nothing to a kiosk; its PIN ends it, and says so")
    func lockedIn() throws {
        let socket = try NotifySocket()
        let terminal = try start(socket)
        let before = terminal.settings
        #expect(socket.next()?.hasPrefix("READY=1") == true)
        for number in [SIGINT, SIGQUIT, SIGTSTP] { kill(terminal.process, number) }
        #expect(socket.next() == "WATCHDOG=1")
        try terminal.send("x")
        try terminal.expect("answers are made on this device")
        try terminal.send("\u{11}1234\r")
        #expect(try terminal.wait() == 0)
        #expect(terminal.settings == before)
        var last: String?
        while let message = socket.next(within: 200) { last = message }
        #expect(last == "STOPPING=1")
    }
}
