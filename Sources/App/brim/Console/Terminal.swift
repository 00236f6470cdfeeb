import AssistantCore
import Foundation

/// The standard streams as the commands use them. Text of models and files is made safe before it is written to a
/// terminal; into a pipe or a file it goes as it is.
enum Terminal {
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Keeps the numbers of a standard output and error that are closed from files that are opened later: what is written
    /// there would go into one of them. To be called before anything is opened.
    static func reserveClosedStreams() {
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // For reading, so that writing stays an error.
            let nothing = unsafe open("/dev/null", O_RDONLY)
            guard nothing >= 0, nothing != descriptor else { continue }
            dup2(nothing, descriptor)
            close(nothing)
        }
    }

    /// Columns of the terminal that the standard output is; `nil` where it is none, or does not say.
    static var outputColumns: Int? {
        var window = winsize()
        guard outputIsTerminal, unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
            return nil
        }
        return Int(window.ws_col)
    }

    /// Writes a line to the standard error.
    static func writeError(_ line: String) {
        let safe = errorIsTerminal ? TerminalText.sanitised(line) : line
        // A closed standard error leaves nobody to tell.
        _ = try? write(safe + "\n", to: STDERR_FILENO)
    }

    /// Writes text to the standard output at once.
    ///
    /// Throws ``OutputClosed`` where nobody reads any more (`brim ask … | head -1`), and ``CommandFailure`` with the
    /// system's reason where it cannot be written, as on a full disk.
    static func write(_ text: String) throws {
        try write(outputIsTerminal ? TerminalText.sanitised(text) : text, to: STDOUT_FILENO)
    }

    /// Writes text as it is. Only for what this program makes itself for a terminal, such as colours.
    static func writeRaw(_ text: String) throws { try write(text, to: STDOUT_FILENO) }

    /// Writes JSON. What a terminal could act on is escaped, wherever it goes: it may be shown on one later.
    static func writeJSON(_ text: String) throws { try write(TerminalText.escapedForJSON(text), to: STDOUT_FILENO) }

    static func writeLine(_ line: String) throws { try write(line + "\n") }

    /// Writes bytes that need not be text: as they are into a pipe, made safe on a terminal.
    static func write(bytes: [UInt8]) throws {
        if outputIsTerminal {
            try write(String(decoding: bytes, as: UTF8.self))
        } else {
            try write(bytes[...], to: STDOUT_FILENO)
        }
    }

    private static func write(_ text: String, to descriptor: Int32) throws {
        try write(Array(text.utf8)[...], to: descriptor)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws {
        var bytes = bytes
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                let number = errno
                switch number {
                case EINTR: continue
                case EAGAIN: try waitUntilWritable(descriptor)
                case EPIPE, EBADF: throw OutputClosed()
                default:
                    throw CommandFailure("the standard output cannot be written: \(SystemReason.words(number))")
                }
                continue
            }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Asks for a line that is not shown while it is typed.
    static func readSecret(_ question: String) throws -> String {
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { throw CommandFailure("the terminal cannot be read") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            _ = try? write("\n", to: STDERR_FILENO)
        }
        try write(question, to: STDERR_FILENO)
        guard let line = readLine() else { throw CancellationError() }
        return line
    }

    /// For an output that somebody else has set not to block.
    private static func waitUntilWritable(_ descriptor: Int32) throws {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, -1) >= 0 || errno == EINTR else { throw OutputClosed() }
    }

    /// A progress line on the standard error, redrawn in place; silent where that is no terminal.
    static func progress(_ text: String) {
        guard errorIsTerminal else { return }
        _ = try? write("\r\u{1B}[K" + TerminalText.sanitised(text), to: STDERR_FILENO)
    }

    static func endProgress() {
        progress("")
    }
}

/// Nobody reads the standard output any more.
struct OutputClosed: Error, CustomStringConvertible {
    var description: String { "the standard output was closed" }
}

/// A failure of a command, in one clear line with the next step.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Why the system would not do something, in its own words, such as `No such file or directory`.
enum SystemReason {
    /// Of the number that a call left in `errno`.
    static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    /// Of an error of Foundation, whose own sentence often says something else than what happened.
    static func words(of error: any Error) -> String {
        var next: NSError? = error as NSError
        while let error = next {
            if error.domain == NSPOSIXErrorDomain { return words(Int32(error.code)) }
            next = error.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        return error.localizedDescription
    }
}
