/// Payment cards: 13 to 19 digits that begin as cards do and pass Luhn.
extension PIIScan {
    private static let cardShapes = [
        GroupShape(4, 4, 4, 4, 3), GroupShape(4, 4, 4, 4, 2), GroupShape(4, 4, 4, 4, 1), GroupShape(4, 4, 4, 4),
        GroupShape(4, 4, 4, 3), GroupShape(4, 4, 4, 2), GroupShape(4, 4, 4, 1), GroupShape(4, 4, 5),
        GroupShape(4, 6, 5),
        GroupShape(4, 6, 4), GroupShape(5, 5, 5), GroupShape(8, 8),
    ]

    /// A card at the beginning of `cluster`, unbroken or in the groups of the networks.
    mutating func findCard(_ cluster: DigitCluster, at start: Int) {
        guard !isDecimals(start) else { return }
        for shape in Self.cardShapes where cluster.begins(with: shape) {
            // The beginning of something longer, or a row of a table: “DE02 6890 6607 3821 5391 18”.
            guard cluster.isUniform(groups: shape.count, UInt8.isSpaceDashOrDot), !isAfterGroupsOfFour(start) else {
                break
            }
            if addCard(cluster, groups: shape.count, at: start) { return }
        }
        _ = addCard(cluster, groups: 1, at: start)
    }

    private mutating func addCard(_ cluster: DigitCluster, groups: Int, at start: Int) -> Bool {
        let count = cluster.digitCount(ofGroups: groups)
        let end = cluster.end(ofGroups: groups)
        guard (13...19).contains(count), isEnd(end), Self.beginsAsCard(cluster.digits(count)),
            Checksum.luhn(cluster.digits(count))
        else { return false }
        add(.card, start..<end)
        return true
    }

    /// Whether a group of four with a letter in it stands in front, or two groups of four digits.
    private func isAfterGroupsOfFour(_ start: Int) -> Bool {
        guard isGroupOfFour(before: start) else { return false }
        // “card”, “Visa” are words of four letters; one number in front may be a year.
        let digits = (2...5).count { text[start - $0].isDigit }
        return digits == 4 ? isGroupOfFour(before: start - 5) && text[start - 7].isDigit : digits > 0
    }

    private func isGroupOfFour(before start: Int) -> Bool {
        (text[start - 1] == 0x20 || text[start - 1] == UInt8(ascii: "-")) && !text[start - 6].isWord
            && (2...5).allSatisfy { text[start - $0].isWord }
    }

    /// Leading digits of the card networks, which also keep an IMEI (15 digits with a Luhn digit) and a time in
    /// milliseconds from being a card.
    private static func beginsAsCard(_ digits: [UInt8]) -> Bool {
        let two = Int(digits[0]) * 10 + Int(digits[1])
        switch digits[0] {
        case 4, 5, 6: return true
        case 2: return digits.count >= 16
        case 3: return digits.count == 15 ? two == 34 || two == 37 : digits.count >= 14
        case 8: return digits.count == 16 && (two == 81 || two == 82)
        case 9: return digits.count == 16 && two == 97 && digits[2] == 9 && digits[3] == 2
        default: return false
        }
    }

    // MARK: Cards between other things

    /// Whether the digits are a card of one of the large networks, of just the length that it gives its cards: asked where
    /// what stands around the digits says nothing.
    private static func isCardOfNetwork(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 13 else { return false }
        let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        let length =
            switch four {
            case 4000...4999, 5000...5899, 2221...2720, 3528...3589, 6000...6999: 16
            case 3400...3499, 3700...3799: 15
            case 3000...3059, 3600...3699, 3800...3899: 14
            default: 0
            }
        return digits.count == length && Checksum.luhn(digits)
    }

