/// JSON as some servers write it, brought into the form of the standard (RFC 8259).
///
/// Python writes `NaN` and `Infinity`; a server that cuts its text into UTF-16 units sends the halves of a character in
/// two chunks, each an escape like `\ud83d` that means nothing by itself; others leave tabs unescaped. None of that
/// says anything about the rest of the text.
enum LooseJSON {
    /// `NaN` and the infinities become `null`, control characters in strings are escaped, and halves of characters
    /// become what ``SurrogateHalves`` joins. `nil` where there is nothing to repair: then the text is as it should be,
    /// or wrong in another way.
    static func repaired(_ json: some Sequence<UInt8>) -> [UInt8]? {
        var scan = Scan(Array(json))
        return scan.run() ? scan.output : nil
    }

    private struct Scan {
        let input: [UInt8]
        var output: [UInt8] = []
        private var position = 0
        private var isInString = false
        private var hasChanged = false

        init(_ input: [UInt8]) {
            self.input = input
            output.reserveCapacity(input.count)
        }

        /// Whether anything was repaired.
        mutating func run() -> Bool {
            while position < input.count {
                if isInString { stepInString() } else { stepOutside() }
            }
            return hasChanged
        }

        private mutating func stepOutside() {
            for word in LooseJSON.numbersThatAreNone where input[position...].starts(with: word) {
                return replace(word.count, with: Array("null".utf8))
            }
            isInString = input[position] == UInt8(ascii: "\"")
            copy(1)
        }

        private mutating func stepInString() {
            let byte = input[position]
            switch byte {
            case UInt8(ascii: "\""):
                isInString = false
                copy(1)
            case UInt8(ascii: "\\"): stepOverEscape()
            case 0..<0x20: replace(1, with: Array("\\u00".utf8) + LooseJSON.hexadecimal(byte))
            default: copy(1)
            }
        }

        private mutating func stepOverEscape() {
            guard let unit = escapedUnit(at: position) else { return copy(min(2, input.count - position)) }
            let isHigh = UTF16.isLeadSurrogate(unit)
            guard isHigh || UTF16.isTrailSurrogate(unit) else { return copy(6) }
            if isHigh, let next = escapedUnit(at: position + 6), UTF16.isTrailSurrogate(next) { return copy(12) }
            replace(6, with: SurrogateHalves.mark(of: unit).map { Array(String($0).utf8) } ?? [])
        }

        /// The UTF-16 unit of an escape `\uXXXX`; `nil` where there is none.
        private func escapedUnit(at start: Int) -> UInt16? {
            guard start + 6 <= input.count, input[start] == UInt8(ascii: "\\"), input[start + 1] == UInt8(ascii: "u")
            else { return nil }
            let digits = input[start + 2..<start + 6]
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        private mutating func copy(_ count: Int) {
            output += input[position..<position + count]
            position += count
        }

        private mutating func replace(_ count: Int, with bytes: [UInt8]) {
            output += bytes
            position += count
            hasChanged = true
        }
    }

    private static let numbersThatAreNone = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

/// Joins characters whose two UTF-16 halves came in separate pieces of text; a half without the other becomes U+FFFD.
///
/// No Swift string can hold a half, so ``LooseJSON`` writes each as one of the last 2,048 private-use scalars.
struct SurrogateHalves: Sendable {
    private static let firstMark: UInt32 = 0x10F800
    private static let firstUnit: UInt32 = 0xD800

    /// A first half whose second may be in the next piece.
    private var high: UInt32?

    /// What stands for a half until it is joined; `nil` for a unit that is none.
    static func mark(of unit: UInt16) -> Unicode.Scalar? {
        guard (0xD800...0xDFFF).contains(unit) else { return nil }
        return Unicode.Scalar(UInt32(unit) - firstUnit + firstMark)
    }

    /// Takes the next piece and gives what can be said of it. `hasMarks` says that ``LooseJSON`` repaired it; in any
    /// other piece the scalars are what they are.
    mutating func take(_ piece: String, hasMarks: Bool) -> String {
        guard hasMarks || high != nil else { return piece }
        var text = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars {
            guard hasMarks, scalar.value >= Self.firstMark else {
                endHigh(in: &text)
                text.append(scalar)
                continue
            }
            let unit = scalar.value - Self.firstMark + Self.firstUnit
            if unit < 0xDC00 {
                endHigh(in: &text)
                high = unit
            } else if let first = high, let whole = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00)) {
                text.append(whole)
                high = nil
            } else {
                text.append("\u{FFFD}")
            }
        }
        return String(text)
    }

    /// Takes the end of the text.
    mutating func finish() -> String {
        var text = String.UnicodeScalarView()
        endHigh(in: &text)
        return String(text)
    }

    private mutating func endHigh(in text: inout String.UnicodeScalarView) {
        if high != nil { text.append("\u{FFFD}") }
        high = nil
    }
}
