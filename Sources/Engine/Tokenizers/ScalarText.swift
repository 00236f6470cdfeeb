/// Text as a tokenizer's word patterns see it: scalars, and the class of each.
///
/// Bytes that are not UTF-8 are read as the reference engine reads them: each one that begins no complete sequence
/// becomes U+FFFD; surrogates and over-long forms pass as the number they encode. `values` may therefore hold
/// surrogates, which `Unicode.Scalar` cannot.
struct ScalarText {
    /// What the word patterns distinguish: `\p{L}`, `\p{M}`, `\p{N}`, `\s` and all else.
    enum Class: UInt8 { case letter, mark, number, space, other }

    private(set) var values: [UInt32] = []
    private(set) var classes: [Class] = []

    var count: Int { values.count }

    init(decoding bytes: Span<UInt8>) {
        values.reserveCapacity(bytes.count)
        classes.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let (value, length) = Self.scalar(at: index, in: bytes)
            values.append(value)
            classes.append(value < 0x80 ? Self.asciiClasses[Int(value)] : Self.classify(value))
            index += length
        }
    }

    /// Appends the scalar at `index` as UTF-8 bytes, each put through `transform`.
    func appendUTF8<Element>(at index: Int, to output: inout [Element], _ transform: (UInt8) -> Element) {
        let value = values[index]
        func continuation(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (value >> shift) & 0x3F) }
        switch value {
        case 0..<0x80:
            output.append(transform(UInt8(value)))
        case 0x80..<0x800:
            output.append(transform(UInt8(0xC0 | value >> 6)))
            output.append(transform(continuation(0)))
        case 0x800..<0x10000:
            output.append(transform(UInt8(0xE0 | value >> 12)))
            output.append(transform(continuation(6)))
            output.append(transform(continuation(0)))
        default:
            output.append(transform(UInt8(0xF0 | value >> 18)))
            output.append(transform(continuation(12)))
            output.append(transform(continuation(6)))
            output.append(transform(continuation(0)))
        }
    }

    /// The scalar that begins at `index`, and how many bytes it takes.
    private static func scalar(at index: Int, in bytes: Span<UInt8>) -> (value: UInt32, length: Int) {
        let lead = bytes[index]
        let (length, bits): (Int, UInt8)
        switch lead {
        case 0..<0x80: return (UInt32(lead), 1)
        case 0xC0..<0xE0: (length, bits) = (2, lead & 0x1F)
        case 0xE0..<0xF0: (length, bits) = (3, lead & 0x0F)
        case 0xF0..<0xF8: (length, bits) = (4, lead & 0x07)
        default: return (0xFFFD, 1)
        }
        guard index + length <= bytes.count else { return (0xFFFD, 1) }
        var value = UInt32(bits)
        for next in index + 1..<index + length {
            guard bytes[next] & 0xC0 == 0x80 else { return (0xFFFD, 1) }
            value = value << 6 | UInt32(bytes[next] & 0x3F)
        }
        return value <= 0x10FFFF ? (value, length) : (0xFFFD, 1)
    }

    private static let asciiClasses: [Class] = (0..<0x80).map { classify($0) }

    private static func classify(_ value: UInt32) -> Class {
        // A surrogate is no scalar, and of no class that matters.
        guard let scalar = Unicode.Scalar(value) else { return .other }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return scalar.properties.isWhitespace ? .space : .other
        }
    }
}
