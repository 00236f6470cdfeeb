/// E-mail addresses, and passwords in URLs.
extension PIIScan {
    /// Longest local part and domain (RFC 5321).
    private static let maxLocal = 64
    private static let maxDomain = 253

    /// An e-mail address around the `@` at `sign`. Of domains without a dot only addresses in brackets are looked for.
    mutating func findEmail(at sign: Int) {
        guard let start = startOfLocalPart(before: sign) else { return findSpacedEmail(at: sign) }
        let domain = text[sign + 1] == 0x0A ? sign + 2 : sign + 1
        if let end = endOfDomainLiteral(from: domain) { return add(.email, start..<end) }
        guard let end = endOfDomain(from: domain) else { return }
        // git@host:path and icon@2x.png are no one's address.
        let isGit = matches("git@", at: start) && start == sign - 3 && text[end] == UInt8(ascii: ":")
        let isScale =
            text[sign + 1].isDigit && text[sign + 2].lowered == UInt8(ascii: "x") && text[sign + 3] == UInt8(ascii: ".")
        if !isGit, !isScale { add(.email, start..<end) }
    }

    /// Where the local part begins that ends before `sign`; `nil` where there is none.
    private func startOfLocalPart(before sign: Int) -> Int? {
        if text[sign - 1] == UInt8(ascii: "\"") {
            // A quoted one may have spaces in it.
            return (2...Self.maxLocal).lazy.map { sign - $0 }
                .first { text[$0] == UInt8(ascii: "\"") || text[$0] == 0x0A || text[$0] == 0 }
                .flatMap { text[$0] == UInt8(ascii: "\"") && sign - $0 > 2 ? $0 : nil }
        }
        var start = sign
        while isLocalPart(text[start - 1]) || isWrapped(before: start, sign), sign - start <= Self.maxLocal {
            start -= 1
        }
        guard sign - start <= Self.maxLocal else { return nil }
        while start < sign, !text[start].isWord, text[start] != UInt8(ascii: "_") { start += 1 }
        return start < sign ? start : nil
    }

    /// Whether the line's end before `start` only wraps the address: right in front of the `@`.
    private func isWrapped(before start: Int, _ sign: Int) -> Bool {
        start == sign && text[start - 1] == 0x0A && text[start - 2].isWord
    }

