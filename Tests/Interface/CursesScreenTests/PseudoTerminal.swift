import CPseudoTerminal
import Foundation
import Glibc
import Testing

/// A program that runs on a pseudo-terminal of its own, as a terminal emulator would have it.
///
/// Every wait has a limit, far above what a loaded machine needs.
final class PseudoTerminal {
    struct Failure: Error, CustomStringConvertible { var description: String }

    private static let timeout = Duration.seconds(60)

    let process: pid_t
    private(set) var output: [UInt8] = []
    private var master: Int32
    private var slave: Int32
    private var hasEnded = false

    /// - Parameter input: a path for standard input in place of the terminal.
    init(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws {
        (master, slave) = (-1, -1)
        guard unsafe pt_open(80, 24, &master, &slave) == 0 else { throw Failure(description: "no pseudo-terminal") }
        var variables = [
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        variables.merge(environment) { $1 }
        let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let settings = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        process = unsafe pt_spawn(slave, input, words, settings)
        guard process > 0 else { throw Failure(description: "cannot run \(arguments[0])") }
    }

    deinit {
        if !hasEnded {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        hangUp()
    }

    /// Whether the probe is built as programs ship.
    static var isRelease: Bool { ProcessInfo.processInfo.environment["BRIM_PROBE"]?.contains("release") == true }

    /// The probe that is built beside the tests, or another that the environment names.
    static var probe: String {
        if let probe = ProcessInfo.processInfo.environment["BRIM_PROBE"] { return probe }
        return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "ScreenProbe").path
    }

    // MARK: - As a terminal

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard unsafe write(master, bytes, bytes.count) == bytes.count else {
            throw Failure(description: "the terminal takes no more")
        }
    }

    /// Gives the window another size.
    func resize(columns: Int, rows: Int) { pt_resize(master, Int32(columns), Int32(rows)) }

    /// Closes the terminal's window.
    func hangUp() {
        if master >= 0 { close(master) }
        if slave >= 0 { close(slave) }
        (master, slave) = (-1, -1)
    }

    /// The settings of the terminal, all that `stty -a` shows.
    var settings: [UInt8] {
        var settings = [UInt8](repeating: 0, count: 256)
        let count = unsafe pt_settings(slave, &settings, settings.count)
        return Array(settings[..<count])
    }

    /// What was written so far, as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Reads until the text has come.
    func expect(_ text: String, from start: Int = 0) throws {
        let wanted = Array(text.utf8)
        let deadline = ContinuousClock.now + Self.timeout
        while output[start...].firstRange(of: wanted) == nil {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "no \(text.debugDescription) in \(self.text.debugDescription)")
            }
            read(for: 200)
        }
    }

    /// Reads until nothing has come for a moment.
    func settle() throws {
        let deadline = ContinuousClock.now + Self.timeout
        while read(for: 500) {
            guard ContinuousClock.now < deadline else { throw Failure(description: "the output does not end") }
        }
    }

    /// Takes what comes; `false` where nothing did for so many milliseconds, or the terminal was closed.
    @discardableResult
    func read(for milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&descriptor, 1, milliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe Glibc.read(master, &buffer, buffer.count)
        output += buffer[..<max(0, count)]
        return count > 0
    }

    /// How the program ended: its exit code, or minus the signal that killed it.
    func wait() throws -> Int32 {
        let deadline = ContinuousClock.now + Self.timeout
        while ContinuousClock.now < deadline {
            var status: Int32 = 0
            if unsafe waitpid(process, &status, WNOHANG) == process {
                hasEnded = true
                while read(for: 0) {}
                return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
            }
            if master >= 0 { read(for: 20) } else { usleep(20_000) }
        }
        throw Failure(description: "the program did not end")
    }
}
