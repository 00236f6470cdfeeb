/// How many terminal cells text takes: 0 for marks that combine, 2 for East Asian wide and emoji, 1 for the rest.
///
/// The unit is the scalar, as in terminals and `wcwidth(3)`: a grapheme cluster takes the sum over its scalars. Skin
/// tones inside a cluster take none; they are dropped when the cluster is cut into cells, since terminals disagree.
package enum CellWidth {
    /// Cells of one scalar. Controls and what cannot be seen take 0, unassigned scalars 1.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD: return 0
        case 0..<0x300: return 1
        case 0x302E, 0x302F: return 2
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
        case .format: return isVisibleFormat(scalar.value) ? 1 : 0
        case .unassigned: return 1
        default: return isWide(scalar.value) ? 2 : 1
        }
    }

    /// Whether a scalar takes one cell and combines with nothing before it, as far as this is known without a look into
    /// tables: ASCII, Latin, dashes and quotation marks, arrows, lines, blocks and shapes, the prompt, braille.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300, 0x2010...0x2027, 0x2190...0x2193, 0x2500...0x25FC, 0x276F,
            0x2800...0x28FF:
            true
        default: false
        }
    }

    /// Cells of one grapheme cluster. A mark without a base stands on a space.
    package static func of(_ character: Character) -> Int {
        if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F { return 1 }
        var width = 0
        for scalar in character.unicodeScalars where !(width > 0 && isSkinTone(scalar)) {
            width += of(scalar)
            if width == 0, isMark(scalar) { width = 1 }
        }
        return width
    }

    /// Cells of a line of text.
    package static func of(_ text: some StringProtocol) -> Int {
        plainCount(text) ?? text.reduce(into: 0) { $0 += of($1) }
    }

    /// How many scalars a text has, where each is plain; else `nil`.
    static func plainCount(_ text: some StringProtocol) -> Int? {
        var count = 0
        for scalar in text.unicodeScalars {
            guard isPlain(scalar) else { return nil }
            count += 1
        }
        return count
    }

    /// Whether the scalar only colours the emoji before it.
    static func isSkinTone(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F3FB...0x1F3FF).contains(scalar.value)
    }

    /// Whether a scalar of no width is drawn on the one before it: marks, and the later parts of a Hangul syllable.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard !isSelector(scalar.value) else { return false }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .otherLetter: true
        default: false
        }
    }

    /// Variation selectors say how to draw the scalar before them; terminals disagree about what that does to its width.
    private static func isSelector(_ value: UInt32) -> Bool {
        (0xFE00...0xFE0F).contains(value) || (0xE0100...0xE01EF).contains(value)
    }

    /// Signs that enclose or precede Arabic, Syriac and Kaithi numbers: format characters that are seen.
    private static func isVisibleFormat(_ value: UInt32) -> Bool {
        switch value {
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
        default: false
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }
}
