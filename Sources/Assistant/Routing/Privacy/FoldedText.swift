/// A text as a recogniser reads it: one byte for each character that can matter.
///
/// ASCII stays. Accented Latin letters, full-width forms, look-alikes and the decimal digits of all scripts become their
/// ASCII twins, dashes a hyphen. White space of any length becomes one byte, by what is in it: a space, a tab, a line
/// break, or a form feed for a paragraph. What nobody sees (joiners, direction marks, tags, controls, colour codes) is left
/// out, and so are accents that stand apart, so none of it can hide anything. Of all else only the class is kept. So every
/// recogniser works on bytes and sees through these tricks, and every match can be traced back to the original's bytes.
///
/// A text may be read in a second way, ``init(unwrapping:)``, in which HTML, Markdown and other escapes are undone too.
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
    /// The original's UTF-8.
    let source: [UInt8]
    /// Where each folded byte begins in the original, and where it ends; empty where nothing was folded.
    private let starts: [Int32]
    private let ends: [Int32]

    /// - Parameter text: at most 2 GiB.
    init(_ text: String) {
        let source = Array(text.utf8)
        self.source = source
        guard !Self.isPlain(source) else {
            bytes = source
            starts = []
            ends = []
            return
        }
        var folder = TextFolder(source, unwraps: false)
        folder.run()
        (bytes, starts, ends) = (folder.bytes, folder.starts, folder.ends)
    }

    /// Reads the same text with escapes undone: entities and tags of HTML, emphasis and tables of Markdown, `%40`, `\n`
    /// and `\u0040`, quoted-printable, marks of quotation at a line's beginning, and words that a line's end divides.
    /// `nil` where the text has none of these.
    init?(unwrapping text: FoldedText) {
        guard TextFolder.hasEscapes(text.source) else { return nil }
        source = text.source
        var folder = TextFolder(source, unwraps: true)
        folder.run()
        guard folder.didUnwrap else { return nil }
        (bytes, starts, ends) = (folder.bytes, folder.starts, folder.ends)
    }

    var count: Int { bytes.count }

    /// The byte at `index`; 0 outside the text, which is part of nothing.
    subscript(index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// The range in the original's UTF-8 that a non-empty folded range came from.
    func original(_ range: Range<Int>) -> Range<Int> {
        guard !starts.isEmpty else { return range }
        return Int(starts[range.lowerBound])..<Int(ends[range.upperBound - 1])
    }

    /// The original text of a non-empty folded range, in lower case.
    func lowercased(_ range: Range<Int>) -> String {
        String(decoding: source[original(range)], as: UTF8.self).lowercased()
    }

    /// Whether folding would change nothing: printable ASCII with single spaces and single line breaks.
    private static func isPlain(_ source: [UInt8]) -> Bool {
        var previous: UInt8 = 0
        for byte in source {
            let isBlank = byte == 0x20 || byte == 0x0A
            if byte >= 0x7F || (byte < 0x20 && byte != 0x0A) { return false }
            if isBlank, previous == 0x20 || previous == 0x0A { return false }
            previous = byte
        }
        return true
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
    var isLetter: Bool { isAlpha || isForeignLetter }
    /// Such a letter without a twin in ASCII.
    var isForeignLetter: Bool { self == FoldedText.Marker.letter || self == FoldedText.Marker.capital }
    /// Part of a word: a letter or a digit.
    var isWord: Bool { isLetter || isDigit }
    var isCapital: Bool { isUpper || self == FoldedText.Marker.capital }
    /// Part of most tokens: letters, digits, `-` and `_`.
    var isToken: Bool { isAlnum || self == 0x2D || self == 0x5F }
    /// What a run of white space is folded to, a paragraph's end excepted.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A }
    var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
    var lowered: UInt8 { isUpper ? self | 0x20 : self }
    var raised: UInt8 { isLower ? self & 0xDF : self }
    /// The value of an ASCII digit.
    var digit: Int { Int(self) - 0x30 }
}
