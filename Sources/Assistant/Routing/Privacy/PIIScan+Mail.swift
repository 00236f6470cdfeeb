extension PIIScan {
    /// Longest local part and domain (RFC 5321).
    private static let maxLocal = 64
    private static let maxDomain = 253

    /// An e-mail address around the `@` at `sign`. Quoted local parts and domains without a dot are not looked for.
    mutating func findEmail(at sign: Int) {
        var start = sign
        while isLocalPart(text[start - 1]), sign - start <= Self.maxLocal { start -= 1 }
        guard sign - start <= Self.maxLocal else { return }
        while start < sign, !text[start].isWord, text[start] != UInt8(ascii: "_") { start += 1 }
        guard start < sign, let end = endOfDomain(from: sign + 1) else { return }
        // git@host:path and icon@2x.png are no one's address.
        let isGit = matches("git@", at: start) && start == sign - 3 && text[end] == UInt8(ascii: ":")
        let isScale =
            text[sign + 1].isDigit && text[sign + 2].lowered == UInt8(ascii: "x") && text[sign + 3] == UInt8(ascii: ".")
        if !isGit, !isScale { add(.email, start..<end) }
    }

    private func isLocalPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "'"), UInt8(ascii: "~"):
            true
        default: byte.isWord
        }
    }

    /// The end of the longest domain name from `start`: two labels at least, the last one of letters.
    private func endOfDomain(from start: Int) -> Int? {
        var position = start
        var end: Int?
        var labels = 0
        while position - start <= Self.maxDomain {
            let labelStart = position
            var letters = 0
            while text[position].isWord || (text[position] == UInt8(ascii: "-") && position > labelStart) {
                letters += text[position].isLetter ? 1 : 0
                position += 1
                if position - labelStart > 63 { return end }
            }
            let length = position - labelStart
            guard length > 0, text[position - 1] != UInt8(ascii: "-") else {
                return end ?? endOfHyphenated(labels: labels, from: labelStart, to: position)
            }
            labels += 1
            let isTopLevel = (letters == length && length >= 2) || matches("xn--", at: labelStart)
            if labels >= 2, isTopLevel { end = position }
            guard text[position] == UInt8(ascii: ".") else { return end }
            position += 1
        }
        return end
    }

    /// The end of a last label that is followed by a dash of the sentence: `a@b.org-` and `a@b.org--`.
    private func endOfHyphenated(labels: Int, from start: Int, to position: Int) -> Int? {
        var end = position
        while end > start, text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard labels >= 1, end - start >= 2, (start..<end).allSatisfy({ text[$0].isLetter }) else { return nil }
        return end
    }

    /// `user:password` before the `@` of a URL whose authority begins at `start`.
    mutating func findURLCredentials(at start: Int) {
        var position = start
        var lastAt: Int?
        var hasColon = false
        reading: while true {
            switch text[position] {
            case ..<0x21, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "\""):
                break reading
            case UInt8(ascii: "@"): lastAt = position
            case UInt8(ascii: ":"): if lastAt == nil { hasColon = true }
            default: break
            }
            position += 1
        }
        if let lastAt, lastAt > start, hasColon { add(.credentials, start..<lastAt) }
    }
}
