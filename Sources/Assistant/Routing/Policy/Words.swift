/// Splits text into words for rules to look at: lower case, full-width forms as ASCII, what has no width left out, marks
/// kept. In scripts that write without spaces, each character is a word.
struct Words {
    let words: [String]

    init(_ text: String) {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            switch Self.role(of: scalar) {
            case .letter(let lowered):
                word += lowered
            case .alone(let character):
                if !word.isEmpty { words.append(word) }
                words.append(character)
                word = ""
            case .nothing:
                continue
            case .gap:
                if !word.isEmpty { words.append(word) }
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        self.words = words
    }

    private enum Role {
        case letter(String)
        case alone(String)
        case gap
        case nothing
    }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            return byte.isAlnum ? .letter(String(Unicode.Scalar(byte.lowered))) : .gap
        }
        switch scalar.value {
        case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
            return .letter(String(Unicode.Scalar(UInt8(scalar.value - 0xFEE0).lowered)))
        case 0xAD, 0x180E, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF: return .nothing
        case 0x0E00...0x0EFF, 0x3040...0x30FF, 0xAC00...0xD7A3: return .alone(String(scalar))
        default: break
        }
        let properties = scalar.properties
        if properties.isIdeographic { return .alone(String(scalar)) }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            return .letter(properties.lowercaseMapping)
        default: return .gap
        }
    }
}
