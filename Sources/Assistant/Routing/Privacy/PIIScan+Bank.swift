extension PIIScan {
    private static let cardShapes = [
        GroupShape(4, 4, 4, 4, 3), GroupShape(4, 4, 4, 4, 2), GroupShape(4, 4, 4, 4, 1), GroupShape(4, 4, 4, 4),
        GroupShape(4, 4, 4, 3), GroupShape(4, 4, 4, 2), GroupShape(4, 4, 4, 1), GroupShape(4, 4, 5),
        GroupShape(4, 6, 5),
        GroupShape(4, 6, 4), GroupShape(5, 5, 5),
    ]

    /// A payment card at the beginning of `cluster`: 13 to 19 digits, unbroken or in the groups of the networks, that begin
    /// as cards do and pass Luhn.
    mutating func findCard(_ cluster: DigitCluster, at start: Int) {
        for shape in Self.cardShapes where cluster.begins(with: shape) {
            // A group of four in front is the beginning of something longer: “DE02 6890 6607 3821 5391 18”.
            guard cluster.isUniform(groups: shape.count, UInt8.isSpaceDashOrDot), !isAfterGroupOfFour(start) else {
                break
            }
            if addCard(cluster, groups: shape.count, at: start) { return }
        }
        _ = addCard(cluster, groups: 1, at: start)
    }

    private mutating func addCard(_ cluster: DigitCluster, groups: Int, at start: Int) -> Bool {
        let count = cluster.digitCount(ofGroups: groups)
        let end = cluster.end(ofGroups: groups)
        guard (13...19).contains(count), isEnd(end), beginsAsCard(cluster, digits: count),
            Checksum.luhn(cluster.digits(count))
        else { return false }
        add(.card, start..<end)
        return true
    }

    private func isAfterGroupOfFour(_ start: Int) -> Bool {
        guard text[start - 1] == 0x20 || text[start - 1] == UInt8(ascii: "-") else { return false }
        // “card”, “Visa” are words of four letters, and no such beginning.
        return (2...5).allSatisfy { text[start - $0].isWord } && (2...5).contains { text[start - $0].isDigit }
            && !text[start - 6].isWord
    }

    /// Leading digits of the card networks, which also keep an IMEI (15 digits with a Luhn digit) and a time in
    /// milliseconds from being a card.
    private func beginsAsCard(_ cluster: DigitCluster, digits: Int) -> Bool {
        let two = cluster.number(0..<2)
        switch cluster.digit(0) {
        case 4, 5, 6: return true
        case 2: return digits >= 16
        case 3: return digits == 15 ? two == 34 || two == 37 : digits >= 14
        case 8: return digits == 16 && (two == 81 || two == 82)
        case 9: return digits == 16 && cluster.number(0..<4) == 9792
        default: return false
        }
    }

    /// An IBAN from the letter at `start`: country, two check digits, as many characters as the country has, mod 97.
    mutating func findIBAN(at start: Int) {
        guard text[start + 1].isAlpha, text[start + 2].isDigit || text[start + 2] == 0x20,
            let length = IBAN.length(text[start].raised, text[start + 1].raised)
        else { return }
        var characters: [UInt8] = []
        characters.reserveCapacity(length)
        var position = start
        while characters.count < length {
            if text[position].isAlnum {
                characters.append(text[position].raised)
                position += 1
            } else if UInt8.isSpaceOrDash(text[position]), text[position + 1].isAlnum {
                position += 1
            } else {
                return
            }
        }
        // Prose with “es 24 …” in it can pass mod 97, but has no eight digits.
        guard !text[position].isWord, characters[2].isDigit, characters[3].isDigit,
            characters.dropFirst(4).count(where: \.isDigit) >= 8, IBAN.isValid(characters)
        else { return }
        add(.iban, start..<position)
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
