/// The bytes of a text file as text: UTF-8, UTF-16 with a byte order mark, or Latin-1 where nothing else fits.
///
/// Control characters become spaces: they mean nothing in a text, and something to a terminal.
enum DecodedText {
    /// - Throws: ``DocumentError/Code/encoding`` for what is no text.
    static func text(_ bytes: [UInt8]) throws(DocumentError) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return cleaned(try utf16(bytes.dropFirst(2), isLittle: bytes[0] == 0xFF))
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        // No text has a zero byte; programs, pictures and archives do.
        guard !body.prefix(1 << 16).contains(0) else {
            throw DocumentError(.encoding, "it is no text: save it as text in UTF-8")
        }
        if let text = String(validating: body, as: UTF8.self) { return cleaned(text) }
        return cleaned(try latin1(body))
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isLittle: Bool) throws(DocumentError) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
            index += 2
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw DocumentError(.encoding, "its text is neither UTF-8 nor whole UTF-16: save it in UTF-8")
        }
        return text
    }

    /// Every byte is a character of Latin-1; one that is mostly controls is no text.
    private static func latin1(_ bytes: ArraySlice<UInt8>) throws(DocumentError) -> String {
        let odd = bytes.count { $0 < 0x20 && !(0x09...0x0D).contains($0) || (0x7F...0x9F).contains($0) }
        guard odd * 20 <= bytes.count else {
            throw DocumentError(.encoding, "its text is in no encoding that Brim knows: save it in UTF-8")
        }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// Without controls; line ends and form feeds stay.
    static func cleaned(_ text: String) -> String {
        func isBad(_ scalar: Unicode.Scalar) -> Bool {
            let value = scalar.value
            return value < 0x20 && !(0x09...0x0D).contains(value) || (0x7F...0x9F).contains(value)
        }
        guard text.unicodeScalars.contains(where: isBad) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { clean.append(isBad(scalar) ? " " : scalar) }
        return String(clean)
    }
}
