/// What asks a terminal to put a text into its clipboard (OSC 52), wrapped where tmux or screen stands between.
///
/// Terminals do not answer: whether the clipboard took it cannot be known.
package struct ClipboardSequence: Sendable, Hashable {
    package let text: String

    /// Bytes of text at most: terminals drop longer ones.
    package static let longestText = 74_000

    /// `nil` where the text is too long, or the terminal is known to have no clipboard.
    package init?(_ text: String, environment: [String: String]) {
        let terminal = environment["TERM"] ?? ""
        guard text.utf8.count <= Self.longestText, !["linux", "vt100", "vt220", "dumb"].contains(terminal) else {
            return nil
        }
        let sequence = "\u{1B}]52;c;\(Self.base64(Array(text.utf8)))\u{7}"
        if environment["TMUX"]?.isEmpty == false {
            self.text = "\u{1B}Ptmux;" + sequence.replacing("\u{1B}", with: "\u{1B}\u{1B}") + "\u{1B}\\"
        } else if terminal.hasPrefix("screen") {
            self.text = "\u{1B}P" + sequence + "\u{1B}\\"
        } else {
            self.text = sequence
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func base64(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}
