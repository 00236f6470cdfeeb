/// Makes a ``FoldedText``: one pass over the original's UTF-8.
struct TextFolder {
    let source: [UInt8]
    let unwraps: Bool
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []
    /// Whether anything was undone that only the second reading undoes.
    var didUnwrap = false

    init(_ source: [UInt8], unwraps: Bool) {
        self.source = source
        self.unwraps = unwraps
        bytes.reserveCapacity(source.count)
        starts.reserveCapacity(source.count)
        ends.reserveCapacity(source.count)
    }

    mutating func run() {
        var position = 0
        while position < source.count {
            let byte = source[position]
            if byte < 0x80, byte > 0x20, byte != 0x7F {
                if unwraps, Self.isEscape(byte), let end = unwrap(at: position) {
                    didUnwrap = true
                    position = end
                    continue
                }
                append(byte, from: position, to: position + 1)
                position += 1
            } else if byte == 0x1B, let end = endOfControlSequence(from: position) {
                position = end
            } else {
                let (scalar, width) = Self.scalar(in: source, at: position)
                append(scalar, from: position, to: position + width)
                position += width
            }
        }
    }

    /// The byte at `position` of the original; 0 outside.
    subscript(position: Int) -> UInt8 {
        position >= 0 && position < source.count ? source[position] : 0
    }

    /// The latest folded byte; 0 where there is none.
    var latest: UInt8 { bytes.last ?? 0 }

    mutating func append(_ byte: UInt8, from start: Int, to end: Int) {
        bytes.append(byte)
        starts.append(Int32(truncatingIfNeeded: start))
        ends.append(Int32(truncatingIfNeeded: end))
    }

    /// Appends what a character is folded to, if anything.
    mutating func append(_ scalar: Unicode.Scalar, from start: Int, to end: Int) {
        switch CharacterFolding.fold(scalar) {
        case .byte(let byte): append(byte, from: start, to: end)
        case .blank(let blank): appendBlank(blank, from: start, to: end)
        case .raised(let digit):
            if unwraps { didUnwrap = true }
            append(unwraps ? digit : FoldedText.Marker.other, from: start, to: end)
        case .nothing: break
        }
    }

    /// Appends white space, or joins it with what came before: a paragraph outweighs a line break, a line break a tab, a
    /// tab a space.
    mutating func appendBlank(_ blank: UInt8, from start: Int, to end: Int) {
        guard let last = bytes.last, last.isBlank || last == 0x0C else { return append(blank, from: start, to: end) }
        let index = bytes.count - 1
        ends[index] = Int32(truncatingIfNeeded: end)
        let isSecondBreak = blank == 0x0A && last == 0x0A && !(source[start] == 0x0A && self[start - 1] == 0x0D)
        if isSecondBreak || last == 0x0C || blank == 0x0C {
            bytes[index] = 0x0C
        } else if last == 0x0A || blank == 0x0A {
            bytes[index] = 0x0A
        } else if blank == 0x09 {
            bytes[index] = 0x09
        }
    }

    /// Takes the latest folded byte back.
    mutating func removeLast() {
        bytes.removeLast()
        starts.removeLast()
        ends.removeLast()
    }

    /// The end of `ESC [ … letter`, which colours a terminal's text.
    private func endOfControlSequence(from start: Int) -> Int? {
        guard self[start + 1] == UInt8(ascii: "[") else { return nil }
        var end = start + 2
        while end - start < 32, self[end].isDigit || self[end] == UInt8(ascii: ";") { end += 1 }
        return self[end].isAlpha ? end + 1 : nil
    }

