/// The alphabet in which byte-level vocabularies write bytes: 256 characters, all of them visible.
///
/// Printable bytes of Latin-1 stand for themselves; the other 68 take the scalars from U+0100 on, in order, so that a
/// space is "Ġ" and a newline "Ċ". Source: the GPT-2 tokenizer.
enum ByteAlphabet {
    /// For each byte, its character as UTF-8, one or two bytes of it.
    static let characters: [[UInt8]] = scalars.map { Array(String($0).utf8) }

    /// For each scalar below U+0144, its byte; `nil` where the scalar is no letter of the alphabet.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
        return bytes
    }()

    private static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? "\u{FFFD}"
            }
        }
    }()

    /// Appends the bytes that `text`, UTF-8 in this alphabet, stands for. What is no letter of it stands for itself.
    static func appendBytes(of text: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let lead = text[index]
            if lead < 0x80 {
                output.append(bytes[Int(lead)] ?? lead)
                index += 1
            } else if index + 1 < text.count, let byte = byte(lead, text[index + 1]) {
                output.append(byte)
                index += 2
            } else {
                output.append(lead)
                index += 1
            }
        }
    }

    /// The byte that a character of two bytes stands for.
    private static func byte(_ lead: UInt8, _ continuation: UInt8) -> UInt8? {
        guard lead & 0xE0 == 0xC0, continuation & 0xC0 == 0x80 else { return nil }
        let scalar = Int(lead & 0x1F) << 6 | Int(continuation & 0x3F)
        return scalar >= 0x80 && scalar < bytes.count ? bytes[scalar] : nil
    }
}
