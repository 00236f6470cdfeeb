/// A text as a recogniser reads it: one byte for each character that can matter.
///
/// ASCII stays. Full-width forms and the decimal digits of all scripts become their ASCII twins, spaces of any width a
/// space, dashes a hyphen. What has no width (joiners, direction marks, soft hyphens) is left out, so it cannot hide
/// anything. Of all else only the class is kept. So every recogniser works on bytes and sees through these tricks, and
/// every match can be traced back to the original's bytes.
struct FoldedText {
    /// What stands for a character outside ASCII.
    enum Marker {
        static let letter: UInt8 = 0x80
        static let capital: UInt8 = 0x81
        /// Of a script that writes without spaces: never a part of a word.
        static let unspaced: UInt8 = 0x82
        static let other: UInt8 = 0x83
    }

    let bytes: [UInt8]
    /// Where each folded byte begins in the original's UTF-8; `nil` where the text is ASCII and nothing moved.
    private let starts: [Int32]?
    private let lengths: [UInt8]

    /// - Parameter text: at most 2 GiB.
    init(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.contains(where: { $0 >= 0x80 }) else {
            bytes = utf8
            starts = nil
            lengths = []
            return
        }
        var folded: [UInt8] = []
        var starts: [Int32] = []
        var lengths: [UInt8] = []
        folded.reserveCapacity(utf8.count)
        starts.reserveCapacity(utf8.count)
        lengths.reserveCapacity(utf8.count)
        var offset: Int32 = 0
        for scalar in text.unicodeScalars {
            let length = UInt8(UTF8.width(scalar))
            if let byte = Self.fold(scalar) {
                folded.append(byte)
                starts.append(offset)
                lengths.append(length)
            }
            offset += Int32(length)
        }
        bytes = folded
        self.starts = starts
        self.lengths = lengths
    }

    var count: Int { bytes.count }

    /// The byte at `index`; 0 outside the text, which is part of nothing.
    subscript(index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// The range in the original's UTF-8 that a non-empty folded range came from.
    func original(_ range: Range<Int>) -> Range<Int> {
        guard let starts else { return range }
        let last = range.upperBound - 1
        return Int(starts[range.lowerBound])..<Int(starts[last]) + Int(lengths[last])
    }

    private static func fold(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case ..<0x80: return UInt8(scalar.value)
        case 0xFF01...0xFF5E: return UInt8(scalar.value - 0xFEE0)
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return UInt8(ascii: " ")
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: return UInt8(ascii: "-")
        case 0x3002, 0xFF61, 0x2024: return UInt8(ascii: ".")
        case 0xAD, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF: return nil
        case 0x0E00...0x0EFF, 0x1100...0x11FF, 0x3040...0x30FF, 0xAC00...0xD7A3: return Marker.unspaced
        default: return foldByCategory(scalar)
        }
    }

    private static func foldByCategory(_ scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .decimalNumber:
            return UInt8(ascii: "0") + UInt8(properties.numericValue ?? 0)
        case .uppercaseLetter, .titlecaseLetter:
            return Marker.capital
        case .lowercaseLetter, .modifierLetter, .nonspacingMark, .spacingMark:
            return Marker.letter
        case .otherLetter:
            return properties.isIdeographic ? Marker.unspaced : Marker.letter
        default:
            return Marker.other
        }
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isUpper: Bool { self &- 0x41 < 26 }
    var isLower: Bool { self &- 0x61 < 26 }
    /// An ASCII letter.
    var isAlpha: Bool { (self | 0x20) &- 0x61 < 26 }
    /// An ASCII letter or digit.
    var isAlnum: Bool { isAlpha || isDigit }
    var isHex: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
    /// A letter of any script that writes with spaces.
    var isLetter: Bool { isAlpha || self == FoldedText.Marker.letter || self == FoldedText.Marker.capital }
    /// Part of a word: a letter or a digit.
    var isWord: Bool { isLetter || isDigit }
    var isCapital: Bool { isUpper || self == FoldedText.Marker.capital }
    /// Part of most tokens: letters, digits, `-` and `_`.
    var isToken: Bool { isAlnum || self == 0x2D || self == 0x5F }
    var lowered: UInt8 { isUpper ? self | 0x20 : self }
    var raised: UInt8 { isLower ? self & 0xDF : self }
    /// The value of an ASCII digit.
    var digit: Int { Int(self) - 0x30 }
}
