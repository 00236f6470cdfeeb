extension PIIScan {
    /// An IBAN from the letter at `start`: country, two check digits, as many characters as the country has, mod 97.
    mutating func findIBAN(at start: Int) {
        guard text[start + 1].isAlpha, !text[start + 2].isWord || text[start + 2].isDigit,
            let length = IBAN.length(text[start].raised, text[start + 1].raised)
        else { return }
        var characters: [UInt8] = []
        characters.reserveCapacity(length)
        var position = start
        while characters.count < length {
            if text[position].isAlnum {
                characters.append(text[position].raised)
                position += 1
            } else if let next = endOfGroupSeparator(from: position) {
                position = next
            } else {
                return
            }
        }
        // Prose with “es 24 …” in it can pass mod 97, but has no eight digits.
        guard endsIBAN(position), characters[2].isDigit, characters[3].isDigit,
            characters.dropFirst(4).count(where: \.isDigit) >= 8, IBAN.isValid(characters)
        else { return }
        add(.iban, start..<position)
    }

    /// Behind up to four characters of punctuation and space between two groups of a number with a strong checksum.
    func endOfGroupSeparator(from start: Int) -> Int? {
        var end = start
        while end - start < 4, text[end].isBlank || Self.separatesGroups(text[end]) { end += 1 }
        return end > start && text[end].isAlnum ? end : nil
    }

    private static func separatesGroups(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: ","),
            UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "+"):
            true
        default: byte.isQuote
        }
    }

    /// Whether the number is whole; the letters of a currency may follow at once.
    private func endsIBAN(_ end: Int) -> Bool {
        var position = end
        while position - end <= 3, text[position].isUpper { position += 1 }
        return position - end <= 3 && !text[position].isWord
    }
}

/// What an IBAN is made of (ISO 13616).
enum IBAN {
    /// The number of characters of a country's IBANs; `nil` where the country has none.
    static func length(_ first: UInt8, _ second: UInt8) -> Int? {
        lengths[UInt16(first) << 8 | UInt16(second)]
    }

    /// Whether the number, with country and check digits moved to the end and letters as 10 … 35, leaves 1 by 97.
    static func isValid(_ characters: [UInt8]) -> Bool {
        let rotated = characters.dropFirst(4) + characters.prefix(4)
        let remainder = rotated.reduce(0) { remainder, byte in
            byte.isDigit ? (remainder * 10 + byte.digit) % 97 : (remainder * 100 + Int(byte) - 55) % 97
        }
        return remainder == 1
    }

    private static let lengths: [UInt16: Int] = {
        let table = """
            AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 \
            ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 \
            LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 \
            PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 \
            YE30
            """
        let entries = table.split(separator: " ").map { entry in
            let letters = Array(entry.utf8.prefix(2))
            return (UInt16(letters[0]) << 8 | UInt16(letters[1]), Int(entry.dropFirst(2)) ?? 0)
        }
        return Dictionary(uniqueKeysWithValues: entries)
    }()
}
