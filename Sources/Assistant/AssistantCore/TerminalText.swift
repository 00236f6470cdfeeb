/// Text made safe for a terminal.
///
/// Text of models, servers, files and keyboards is hostile: an escape sequence in it could move the cursor, set the
/// window's title or write to the clipboard. Everything that reaches a terminal passes through here first.
public enum TerminalText {
    /// Replaces what a terminal could act on: C0 and C1 controls (but newline and tab), DEL, bidirectional overrides and
    /// isolates, line and paragraph separators, interlinear and tag characters, each by U+FFFD. A carriage return before
    /// a newline is dropped, any other becomes a newline. Zero-width joiners and variation selectors are removed, since
    /// terminals disagree about their width.
    public static func sanitised(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { needsWork($0) }) else { return text }
        var clean = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if afterReturn, scalar != "\n" { clean.append("\n") }
            afterReturn = scalar == "\r"
            if afterReturn { continue }
            switch verdict(on: scalar) {
            case .keep: clean.append(scalar)
            case .drop: break
            case .replace: clean.append("\u{FFFD}")
            }
        }
        if afterReturn { clean.append("\n") }
        return String(clean)
    }

    private enum Verdict { case keep, drop, replace }

    private static func needsWork(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\r" || verdict(on: scalar) != .keep
    }

    private static func verdict(on scalar: Unicode.Scalar) -> Verdict {
        switch scalar.value {
        case 0x0A, 0x09: .keep
        case 0..<0x20, 0x7F..<0xA0: .replace
        case 0x20..<0x7F: .keep
        case 0x200B...0x200D, 0x2060, 0xFEFF, 0xFE00...0xFE0F, 0xE0100...0xE01EF: .drop
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: .replace
        case 0x2028, 0x2029, 0xFFF9...0xFFFB, 0xE0000...0xE007F: .replace
        default: .keep
        }
    }
}
