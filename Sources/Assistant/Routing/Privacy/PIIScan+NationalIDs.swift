/// Numbers by which states know people. Of a number that only has a form, the form is asked for; of one with a checksum,
/// the checksum, and a date of birth where it contains one.
extension PIIScan {
    private static let ssnShape = GroupShape(3, 2, 4)
    private static let threes = GroupShape(3, 3, 3)
    private static let fours = GroupShape(4, 4, 4)
    private static let taxIDShape = GroupShape(2, 3, 3, 3)
    private static let bsnShape = GroupShape(4, 2, 3)
    private static let ahvShape = GroupShape(3, 4, 4, 2)
    private static let nrnShape = GroupShape(2, 2, 2, 3, 2)
    private static let cpfShape = GroupShape(3, 3, 3, 2)
    private static let dniShape = GroupShape(2, 3, 3)

    mutating func findNationalID(_ cluster: DigitCluster, at start: Int) {
        if cluster.length(ofGroup: 0) >= 6 {
            findUngrouped(cluster, at: start)
        } else {
            findGrouped(cluster, at: start)
        }
    }

    /// Numbers written without a separator, or with one in front of their last part.
    private mutating func findUngrouped(_ cluster: DigitCluster, at start: Int) {
        let end = cluster.end(ofGroups: 1)
        let isWhole = isEnd(end)
        switch cluster.length(ofGroup: 0) {
        case 6, 8:
            findPersonnummer(cluster, at: start)
            findRRN(cluster, at: start)
            findDNI(cluster, groups: 1, at: start)
        case 9 where isWhole:
            if start - hints[.ssn] <= 32, isSSN(cluster) { add(.usSSN, start..<end) }
            if isBSN(cluster.digits(9)) { add(.nlBSN, start..<end) }
        case 10 where isWhole:
            if isPersonnummer(cluster.digits(10), century: nil) { add(.sePersonnummer, start..<end) }
        case 11 where isWhole:
            findElevenDigits(cluster.digits(11), start..<end)
        case 12 where isWhole:
            let digits = cluster.digits(12)
            if isPersonnummer(Array(digits[2...]), century: cluster.number(0..<2)) {
                add(.sePersonnummer, start..<end)
            }
        case 13 where isWhole:
            if cluster.number(0..<3) == 756, Checksum.ean13(cluster.digits(13)) { add(.chAHV, start..<end) }
        default: break
        }
    }

    private mutating func findElevenDigits(_ digits: [UInt8], _ range: Range<Int>) {
        if isTaxID(digits) { add(.deTaxID, range) }
        if isPESEL(digits) { add(.plPESEL, range) }
        if isNRN(digits) { add(.beNRN, range) }
        if isCPF(digits) { add(.brCPF, range) }
    }

    private mutating func findGrouped(_ cluster: DigitCluster, at start: Int) {
        findThreeGroups(cluster, at: start)
        if let range = range(cluster, Self.cpfShape, at: start), isCPF(cluster.digits(11)) { add(.brCPF, range) }
        if let range = range(cluster, Self.taxIDShape, UInt8.isSpaceOrDash, at: start), isTaxID(cluster.digits(11)) {
            add(.deTaxID, range)
        }
        if let range = range(cluster, Self.ahvShape, UInt8.isSpaceDashOrDot, at: start), cluster.number(0..<3) == 756,
            Checksum.ean13(cluster.digits(13))
        {
            add(.chAHV, range)
        }
        if let range = range(cluster, Self.nrnShape, at: start), isNRN(cluster.digits(11)) { add(.beNRN, range) }
        if cluster.begins(with: Self.dniShape) { findDNI(cluster, groups: 3, at: start) }
    }

    /// Numbers with strong checksums whose groups have something else between them than one separator.
    mutating func findLooselyGrouped(at start: Int, after cluster: DigitCluster) {
        let strictEnd = cluster.end(ofGroups: cluster.groupCount)
        guard cluster.length(ofGroup: 0) <= 4, DigitCluster.looseWidth(in: text, at: strictEnd) != nil, !isInList(start)
        else { return }
        let loose = DigitCluster(in: text, from: start, isLoose: true)
        guard loose.groupCount > cluster.groupCount else { return }
        let shapes: KeyValuePairs<PIIKind, GroupShape> = [
            .brCPF: Self.cpfShape, .deTaxID: Self.taxIDShape, .chAHV: Self.ahvShape, .beNRN: Self.nrnShape,
            .inAadhaar: Self.fours,
        ]
        for (kind, shape) in shapes where loose.begins(with: shape) && hasChecksum(of: kind, loose) {
            let end = loose.end(ofGroups: shape.count)
            if !text[end].isWord, !isList(after: end) { add(kind, start..<end) }
        }
    }