    /// The character at `start`, and how many bytes it has. The bytes are a String's, and so are whole characters.
    static func scalar(in source: [UInt8], at start: Int) -> (Unicode.Scalar, width: Int) {
        let first = source[start]
        let width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard width > 1, start + width <= source.count else { return (Unicode.Scalar(first & 0x7F), 1) }
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for index in 1..<width { value = value << 6 | UInt32(source[start + index] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
    }
}

/// What a character is to a recogniser.
enum CharacterFolding {
    enum Result {
        case byte(UInt8)
        /// White space.
        case blank(UInt8)
        /// A digit above or below the line or in a circle: a footnote's mark, or one that hides.
        case raised(UInt8)
        /// Not there.
        case nothing
    }

    static func fold(_ scalar: Unicode.Scalar) -> Result {
        let value = scalar.value
        switch value {
        case 0x21..<0x7F: return .byte(UInt8(value))
        case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000, 0x2800: return .blank(0x20)
        case 0x09: return .blank(0x09)
        case 0x0A, 0x0B, 0x0D, 0x85, 0x2028: return .blank(0x0A)
        case 0x0C, 0x2029: return .blank(0x0C)
        case ..<0xA0, 0xAD: return .nothing
        case 0xB2, 0xB3: return .raised(UInt8(value - 0xB0) + 0x30)
        case 0xB9: return .raised(0x31)
        case 0xB7, 0x2027, 0x2219, 0x22C5, 0x30FB, 0x3002, 0xFF61, 0x2024: return .byte(UInt8(ascii: "."))
        case 0xC0...0x17F: return .byte(latin[Int(value) - 0xC0])
        case 0x370...0x52F: return .byte(twins[value] ?? foldByCategory(scalar))
        case 0x1D00...0x2BFF: return foldSign(scalar)
        case 0x0E00...0x0EFF, 0x1100...0x115E, 0x1161...0x11FF, 0x3041...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3:
            return .byte(FoldedText.Marker.unspaced)
        case 0xFE50...0xFE6B: return .byte(smallForms[Int(value) - 0xFE50])
        case 0xFF01...0xFF5E: return .byte(UInt8(value - 0xFEE0))
        case 0x1D400...0x1D6A3:
            let letter = UInt8((value - 0x1D400) % 52)
            return .byte(letter < 26 ? 0x41 + letter : 0x61 + letter - 26)
        default: return foldRest(scalar)
        }
    }

    /// Punctuation, raised and lowered digits, and the like.
    private static func foldSign(_ scalar: Unicode.Scalar) -> Result {
        switch scalar.value {
        case 0x2010...0x2015, 0x2212, 0x2043: .byte(UInt8(ascii: "-"))
        case 0x2018, 0x2019, 0x201A, 0x201B, 0x2032: .byte(UInt8(ascii: "'"))
        case 0x201C...0x201F, 0x2033: .byte(UInt8(ascii: "\""))
        case 0x2044, 0x2215: .byte(UInt8(ascii: "/"))
        case 0x2192, 0x21D2, 0x27A1: .byte(UInt8(ascii: "="))
        case 0x2070, 0x2074...0x2079: .raised(UInt8(scalar.value - 0x2070) + 0x30)
        case 0x2080...0x2089: .raised(UInt8(scalar.value - 0x2080) + 0x30)
        case 0x2460...0x2468: .raised(UInt8(scalar.value - 0x245F) + 0x30)
        case 0x24EA: .raised(0x30)
        default: foldRest(scalar)
        }
    }

    private static func foldRest(_ scalar: Unicode.Scalar) -> Result {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return .nothing }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return .nothing
        default: return .byte(foldByCategory(scalar))
        }
    }

    private static func foldByCategory(_ scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .decimalNumber:
            return UInt8(ascii: "0") + UInt8(properties.numericValue ?? 0)
        case .uppercaseLetter, .titlecaseLetter:
            return FoldedText.Marker.capital
        case .lowercaseLetter, .modifierLetter, .nonspacingMark, .spacingMark:
            return FoldedText.Marker.letter
        case .otherLetter:
            return properties.isIdeographic ? FoldedText.Marker.unspaced : FoldedText.Marker.letter
        default:
            return FoldedText.Marker.other
        }
    }

    /// From U+00C0 to U+017F: the letter under the accent, `?` for what is none.
    private static let latin: [UInt8] = {
        let table = """
            AAAAAAACEEEEIIIIDNOOOOO?OUUUUYTsaaaaaaaceeeeiiiidnooooo?ouuuuyty\
            AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL\
            lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs
            """
        return table.utf8.map { $0 == UInt8(ascii: "?") ? FoldedText.Marker.other : $0 }
    }()

    private static let smallForms = Array(",,.?;:?!-(){}()#&*+-<>=?\\$%@".utf8)

    /// Greek and Cyrillic letters that look like Latin ones.
    private static let twins: [UInt32: UInt8] = {
        let pairs: KeyValuePairs = [
            "АΑ": "A", "ВΒ": "B", "ЕΕЁ": "E", "КΚ": "K", "МΜ": "M", "НΗ": "H", "ОΟ": "O", "РΡ": "P", "С": "C",
            "ТΤ": "T", "УΥ": "Y", "ХΧ": "X", "ІΙ": "I", "Ј": "J", "Ѕ": "S", "Ζ": "Z", "Ν": "N",
            "а": "a", "е": "e", "оο": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s",
        ]
        var twins: [UInt32: UInt8] = [:]
        for (letters, twin) in pairs {
            for letter in letters.unicodeScalars { twins[letter.value] = twin.utf8.first }
        }
        return twins
    }()
}