    /// The digits from `start` on, where there are as many as a card has and not more.
    private func cardDigits(from start: Int) -> [UInt8]? {
        guard text[start + 12].isDigit else { return nil }
        var end = start
        while end - start <= 19, text[end].isDigit { end += 1 }
        return (13...19).contains(end - start) ? text.bytes[start..<end].map { $0 & 0xF } : nil
    }

    /// A card in a list, an address or an assignment: `1,4111111111111111,123`.
    mutating func findCardInList(at start: Int) {
        guard text[start - 1] != UInt8(ascii: "."), text[start - 1] != UInt8(ascii: "+"),
            let digits = cardDigits(from: start), Self.isCardOfNetwork(digits)
        else { return }
        let end = start + digits.count
        let isWhole = !text[end].isWord && !(text[end] == UInt8(ascii: ".") && text[end + 1].isDigit)
        if isWhole { add(.card, start..<end) }
    }

    /// A card that touches a word: `number4111111111111111`, `4111111111111111x`. The rest of the word has no digit, as
    /// that of a hash would have.
    mutating func findGluedCard(from start: Int) {
        guard !isDecimals(start), let digits = cardDigits(from: start), Self.isCardOfNetwork(digits) else { return }
        var end = start + digits.count
        while end - start < 40, text[end].isLetter { end += 1 }
        if !text[end].isWord { add(.card, start..<start + digits.count) }
    }

    private static let looseShapes: Set<[Int]> = [
        [16], [15], [14], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [8, 8], [5, 5, 5], [6, 10], [4, 12], [12, 4],
        [2, 2, 2, 2, 2, 2, 2, 2],
    ]

    /// A card whose groups have something else between them than a space or a hyphen: up to four characters, as in a table
    /// or a list. At a line's end a group may also be cut in two.
    mutating func findLooseCard(at start: Int) {
        guard (2...6).contains(text[start] &- 0x30), !isInList(start), !isDecimals(start) else { return }
        var digits: [UInt8] = []
        var groups: [Int] = []
        var unwrapped: [Int] = []
        var position = start
        var gap: Range<Int>?
        while digits.count <= 16 {
            let groupStart = position
            while text[position].isDigit, digits.count <= 16 {
                digits.append(text[position] & 0xF)
                position += 1
            }
            let length = position - groupStart
            groups.append(length)
            if let gap, gap.count == 1, text[gap.lowerBound] == 0x0A {
                unwrapped[unwrapped.count - 1] += length
            } else {
                unwrapped.append(length)
            }
            var next = position
            while next - position < 4, !text[next].isWord, text[next] > 0, text[next] != 0x0C { next += 1 }
            guard next > position, text[next].isDigit, groups.count < 9 else { break }
            if Self.isCardOfNetwork(digits) { break }
            gap = position..<next
            position = next
        }
        guard groups.count > 1, Self.looseShapes.contains(groups) || Self.looseShapes.contains(unwrapped),
            Self.isCardOfNetwork(digits), !text[position].isWord, !isList(after: position)
        else { return }
        add(.card, start..<position)
    }

    /// Whether the digits from `start` on are the decimals of a number.
    private func isDecimals(_ start: Int) -> Bool {
        text[start - 1] == UInt8(ascii: ".") && text[start - 2].isDigit
            && !text[start - 3].isDigit
    }

    /// Whether another number stands in front, with a separator or with a comma and a space between.
    func isInList(_ start: Int) -> Bool {
        guard !text[start - 1].isWord else { return true }
        if text[start - 2].isDigit { return true }
        return text[start - 1].isBlank && (text[start - 2] == UInt8(ascii: ",") || text[start - 2] == UInt8(ascii: ";"))
            && text[start - 3].isDigit
    }

    /// Whether a further number follows, after a comma: the groups are members of a list.
    func isList(after end: Int) -> Bool {
        guard text[end] == UInt8(ascii: ",") || text[end] == UInt8(ascii: ";") else { return false }
        return text[text[end + 1].isBlank ? end + 2 : end + 1].isDigit
    }
}
