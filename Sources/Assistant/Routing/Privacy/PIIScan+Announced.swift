/// What only the words in front of it make personal, and coordinates and wallets.
extension PIIScan {
    /// The first byte of the value that stands after a word that announces it: over “no.”, “number”, “is”, `:`, `=`, `#`.
    private func startOfAnnounced(after end: Int) -> Int? {
        var position = end
        for _ in 0..<4 {
            while text[position].isBlank || Self.announces(text[position]), position - end < 24 { position += 1 }
            guard let (next, _) = Self.fillers.match(in: text, at: position) else { break }
            position = next
        }
        return position > end && position - end <= 32 && text[position].isAlnum ? position : nil
    }

    private static func announces(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "#"), UInt8(ascii: "."), UInt8(ascii: "("), 0x22, 0x27:
            true
        default: false
        }
    }

    private static let fillers = WordTable<Bool>(
        [
            "no", "nr", "n", "num", "number", "nummer", "numero", "is", "ist", "est", "es", "was", "on", "am", "le",
            "il", "el",
            "the", "my", "lautet", "code", "account", "routing",
        ].map { ($0, true) })

    /// A date in figures, or with its month in letters, after words such as “born on”.
    mutating func findBirthDate(after end: Int) {
        guard let start = startOfAnnounced(after: end) else { return }
        var position = start
        var groups = 0
        var digits = 0
        while groups < 3 {
            let groupStart = position
            while text[position].isWord, position - groupStart < 10 { position += 1 }
            guard position > groupStart else { return }
            digits += (groupStart..<position).count { text[$0].isDigit }
            groups += 1
            if groups == 3 { break }
            let separatorStart = position
            while position - separatorStart < 2, text[position].isBlank || Self.separatesDate(text[position]) {
                position += 1
            }
            guard position > separatorStart else { return }
        }
        let isDate = (5...8).contains(digits) && isEnd(position) && text[position - 1].isDigit
        if isDate { add(.birthDate, start..<position) }
    }

    private static func separatesDate(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ",")
    }

    /// Five to twenty letters and digits, four digits at least among them, in one piece or in groups.
    mutating func findAnnouncedNumber(_ kind: PIIKind, after end: Int) {
        guard let start = startOfAnnounced(after: end) else { return }
        var position = start
        var digits = 0
        while position - start < 20 {
            if text[position].isAlnum, !text[position].isLower {
                digits += text[position].isDigit ? 1 : 0
                position += 1
            } else if UInt8.isSpaceOrDash(text[position]), text[position + 1].isDigit, position > start {
                position += 1
            } else {
                break
            }
        }
        guard digits >= (kind == .accountNumber ? 6 : 5), position - start >= 6, isEnd(position) else { return }
        add(kind, start..<position)
    }

    /// Latitude and longitude from the digit at `start`: “52.520008, 13.404954”.
    mutating func findCoordinates(at start: Int) {
        guard text[start + 1] == UInt8(ascii: ".") || text[start + 2] == UInt8(ascii: "."), isNumberStart(start),
            let latitude = endOfDegrees(from: start, atMost: 90), !isAfterListed(start)
        else { return }
        var position = latitude
        if text[position] == UInt8(ascii: ",") || text[position] == UInt8(ascii: ";") { position += 1 }
        if text[position].isBlank { position += 1 }
        guard position > latitude else { return }
        if text[position] == UInt8(ascii: "-") { position += 1 }
        guard let end = endOfDegrees(from: position, atMost: 180), isEnd(end) else { return }
        // In a list of numbers two of them are no place; in a sentence a comma may follow.
        if text[end] == UInt8(ascii: ","), text[end + 1].isDigit || text[end + 1].isBlank && text[end + 2].isDigit {
            return
        }
        add(.coordinates, start..<end)
    }

    private func isAfterListed(_ start: Int) -> Bool {
        let before = text[start - 1] == UInt8(ascii: "-") ? start - 2 : start - 1
        return text[before].isBlank && (text[before - 1].isDigit || text[before - 1] == UInt8(ascii: ","))
    }

    /// Up to three digits, a dot, four to ten decimals; not below 1, as parts of a whole are.
    private func endOfDegrees(from start: Int, atMost limit: Int) -> Int? {
        var position = start
        var whole = 0
        while text[position].isDigit, position - start < 3 {
            whole = whole * 10 + text[position].digit
            position += 1
        }
        guard position > start, text[position] == UInt8(ascii: "."), (1...limit).contains(whole) else { return nil }
        let decimals = position + 1
        position = decimals
        while text[position].isDigit, position - decimals <= 10 { position += 1 }
        return (4...10).contains(position - decimals) ? position : nil
    }

    /// Bitcoin: `1…` and `3…` in base 58, `bc1…` in base 32; Ethereum: `0x` and forty hexadecimal digits.
    mutating func findWallet(at start: Int) {
        if matches("bc1", at: start) {
            var end = start
            while end - start <= 63, text[end].isAlnum { end += 1 }
            let digits = (start..<end).count { text[$0].isDigit }
            if (42...62).contains(end - start), digits >= 6, !text[end].isWord { add(.wallet, start..<end) }
        } else if text[start] == UInt8(ascii: "0") {
            guard text[start + 1] | 0x20 == UInt8(ascii: "x"), !text[start + 42].isWord else { return }
            if (start + 2..<start + 42).allSatisfy({ text[$0].isHex }) { add(.wallet, start..<start + 42) }
        } else if text[start] == UInt8(ascii: "1") || text[start] == UInt8(ascii: "3"), text[start + 25].isAlnum {
            var end = start
            var (digits, capitals, lower) = (0, 0, 0)
            while end - start <= 36, text[end].isAlnum {
                digits += text[end].isDigit ? 1 : 0
                capitals += text[end].isUpper ? 1 : 0
                lower += text[end].isLower ? 1 : 0
                end += 1
            }
            if (26...35).contains(end - start), digits > 2, capitals > 3, lower > 3, !text[end].isToken {
                add(.wallet, start..<end)
            }
        }
    }
}
