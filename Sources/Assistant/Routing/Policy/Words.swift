/// Splits text into words for rules to look at: case folded, so that `STRASSE` is `Straße`, full-width forms as ASCII, what has no width left out, marks
/// kept. In scripts that write without spaces, each character is a word.
struct Words {
    private(set) var words: [String] = []

    init(_ text: String) {
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch Self.role(of: scalar) {
            case .plain(let byte): word.append(byte)
            case .letter: Self.appendFolded(scalar, to: &word)
            case .nothing: continue
            case .gap: finish(&word)
            case .alone:
                finish(&word)
                word += String(scalar).utf8
                finish(&word)
            }
        }
        finish(&word)
    }

    /// By way of the capitals, in which ß is SS and ς is Σ.
    private static func appendFolded(_ scalar: Unicode.Scalar, to word: inout [UInt8]) {
        for capital in scalar.properties.uppercaseMapping.unicodeScalars {
            word += capital.properties.lowercaseMapping.utf8
        }
    }

    private mutating func finish(_ word: inout [UInt8]) {
        guard !word.isEmpty else { return }
        words.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
    }

    private enum Role {
        /// An ASCII letter or digit, in lower case.
        case plain(UInt8)
        case letter
        /// A word of its own.
        case alone
        case gap
        case nothing
    }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            return byte.isAlnum ? .plain(byte.lowered) : .gap
        }
        switch scalar.value {
        case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
            return .plain(UInt8(scalar.value - 0xFEE0).lowered)
        case 0xAD, 0x180E, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF: return .nothing
        case 0x0E00...0x0EFF, 0x3040...0x30FF, 0xAC00...0xD7A3: return .alone
        default: break
        }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return .nothing }
        if properties.isIdeographic { return .alone }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            return .letter
        default: return .gap
        }
    }
}