    private func isLocalPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "'"), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "&"), UInt8(ascii: "^"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: byte.isWord
        }
    }

    /// The end of `[192.0.2.9]` or `[IPv6:…]`.
    private func endOfDomainLiteral(from start: Int) -> Int? {
        guard text[start] == UInt8(ascii: "[") else { return nil }
        var end = start + 1
        while end - start < 48, text[end].isAlnum || text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ":") {
            end += 1
        }
        return text[end] == UInt8(ascii: "]") && end - start > 4 ? end + 1 : nil
    }

    /// The end of the longest domain name from `start`: two labels at least, the last one of letters.
    private func endOfDomain(from start: Int) -> Int? {
        var position = start
        var end: Int?
        var labels = 0
        while position - start <= Self.maxDomain {
            let labelStart = position
            var letters = 0
            while text[position].isWord || (Self.joinsLabel(text[position]) && position > labelStart) {
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
            // A line's end behind the dot wraps the name where only what follows is a top-level domain.
            if text[position + 1] == 0x0A {
                let isWhole = labels >= 2 && TopLevelDomains.contains(text, labelStart..<position)
                guard !isWhole, let next = endOfTopLevelDomain(from: position + 2) else { return end }
                return next
            }
            position += 1
        }
        return end
    }

    private static func joinsLabel(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") }

    private func endOfTopLevelDomain(from start: Int) -> Int? {
        var end = start
        while end - start < 8, text[end].isAlpha { end += 1 }
        return !text[end].isWord && TopLevelDomains.contains(text, start..<end) ? end : nil
    }

    /// The end of a last label that is followed by a dash of the sentence: `a@b.org-` and `a@b.org--`.
    private func endOfHyphenated(labels: Int, from start: Int, to position: Int) -> Int? {
        var end = position
        while end > start, text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard labels >= 1, end - start >= 2, (start..<end).allSatisfy({ text[$0].isLetter }) else { return nil }
        return end
    }

    // MARK: Addresses that are spelled

    /// `anna @ example . org`.
    private mutating func findSpacedEmail(at sign: Int) {
        guard text[sign - 1].isBlank, let start = startOfSpelledLocalPart(before: sign - 1) else { return }
        let domain = text[sign + 1].isBlank ? sign + 2 : sign + 1
        if let end = endOfSpelledDomain(from: domain) { add(.email, start..<end) }
    }

    /// `anna at example dot org`, `anna (at) example.org`, `anna [at] example [dot] org`, from the word at `start`.
    mutating func findSpelledEmail(at start: Int) {
        let isBracketed = Self.opens(text[start - 1])
        let before = isBracketed ? start - 1 : start
        let end = isBracketed ? start + 3 : start + 2
        guard !isBracketed || Self.closes(text[end - 1]), !text[end].isWord || isBracketed else { return }
        let wordEnd = text[before - 1].isBlank ? before - 1 : before
        guard wordEnd < before || isBracketed, let first = startOfSpelledLocalPart(before: wordEnd) else { return }
        let domain = text[end].isBlank ? end + 1 : end
        if let last = endOfSpelledDomain(from: domain, needsDot: !isBracketed) { add(.email, first..<last) }
    }

    private func startOfSpelledLocalPart(before end: Int) -> Int? {
        var start = end
        while end - start <= Self.maxLocal,
            text[start - 1].isWord || text[start - 1] == UInt8(ascii: ".")
                || text[start - 1] == UInt8(ascii: "_") || text[start - 1] == UInt8(ascii: "-")
        { start -= 1 }
        while start < end, !text[start].isWord { start += 1 }
        return start < end && end - start <= Self.maxLocal ? start : nil
    }

    /// Labels with “ . ” or “ dot ” between them, the last one a known top-level domain.
    ///
    /// - Parameter needsDot: whether a dot has to be spelled: “at example.org” may be a place to look.
    private func endOfSpelledDomain(from start: Int, needsDot: Bool = false) -> Int? {
        var position = start
        var isSpelled = false
        for labels in 1...6 {
            let labelStart = position
            while position - labelStart < 63, text[position].isWord || text[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard position > labelStart else { return nil }
            if labels > 1, isSpelled || !needsDot, TopLevelDomains.contains(text, labelStart..<position),
                !text[position].isWord
            {
                // “co . uk”.
                if endOfDot(from: position) == nil { return position }
            }
            guard let (next, spelled) = endOfDot(from: position) else { return nil }
            isSpelled = isSpelled || spelled
            position = next
        }
        return nil
    }

    /// The end of “.”, “ . ”, “ dot ”, “(dot)” or “ punkt ”, and whether it is a word.
    private func endOfDot(from start: Int) -> (end: Int, isSpelled: Bool)? {
        var position = text[start].isBlank ? start + 1 : start
        if text[position] == UInt8(ascii: ".") {
            position += 1
            if text[position].isBlank, position - start > 1 { position += 1 }
            return text[position].isAlnum ? (position, false) : nil
        }
        let isBracketed = Self.opens(text[position])
        if isBracketed { position += 1 }
        let length =
            matches("dot", at: position)
            ? 3 : matches("punkt", at: position) ? 5 : matches("punto", at: position) ? 5 : 0
        guard length > 0 else { return nil }
        position += length
        if isBracketed { position += 1 }
        if text[position].isBlank { position += 1 }
        return text[position].isAlnum && (isBracketed || text[position - 1].isBlank) ? (position, true) : nil
    }

    private static func opens(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
    }

    private static func closes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
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

/// Top-level domains that people have addresses in: asked where a dot alone would not make a domain.
enum TopLevelDomains {
    static func contains(_ text: FoldedText, _ range: Range<Int>) -> Bool {
        guard (2...7).contains(range.count) else { return false }
        return known.contains(range.reduce(0) { $0 << 8 | UInt64(text[$1].lowered) })
    }

    private static let known: Set<UInt64> = {
        let names = """
            com org net edu gov mil int info biz name pro dev app io ai cloud online site shop email eu \
            ac ad ae al am ar at au az ba bd be bg bh bo br by ca cc ch cl cn co cr cy cz de dk do dz ec ee eg es fi fr ge \
            gr gt hk hn hr hu id ie il in iq ir is it jo jp ke kr kw kz lb li lk lt lu lv ly ma mc md me mk mt mx my ng ni nl \
            no np nz om pa pe ph pk pl pr pt py qa ro rs ru sa se sg si sk sn su sv th tn tr tv tw ua ug uk us uy uz ve vn za \
            example test invalid local
            """
        return Set(names.split(separator: " ").map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } })
    }()
}
