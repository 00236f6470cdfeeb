import AssistantCore
import Foundation

/// The standard streams as the commands use them. Text of models and files is made safe before it is written to a
/// terminal; into a pipe or a file it goes as it is.
enum Terminal {
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

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
    /// Throws ``OutputClosed`` where nobody reads any more (`brim ask … | head -1`).
    static func write(_ text: String) throws {
        try write(outputIsTerminal ? TerminalText.sanitised(text) : text, to: STDOUT_FILENO)
    }

    /// Writes text as it is. Only for what holds no control characters by construction, such as JSON.
    static func writeRaw(_ text: String) throws { try write(text, to: STDOUT_FILENO) }

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
                if errno == EINTR { continue }
                throw OutputClosed()
            }
            bytes = bytes.dropFirst(written)
        }
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
