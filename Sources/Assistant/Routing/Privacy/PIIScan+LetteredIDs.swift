/// National ids with letters in them.
extension PIIScan {
    /// United Kingdom: two letters, six digits, one of A to D, in pairs or without spaces.
    mutating func findNINO(at start: Int) {
        let first = text[start].raised
        let second = text[start + 1].raised
        guard first.isUpper, second.isUpper, text[start + 2].isDigit || text[start + 3].isDigit,
            !Self.contains("DFIQUV", first), !Self.contains("DFIOQUV", second)
        else { return }
        let prefix = String(decoding: [first, second], as: UTF8.self)
        guard !["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"].contains(prefix) else { return }
        var position = start + 2
        for _ in 0..<3 {
            if UInt8.isSpaceOrDash(text[position]) { position += 1 }
            guard text[position].isDigit, text[position + 1].isDigit else { return }
            position += 2
        }
        if UInt8.isSpaceOrDash(text[position]) { position += 1 }
        guard Self.contains("ABCD", text[position].raised), isEnd(position + 1) else { return }
        // “about 12 34 56 a day”: a letter after a space has to be a capital.
        if text[position - 1] == 0x20, !text[position].isUpper { return }
        add(.ukNINO, start..<position + 1)
    }

    /// Spain, for foreigners: X, Y or Z, seven digits, letter mod 23.
    mutating func findNIE(at start: Int) {
        guard let leading = ["X", "Y", "Z"].firstIndex(of: Character(Unicode.Scalar(text[start].raised))) else {
            return
        }
        var position = UInt8.isSpaceOrDash(text[start + 1]) ? start + 2 : start + 1
        var number = leading
        for _ in 0..<7 {
            guard text[position].isDigit else { return }
            number = number * 10 + text[position].digit
            position += 1
        }
        if UInt8.isSpaceOrDash(text[position]) { position += 1 }
        guard isSpanishLetter(text[position], for: number), !text[position + 1].isWord else { return }
        add(.esDNI, start..<position + 1)
    }

    /// India, PAN: five capitals, four digits and a capital.
    mutating func findPAN(at start: Int) {
        guard text[start + 5].isDigit, !text[start + 10].isToken, !text[start - 1].isToken else { return }
        let isForm = (0..<10).allSatisfy { index in
            (5..<9).contains(index) ? text[start + index].isDigit : text[start + index].isUpper
        }
        if isForm { add(.inPAN, start..<start + 10) }
    }

    /// Italy: sixteen characters, the last one a control letter; digits may be written as letters where two people would
    /// have the same code.
    mutating func findCodiceFiscale(at start: Int) {
        guard !text[start + 16].isWord, text[start + 15].isAlpha else { return }
        let code = (start..<start + 16).map { text[$0].raised }
        let form = Array("LLLLLLDDLDDLDDDL".utf8)
        for (byte, expected) in zip(code, form) {
            let isFitting =
                expected == UInt8(ascii: "L") ? byte.isUpper : byte.isDigit || Self.contains("LMNPQRSTUV", byte)
            guard isFitting else { return }
        }
        guard Self.contains("ABCDEHLMPRST", code[8]) else { return }
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        var sum = 0
        for (index, byte) in code.prefix(15).enumerated() {
            let value = byte.isDigit ? byte.digit : Int(byte) - 65
            sum += index % 2 == 0 ? odd[value] : value
        }
        if sum % 26 == Int(code[15]) - 65 { add(.itCodiceFiscale, start..<start + 16) }
    }

    /// France: sex, year, month, department (2A and 2B for Corsica), commune, order, and a key that complements it by 97.
    mutating func findNIR(at start: Int) {
        guard Self.contains("123478", text[start]) else { return }
        var characters: [UInt8] = []
        characters.reserveCapacity(15)
        var position = start
        while characters.count < 15 {
            let byte = text[position]
            if byte.isDigit || (characters.count == 6 && (byte.raised == 65 || byte.raised == 66)) {
                characters.append(byte.raised)
                position += 1
            } else if position > start, let next = endOfGroupSeparator(from: position) {
                position = next
            } else {
                return
            }
        }
        guard isEnd(position), isNIR(characters) else { return }
        add(.frNIR, start..<position)
    }

    private func isNIR(_ characters: [UInt8]) -> Bool {
        var digits = characters.map { $0.isDigit ? UInt8($0.digit) : 0 }
        let month = Int(digits[3]) * 10 + Int(digits[4])
        guard (1...12).contains(month) || (20...42).contains(month) || month >= 50 else { return false }
        if !characters[6].isDigit {
            // 2A counts as 19, 2B as 18.
            guard digits[5] == 2 else { return false }
            digits[5] = 1
            digits[6] = characters[6] == 65 ? 9 : 8
        }
        return Int(digits[13]) * 10 + Int(digits[14]) == 97 - Checksum.mod97(digits.prefix(13))
    }

    private static func contains(_ choices: StaticString, _ byte: UInt8) -> Bool {
        choices.withUTF8Buffer { unsafe $0.contains(byte) }
    }
}
