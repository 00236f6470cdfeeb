import AssistantCore
import Foundation

/// What a command was given to read: a file, or whatever else can be opened, such as a pipe of the shell (`<(…)`), a FIFO
/// or `/dev/stdin`.
enum InputFile {
    /// More than any text, grammar or list of questions has; a source without an end must not fill the memory.
    static let usualLimit = 256 << 20

    /// All of it; `-` is the standard input. Blocks until the source ends.
    ///
    /// Throws ``CommandFailure`` with the system's reason where it cannot be read, and for more than `limit` bytes.
    static func bytes(_ path: String, upTo limit: Int = usualLimit) throws -> Data {
        guard path != "-" else { return try StandardInput.bytes(limit: limit) }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        return try bytes(of: descriptor, named: path, limit: limit)
    }

    /// All that a descriptor gives from here on.
    static func bytes(of descriptor: Int32, named name: String, limit: Int) throws -> Data {
        var all = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count != 0 else { return all }
            guard count > 0 else {
                let number = errno
                if number == EINTR { continue }
                throw unreadable(name, number)
            }
            all += chunk[..<count]
            guard all.count <= limit else {
                throw CommandFailure("\(name) cannot be read: it is longer than \(limit) bytes")
            }
        }
    }

    private static func unreadable(_ name: String, _ number: Int32) -> CommandFailure {
        CommandFailure("\(name) cannot be read: \(SystemReason.words(number))")
    }
}

/// What is piped in.
enum StandardInput {
    /// More than any context holds; a stream without an end must not fill the memory.
    private static let usualLimit = 64 << 20

    /// All of it. Throws where it is closed, unreadable or too long.
    static func bytes(limit: Int = usualLimit) throws -> Data {
        guard fcntl(STDIN_FILENO, F_GETFD) >= 0 else {
            throw CommandFailure("the standard input is closed; pipe the text in, or give it as words")
        }
        return try InputFile.bytes(of: STDIN_FILENO, named: "the standard input", limit: limit)
    }

    /// All of it as text; the last newline is the shell's and not the person's, and a byte order mark is the editor's.
    static func text() throws -> String {
        var text = String(decoding: try bytes(), as: UTF8.self)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        if let last = text.last, last.endsLine { text.removeLast() }
        return text
    }
}
