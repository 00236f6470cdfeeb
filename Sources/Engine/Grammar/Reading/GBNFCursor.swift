/// A place in the text of a grammar, and the small pieces that can be read there.
struct GBNFCursor {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var place = Place(line: 1, column: 1)

    init(_ text: String) { scalars = Array(text.withoutByteOrderMark.unicodeScalars) }

    var isAtEnd: Bool { index == scalars.count }

    /// The next character.
    var next: Unicode.Scalar? { isAtEnd ? nil : scalars[index] }

    /// The one after it.
    var following: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

    /// The next character for an error's words.
    var quoted: String {
        guard let next else { return "nothing" }
        return next.properties.isWhitespace || next.value < 0x21 || !next.isASCII
            ? "U+" + String(next.value, radix: 16, uppercase: true) : "\"\(next)\""
    }

    func malformed(_ reason: String) -> GrammarError { GrammarError(.malformed, reason, at: place) }

    private mutating func advance() {
        if scalars[index] == "\n" {
            place = Place(line: place.line + 1, column: 1)
        } else {
            place.column += 1
        }
        index += 1
    }

    /// Reads exactly this text, or nothing.
    mutating func take(_ text: StaticString) -> Bool {
        let wanted = text.description.unicodeScalars
        guard scalars[index...].starts(with: wanted) else { return false }
        for _ in wanted { advance() }
        return true
    }

    /// Skips white space and comments.
    mutating func skipSpace() throws(GrammarError) {
        while let next {
            if next == "#" {
                while let next = self.next, next != "\n" { _ = next; advance() }
            } else if next == " " || next == "\t" || next == "\n" || next == "\r" {
                advance()
            } else {
                return
            }
        }
    }

    /// Reads the name of a rule, if one stands here.
    mutating func name() -> String? {
        let end = endOfName(from: index)
        guard end > index else { return nil }
        var name = String.UnicodeScalarView()
        while index < end {
            name.append(scalars[index])
            advance()
        }
        return String(name)
    }

    private func endOfName(from start: Int) -> Int {
        var end = start
        while end < scalars.count, Self.isName(scalars[end]) { end += 1 }
        return end
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    /// Whether a name and `::=` stand here.
    var isAtRule: Bool {
        var ahead = endOfName(from: index)
        guard ahead > index else { return false }
        while ahead < scalars.count, scalars[ahead].properties.isWhitespace { ahead += 1 }
        return scalars[ahead...].starts(with: "::=".unicodeScalars)
    }

    mutating func digits() -> String {
        var digits = ""
        while let next, ("0"..."9").contains(next), digits.count < 20 {
            digits.unicodeScalars.append(next)
            advance()
        }
        return digits
    }

    /// Reads one character of a text or a class, which may be written with a backslash.
    ///
    /// - Parameter extraEscapes: what else may stand behind a backslash.
    mutating func character(extraEscapes: String) throws(GrammarError) -> Unicode.Scalar {
        let start = place
        guard let next else { throw malformed("here the grammar breaks off") }
        advance()
        guard next == "\\" else { return next }
        guard let escaped = self.next else { throw malformed("here the grammar breaks off") }
        advance()
        switch escaped {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "\\", "\"": return escaped
        case "x": return try number(digits: 2, from: start)
        case "u": return try number(digits: 4, from: start)
        case "U": return try number(digits: 8, from: start)
        default:
            guard extraEscapes.unicodeScalars.contains(escaped) else {
                throw GrammarError(
                    .malformed, "behind a backslash stands n, r, t, \\, \", xHH, uHHHH or UHHHHHHHH", at: start)
            }
            return escaped
        }
    }

    private mutating func number(digits: Int, from start: Place) throws(GrammarError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ $0.isASCII ? Character($0).hexDigitValue : nil }) else {
                throw GrammarError(.malformed, "this escape needs \(digits) hexadecimal digits", at: start)
            }
            // Eight digits fit 32 bits.
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw GrammarError(.malformed, "there is no character of this number", at: start)
        }
        return scalar
    }
}