    private func hasChecksum(of kind: PIIKind, _ cluster: DigitCluster) -> Bool {
        switch kind {
        case .brCPF: isCPF(cluster.digits(11))
        case .deTaxID: isTaxID(cluster.digits(11))
        case .chAHV: cluster.number(0..<3) == 756 && Checksum.ean13(cluster.digits(13))
        case .beNRN: isNRN(cluster.digits(11))
        case .inAadhaar: isAadhaar(cluster.digits(12))
        default: false
        }
    }

    /// Short numbers with weak checksums or none; none of them stands in a row of others.
    private mutating func findThreeGroups(_ cluster: DigitCluster, at start: Int) {
        guard cluster.unbrokenGroups >= 3 else {
            let isBroken = range(cluster, Self.fours, at: start) != nil && !isInList(start)
            if isBroken, isAadhaar(cluster.digits(12)) { add(.inAadhaar, start..<cluster.end(ofGroups: 3)) }
            return
        }
        if let range = range(cluster, Self.ssnShape, UInt8.isSpaceOrDash, at: start), isAlone(range), isSSN(cluster) {
            add(.usSSN, range)
        }
        if let range = range(cluster, Self.threes, UInt8.isSpaceDashOrDot, at: start), isAlone(range) {
            if isSIN(cluster.digits(9)) { add(.caSIN, range) }
            if isBSN(cluster.digits(9)) { add(.nlBSN, range) }
        }
        if let range = range(cluster, Self.bsnShape, UInt8.isSpaceDashOrDot, at: start), isAlone(range),
            isBSN(cluster.digits(9))
        {
            add(.nlBSN, range)
        }
        if let range = range(cluster, Self.fours, UInt8.isSpaceOrDash, at: start), isAlone(range),
            isAadhaar(cluster.digits(12))
        {
            add(.inAadhaar, range)
        }
    }

    /// The first groups where they have the form: whole, and with the same separator throughout where one is asked for.
    private func range(
        _ cluster: DigitCluster, _ shape: GroupShape, _ isSeparator: ((UInt8) -> Bool)? = nil, at start: Int
    ) -> Range<Int>? {
        guard cluster.begins(with: shape), isSeparator.map({ cluster.isUniform(groups: shape.count, $0) }) ?? true,
            isEnd(cluster.end(ofGroups: shape.count))
        else { return nil }
        return start..<cluster.end(ofGroups: shape.count)
    }

    /// YYMMDD-NNNN or YYYYMMDD-NNNN; `+` in place of the hyphen for those over a hundred.
    private mutating func findPersonnummer(_ cluster: DigitCluster, at start: Int) {
        let head = cluster.end(ofGroups: 1)
        let length = cluster.length(ofGroup: 0)
        guard text[head] == UInt8(ascii: "-") || text[head] == UInt8(ascii: "+") else { return }
        let tail = (head + 1..<head + 5).map { text[$0] }
        guard tail.allSatisfy(\.isDigit), !text[head + 5].isDigit, isEnd(head + 5) else { return }
        let birth = cluster.digits(length).suffix(6)
        let century = length == 8 ? cluster.number(0..<2) : nil
        guard isPersonnummer(birth + tail.map { $0 - 0x30 }, century: century) else { return }
        add(.sePersonnummer, start..<head + 5)
    }

    /// South Korea: YYMMDD, a hyphen, sex and century, six more digits.
    private mutating func findRRN(_ cluster: DigitCluster, at start: Int) {
        guard cluster.length(ofGroup: 0) == 6, cluster.length(ofGroup: 1) == 7,
            cluster.separator(afterGroup: 0) == UInt8(ascii: "-"), (1...8).contains(cluster.digit(6)),
            isEnd(cluster.end(ofGroups: 2))
        else { return }
        let century = [1900, 2000][(cluster.digit(6) - 1) % 4 / 2]
        let isBirth = Checksum.isDate(
            year: century + cluster.number(0..<2), month: cluster.number(2..<4), day: cluster.number(4..<6))
        if isBirth { add(.krRRN, start..<cluster.end(ofGroups: 2)) }
    }

