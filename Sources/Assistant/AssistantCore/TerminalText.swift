/// Text made safe for a terminal.
///
/// Text of models, servers, files and keyboards is hostile: an escape sequence in it could move the cursor, set the
/// window's title or write to the clipboard. Everything that is drawn, or written to a terminal, passes through
/// ``sanitised(_:)`` on its way there and no earlier: what a text needs to be drawn is no part of it. What is sent, kept,
/// exported or copied keeps its joiners, marks of direction and selectors, without which Persian, Hebrew, Hindi and many
/// an emoji are other words (``withoutControls(_:)``).
package enum TerminalText {
    /// Replaces what a terminal could act on: C0 and C1 controls (but newline and tab), DEL, bidirectional overrides and
    /// isolates, line and paragraph separators, interlinear and tag characters, each by U+FFFD. A carriage return before
    /// a newline is dropped, any other becomes a newline. Zero-width joiners, marks of direction and variation selectors
    /// are left out, since terminals disagree about their width, and so are the tags of a flag.
    package static func sanitised(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { needsWork($0) }) else { return text }
        var clean = String.UnicodeScalarView()
        var afterReturn = false
        var isInFlag = false
        for scalar in text.unicodeScalars {
            if afterReturn, scalar != "\n" { clean.append("\n") }
            afterReturn = scalar == "\r"
            if afterReturn { continue }
            isInFlag = scalar == Self.blackFlag || isInFlag && Self.flagTags.contains(scalar.value)
            switch isInFlag && scalar != Self.blackFlag ? .drop : verdict(on: scalar) {
            case .keep: clean.append(scalar)
            case .drop: break
            case .replace: clean.append("\u{FFFD}")
            }
        }
        if afterReturn { clean.append("\n") }
        return String(clean)
    }

    /// Replaces control characters alone (C0, C1 and DEL, but newline and tab) by U+FFFD, and ends lines with newlines;
    /// every other character stays. For text that goes to a model, a file or the clipboard, and may come from there to a
    /// terminal.
    package static func withoutControls(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
        var clean = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if afterReturn, scalar != "\n" { clean.append("\n") }
            afterReturn = scalar == "\r"
            if !afterReturn { clean.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        }
        if afterReturn { clean.append("\n") }
        return String(clean)
    }

    /// The same JSON text without any character that ``sanitised(_:)`` would change: each is written `\u…`, in which form a
    /// reader of JSON gets it back. Such characters stand in strings alone; line feeds between values stay.
    package static func escapedForJSON(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { needsWork($0) }) else { return json }
        var escaped = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            guard needsWork(scalar) else {
                escaped.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars
            }
        }
        return String(escaped)
    }

    private enum Verdict { case keep, drop, replace }

    /// Before the tags that spell a region: the flags of England, Scotland, Wales.
    private static let blackFlag: Unicode.Scalar = "\u{1F3F4}"
    private static let flagTags: ClosedRange<UInt32> = 0xE0020...0xE007F

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x09: false
        case 0..<0x20, 0x7F..<0xA0: true
        default: false
        }
    }

    private static func needsWork(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\r" || verdict(on: scalar) != .keep
    }

    private static func verdict(on scalar: Unicode.Scalar) -> Verdict {
        if isControl(scalar) { return .replace }
        return switch scalar.value {
        case 0..<0x7F: .keep
        case 0x061C, 0x180E, 0x200B...0x200F, 0x2060...0x2064, 0xFEFF, 0xFE00...0xFE0F, 0xE0100...0xE01EF: .drop
        case 0x202A...0x202E, 0x2066...0x206F: .replace
        case 0x2028, 0x2029, 0xFFF9...0xFFFB, 0xE0000...0xE007F: .replace
        default: .keep
        }
    }
}
