/// The second reading of a text: what mail, web pages, tables and program text put around and between characters is undone.
extension TextFolder {
    /// Whether any character is there that an escape begins with; most prose has none.
    static func hasEscapes(_ source: [UInt8]) -> Bool {
        var previous: UInt8 = 0x0A
        for byte in source {
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "="), UInt8(ascii: "<"),
                UInt8(ascii: "*"), UInt8(ascii: "`"), UInt8(ascii: "~"), UInt8(ascii: "|"), UInt8(ascii: "_"), 0xC2,
                0xE2:
                return true
            case UInt8(ascii: ">"), UInt8(ascii: "#"), UInt8(ascii: "/"):
                if previous == 0x0A { return true }
            case 0x0A, 0x0D:
                if previous == UInt8(ascii: "-") { return true }
            default: break
            }
            if byte != 0x20 { previous = byte }
        }
        return false
    }

    static func isEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "="), UInt8(ascii: "<"),
            UInt8(ascii: "*"), UInt8(ascii: "`"), UInt8(ascii: "~"), UInt8(ascii: "|"), UInt8(ascii: "_"),
            UInt8(ascii: ">"), UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Undoes the escape at `start` and returns where it ends; `nil` where there is none.
    mutating func unwrap(at start: Int) -> Int? {
        switch source[start] {
        case UInt8(ascii: "&"): unwrapEntity(at: start)
        case UInt8(ascii: "%"): unwrapHexadecimal(after: UInt8(ascii: "%"), at: start)
        case UInt8(ascii: "="): unwrapQuotedPrintable(at: start)
        case UInt8(ascii: "\\"): unwrapBackslash(at: start)
        case UInt8(ascii: "<"): unwrapTag(at: start)
        case UInt8(ascii: "-"): unwrapHyphen(at: start)
        case UInt8(ascii: "|"): unwrapTableBar(at: start)
        case UInt8(ascii: ">"), UInt8(ascii: "#"), UInt8(ascii: "/"): unwrapLinePrefix(at: start)
        default: unwrapEmphasis(at: start)
        }
    }

    // MARK: HTML

    private static let entities: [String: Unicode.Scalar] = [
        "nbsp": "\u{A0}", "ensp": " ", "emsp": " ", "thinsp": " ", "numsp": " ", "puncsp": " ", "hairsp": " ",
        "Tab": "\t",
        "NewLine": "\n", "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "commat": "@", "period": ".",
        "comma": ",", "colon": ":", "hyphen": "-", "dash": "-", "ndash": "-", "mdash": "-", "minus": "-",
        "shy": "\u{AD}",
        "zwj": "\u{200D}", "zwnj": "\u{200C}", "lrm": "\u{200E}", "rlm": "\u{200F}", "sol": "/", "bsol": "\\",
        "lowbar": "_", "num": "#", "plus": "+", "lpar": "(", "rpar": ")", "middot": ".", "equals": "=",
    ]

    private mutating func unwrapEntity(at start: Int) -> Int? {
        var end = start + 1
        while end - start < 12, self[end].isAlnum || self[end] == UInt8(ascii: "#") { end += 1 }
        guard self[end] == UInt8(ascii: ";"), end - start > 2 else { return nil }
        let name = String(decoding: source[start + 1..<end], as: UTF8.self)
        let scalar: Unicode.Scalar? =
            if name.hasPrefix("#x") || name.hasPrefix("#X") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                Self.entities[name]
            }
        guard let scalar else { return nil }
        append(scalar, from: start, to: end + 1)
        return end + 1
    }

    private static let inlineTags: Set = [
        "a", "b", "big", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "nobr", "s", "small", "span", "strong",
        "sub", "sup", "tt", "u", "wbr",
    ]
    private static let blockTags: Set = [
        "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table",
        "tbody",
        "td", "th", "thead", "tr", "ul",
    ]

    /// A tag within a line is nothing, one between blocks a space; a comment is nothing.
    private mutating func unwrapTag(at start: Int) -> Int? {
        if self[start + 1] == UInt8(ascii: "!"), self[start + 2] == UInt8(ascii: "-") {
            return (start + 4..<start + 68).first { self[$0] == UInt8(ascii: ">") && self[$0 - 1] == UInt8(ascii: "-") }
                .map { $0 + 1 }
        }
        let first = self[start + 1] == UInt8(ascii: "/") ? start + 2 : start + 1
        var end = first
        while end - first < 8, self[end].isAlnum { end += 1 }
        guard end > first else { return nil }
        let name = String(decoding: source[first..<end], as: UTF8.self).lowercased()
        let isBlock = Self.blockTags.contains(name)
        guard isBlock || Self.inlineTags.contains(name) else { return nil }
        while end - start < 200, end < source.count, self[end] != UInt8(ascii: ">"), self[end] != UInt8(ascii: "<") {
            end += 1
        }
        guard self[end] == UInt8(ascii: ">") else { return nil }
        if isBlock { appendBlank(0x20, from: start, to: end + 1) }
        return end + 1
    }

    // MARK: Mail, addresses and program text

    /// One character as `%40`, or as several such bytes of UTF-8.
    private mutating func unwrapHexadecimal(after mark: UInt8, at start: Int) -> Int? {
        guard let first = byte(after: mark, at: start) else { return nil }
        guard first >= 0x80 else {
            append(Unicode.Scalar(first), from: start, to: start + 3)
            return start + 3
        }
        let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var encoded: [UInt8] = []
        for index in 0..<width {
            guard let byte = byte(after: mark, at: start + 3 * index) else { return nil }
            encoded.append(byte)
        }
        let decoded = String(decoding: encoded, as: UTF8.self).unicodeScalars
        guard decoded.count == 1, let scalar = decoded.first, scalar != "\u{FFFD}" else { return nil }
        append(scalar, from: start, to: start + 3 * width)
        return start + 3 * width
    }

    private func byte(after mark: UInt8, at start: Int) -> UInt8? {
        guard self[start] == mark, self[start + 1].isHex, self[start + 2].isHex else { return nil }
        return UInt8(hexadecimal(start + 1..<start + 3) & 0xFF)
    }

    private func hexadecimal(_ range: Range<Int>) -> UInt32 {
        range.reduce(0) { value, index in
            let byte = self[index]
            return value << 4 | UInt32(byte.isDigit ? byte.digit : Int(byte | 0x20) - 0x61 + 10)
        }
    }

    /// `=` at a line's end joins it with the next; `=C2=A0` and the like are characters.
    private mutating func unwrapQuotedPrintable(at start: Int) -> Int? {
        if let end = endOfLineBreak(at: start + 1) { return end }
        guard let byte = byte(after: UInt8(ascii: "="), at: start), !self[start + 1].isLower, !self[start + 2].isLower
        else { return nil }
        let isUsual = byte >= 0xC2 || [0x09, 0x20, 0x2D, 0x2E, 0x3D, 0x40, 0x5F].contains(byte)
        return isUsual ? unwrapHexadecimal(after: UInt8(ascii: "="), at: start) : nil
    }

    private mutating func unwrapBackslash(at start: Int) -> Int? {
        let next = self[start + 1]
        switch next {
        case UInt8(ascii: "n"), UInt8(ascii: "r"): appendBlank(0x0A, from: start, to: start + 2)
        case UInt8(ascii: "t"): appendBlank(0x09, from: start, to: start + 2)
        case UInt8(ascii: "u"): return unwrapCodePoint(digits: 4, at: start)
        case UInt8(ascii: "x"): return unwrapCodePoint(digits: 2, at: start)
        case 0x21..<0x7F where !next.isAlnum: append(next, from: start, to: start + 2)
        case 0x20: appendBlank(0x20, from: start, to: start + 2)
        default:
            guard let end = endOfLineBreak(at: start + 1) else { return nil }
            appendBlank(0x0A, from: start, to: end)
            return end
        }
        return start + 2
    }

    private mutating func unwrapCodePoint(digits: Int, at start: Int) -> Int? {
        let range = start + 2..<start + 2 + digits
        guard range.allSatisfy({ self[$0].isHex }), let scalar = Unicode.Scalar(hexadecimal(range)) else { return nil }
        append(scalar, from: start, to: range.upperBound)
        return range.upperBound
    }

    private func endOfLineBreak(at start: Int) -> Int? {
        if self[start] == 0x0D, self[start + 1] == 0x0A { return start + 2 }
        return self[start] == 0x0A ? start + 1 : nil
    }

    /// A hyphen at a line's end: between letters it divides a word, between digits it stays and the line's end goes.
    private mutating func unwrapHyphen(at start: Int) -> Int? {
        guard latest.isWord, var end = endOfLineBreak(at: start + 1) else { return nil }
        while self[end] == 0x20 || self[end] == UInt8(ascii: ">") { end += 1 }
        guard self[end].isAlnum || self[end] >= 0x80 else { return nil }
        if latest.isDigit || self[end].isDigit { append(source[start], from: start, to: end) }
        return end
    }

    /// `>`, `#` and `//` at a line's beginning, which quote it or make it a comment.
    private mutating func unwrapLinePrefix(at start: Int) -> Int? {
        guard bytes.isEmpty || latest == 0x0A || latest == 0x0C else { return nil }
        if source[start] == UInt8(ascii: "/"), self[start + 1] != UInt8(ascii: "/") { return nil }
        var end = start
        while self[end] == source[start] { end += 1 }
        return end
    }

    // MARK: Markdown

    /// The bar between two cells of a table.
    private mutating func unwrapTableBar(at start: Int) -> Int? {
        let (previous, next) = (self[start - 1], self[start + 1])
        guard previous <= 0x20 || next <= 0x20 else { return nil }
        appendBlank(0x20, from: start, to: start + 1)
        return start + 1
    }

    /// Asterisks, backticks, tildes and underscores around words.
    private mutating func unwrapEmphasis(at start: Int) -> Int? {
        let mark = source[start]
        var end = start + 1
        while self[end] == mark, end - start < 3 { end += 1 }
        switch mark {
        case UInt8(ascii: "*"), UInt8(ascii: "`"): return end
        case UInt8(ascii: "~"): return end - start == 2 ? end : nil
        default:
            // A single underscore within a word is a part of it.
            let isInside = self[start - 1].isAlnum && self[end].isAlnum
            return end - start == 2 || (end - start == 1 && !isInside) ? end : nil
        }
    }
}