    /// Eight digits and a letter, with or without dots and a hyphen.
    private mutating func findDNI(_ cluster: DigitCluster, groups: Int, at start: Int) {
        guard cluster.digitCount(ofGroups: groups) == 8, cluster.isUniform(groups: groups, UInt8.isDot),
            cluster.number(0..<8) > 0
        else { return }
        let digits = cluster.end(ofGroups: groups)
        let letter = UInt8.isSpaceOrDash(text[digits]) ? digits + 1 : digits
        guard isSpanishLetter(text[letter], for: cluster.number(0..<8)), !text[letter + 1].isWord else { return }
        // A word of one letter after a space says nothing: “12345678 y”.
        if text[digits] == 0x20, !text[letter].isUpper { return }
        add(.esDNI, start..<letter + 1)
    }

    func isSpanishLetter(_ letter: UInt8, for number: Int) -> Bool {
        letter.isAlpha && letter.raised == Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23]
    }

    private func isSSN(_ cluster: DigitCluster) -> Bool {
        let area = cluster.number(0..<3)
        return area != 0 && area != 666 && area < 900 && cluster.number(3..<5) != 0 && cluster.number(5..<9) != 0
    }

    private func isBSN(_ digits: [UInt8]) -> Bool {
        let sum = Checksum.weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1])
        return sum % 11 == 0 && digits.contains { $0 != digits[0] } && !(digits[0] == 0 && digits[1] == 0)
    }

    private func isSIN(_ digits: [UInt8]) -> Bool {
        digits[0] != 0 && digits[0] != 8 && Checksum.luhn(digits)
    }

    private func isAadhaar(_ digits: [UInt8]) -> Bool {
        digits[0] >= 2 && Checksum.verhoeff(digits)
    }

    /// Of the first ten digits one occurs twice or three times, though not three times in a row, and no other more than
    /// once.
    private func isTaxID(_ digits: [UInt8]) -> Bool {
        guard digits[0] != 0, Checksum.mod11and10(digits) else { return false }
        var counts = [Int](repeating: 0, count: 10)
        for digit in digits.prefix(10) { counts[Int(digit)] += 1 }
        let repeated = counts.indices.filter { counts[$0] > 1 }
        guard repeated.count == 1, counts[repeated[0]] <= 3 else { return false }
        for index in 0..<8 where digits[index] == digits[index + 1] && digits[index] == digits[index + 2] {
            return false
        }
        return true
    }

    private func isPESEL(_ digits: [UInt8]) -> Bool {
        guard Checksum.weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0 else { return false }
        let month = two(digits, 2)
        let century = [1900, 2000, 2100, 2200, 1800][month / 20]
        return Checksum.isDate(year: century + two(digits, 0), month: month % 20, day: two(digits, 4))
    }

    /// The check number complements the rest by 97, with a 2 in front of it for births from 2000 on.
    private func isNRN(_ digits: [UInt8]) -> Bool {
        let check = two(digits, 9)
        let isBorn19 = check == 97 - Checksum.mod97(digits.prefix(9))
        let isBorn20 = check == 97 - Checksum.mod97([2] + digits.prefix(9))
        // Months of bis numbers are 20 or 40 higher; an unknown day or month is 0.
        return (isBorn19 || isBorn20) && two(digits, 2) % 20 <= 12 && two(digits, 4) <= 31
    }

    private func isCPF(_ digits: [UInt8]) -> Bool {
        guard digits.contains(where: { $0 != digits[0] }) else { return false }
        func check(_ count: Int) -> Int {
            let sum = Checksum.weighted(digits.prefix(count), Array((2...count + 1).reversed()))
            return sum * 10 % 11 % 10
        }
        return check(9) == Int(digits[9]) && check(10) == Int(digits[10])
    }

    /// Ten digits: date of birth, in samordningsnummer with 60 added to the day, and Luhn.
    private func isPersonnummer(_ digits: [UInt8], century: Int?) -> Bool {
        if let century, !(18...20).contains(century) { return false }
        let day = two(digits, 4)
        let year = (century ?? 20) * 100 + two(digits, 0)
        return Checksum.luhn(digits)
            && Checksum.isDate(year: year, month: two(digits, 2), day: day > 60 ? day - 60 : day)
    }

    /// The number that two digits make.
    private func two(_ digits: [UInt8], _ index: Int) -> Int { Int(digits[index]) * 10 + Int(digits[index + 1]) }
}
