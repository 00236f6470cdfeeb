import Foundation

/// Asks a terminal whether it speaks kitty's keyboard protocol, which tells presses from releases.
enum KeyReleaseQuery {
    /// Asks for the protocol's flags, and behind that for what every terminal answers, so that silence ends quickly.
    static func isAnswered(limit: Duration = .milliseconds(400)) -> Bool {
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return false }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard unsafe tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0 else { return false }
        defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        do { try Terminal.writeRaw("\u{1B}[?u\u{1B}[c") } catch { return false }
        return reply(until: .now + limit).contains("\u{1B}[?") { $0.hasSuffix("u") }
    }

    /// What the terminal says, up to the answer that ends with `c`.
    private static func reply(until end: ContinuousClock.Instant) -> Replies {
        var text = ""
        while !text.hasSuffix("c"), text.utf8.count < 256 {
            let left = Int32(max(0, (end - .now) / .milliseconds(1)))
            var poll = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard left > 0, unsafe Foundation.poll(&poll, 1, left) == 1 else { break }
            var byte: UInt8 = 0
            guard unsafe read(STDIN_FILENO, &byte, 1) == 1 else { break }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return Replies(text: text)
    }

    private struct Replies {
        let text: String

        /// Whether one of the sequences that begin so ends as `isMeant` says.
        func contains(_ introducer: String, _ isMeant: (Substring) -> Bool) -> Bool {
            text.split(separator: introducer).contains { piece in
                isMeant(piece.prefix { $0.isNumber || $0 == ";" || $0.isLetter })
            }
        }
    }
}
