/// Cuts a paragraph into its sentences.
///
/// A sentence ends at `.`, `!`, `?` or an ideographic full stop, with the quotes and brackets behind it, where white space
/// and the beginning of another sentence follow. An abbreviation and an initial end nothing.
package enum Sentences {
    package static func split(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return ranges(in: bytes[...]).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// Where the sentences stand, without white space at their ends.
    ///
    /// - Parameter text: UTF-8.
    static func ranges(in text: ArraySlice<UInt8>) -> [Range<Int>] {
        let bytes = Array(text)
        var sentences: [Range<Int>] = []
        var start = 0
        var index = 0
        func add(upTo end: Int) {
            let sentence = trimmed(bytes[start..<end])
            if !sentence.isEmpty {
                sentences.append(text.startIndex + sentence.startIndex..<text.startIndex + sentence.endIndex)
            }
            start = end
        }
        while index < bytes.count {
            if let end = ideographicStop(bytes, at: index) {
                add(upTo: end)
                index = end
            } else if isTerminator(bytes[index]), let next = sentenceStart(bytes, after: index),
                !(bytes[index] == UInt8(ascii: ".") && isAbbreviation(bytes, before: index))
            {
                add(upTo: next)
                index = next
            } else {
                index += 1
            }
        }
        add(upTo: bytes.count)
        return sentences
    }

    private static func isTerminator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func ideographicStop(_ bytes: [UInt8], at index: Int) -> Int? {
        guard bytes[index] == 0xE3, index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] == 0x82 else {
            return nil
        }
        return index + 3
    }

    /// Where the next sentence begins, if one ends with the sign at `index`.
    private static func sentenceStart(_ bytes: [UInt8], after index: Int) -> Int? {
        var next = index + 1
        while next < bytes.count, isTerminator(bytes[next]) || isCloser(bytes[next]) { next += 1 }
        // ” and ’
        while next + 2 < bytes.count, bytes[next] == 0xE2, bytes[next + 1] == 0x80,
            bytes[next + 2] == 0x9D || bytes[next + 2] == 0x99
        {
            next += 3
        }
        guard next < bytes.count, isSpace(bytes[next]) else { return nil }
        while next < bytes.count, isSpace(bytes[next]) { next += 1 }
        guard next < bytes.count else { return nil }
        let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[next])
        return isLower ? nil : next
    }

    private static func isCloser(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ")")
            || byte == UInt8(ascii: "]")
    }

    /// Whether the full stop at `index` belongs to the word before it.
    private static func isAbbreviation(_ bytes: [UInt8], before index: Int) -> Bool {
        var start = index
        while start > 0, !isSpace(bytes[start - 1]), bytes[start - 1] != UInt8(ascii: "("), index - start < 12 {
            start -= 1
        }
        let word = bytes[start..<index]
        guard let first = word.first else { return false }
        if word.count == 1 { return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) }
        return abbreviations.contains(String(decoding: word, as: UTF8.self).lowercased())
    }

    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "ca", "approx", "fig", "e.g", "i.e", "u.s", "u.k", "jr", "sr",
        "inc",
        "ltd", "vol", "pp", "cf", "sec", "ch", "lit", "nr", "z.b", "d.h", "bzw", "p.ex", "no",
    ]

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        return bytes
    }
}
