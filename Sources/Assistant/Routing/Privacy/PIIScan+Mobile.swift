/// Mobile numbers as they are written at home, without a country code and without a leading zero.
extension PIIScan {
    /// Groups of digits, and what the digits are then.
    private struct MobileForm {
        var shape: GroupShape
        var isMobile: @Sendable (DigitCluster) -> Bool
    }

    private static let forms = [
        // India: 98765 43210.
        MobileForm(shape: GroupShape(5, 5)) { $0.digit(0) >= 6 && $0.separator(afterGroup: 0) == 0x20 },
        // China: 138 0013 8000.
        MobileForm(shape: GroupShape(3, 4, 4)) { $0.digit(0) == 1 && $0.digit(1) >= 3 },
        // Russia: 8 912 345-67-89, 8 (912) 345 67 89, 7 912 345 67 89.
        MobileForm(shape: GroupShape(1, 3, 3, 2, 2)) { isRussianTrunk($0) },
        MobileForm(shape: GroupShape(1, 3, 3, 4)) { isRussianTrunk($0) },
        // Brazil: (11) 98765-4321, 11 98765 4321, 11 9 8765 4321.
        MobileForm(shape: GroupShape(2, 5, 4)) { $0.digit(0) > 0 && $0.digit(1) > 0 && $0.digit(2) == 9 },
        MobileForm(shape: GroupShape(2, 1, 4, 4)) { $0.digit(0) > 0 && $0.digit(1) > 0 && $0.digit(2) == 9 },
        // Mexico: 55 1234 5678.
        MobileForm(shape: GroupShape(2, 4, 4)) { [33, 55, 56, 81].contains($0.number(0..<2)) },
        // Poland and Spain: 601 234 567.
        MobileForm(shape: GroupShape(3, 3, 3)) { isPolishOrSpanish($0.number(0..<2)) },
        // Spain: 612 34 56 78.
        MobileForm(shape: GroupShape(3, 2, 2, 2)) { $0.digit(0) == 6 || $0.digit(0) == 7 },
        // Norway: 412 34 567; Norway and Denmark: 41 23 45 67.
        MobileForm(shape: GroupShape(3, 2, 3)) { $0.digit(0) == 4 || $0.digit(0) == 9 },
        MobileForm(shape: GroupShape(2, 2, 2, 2)) { $0.digit(0) >= 2 },
    ]

    private static func isRussianTrunk(_ cluster: DigitCluster) -> Bool {
        (cluster.digit(0) == 8 || cluster.digit(0) == 7) && [3, 4, 8, 9].contains(cluster.digit(1))
    }

    private static func isPolishOrSpanish(_ two: Int) -> Bool {
        two / 10 == 6 || two / 10 == 7 || [45, 50, 51, 53, 57, 88].contains(two)
    }

    /// A mobile's number in the groups of its country, or without any, standing by itself.
    mutating func findNationalMobile(_ cluster: DigitCluster, at start: Int) {
        if cluster.groupCount == 1 || cluster.length(ofGroup: 0) >= 10 {
            return findUngroupedMobile(cluster, at: start)
        }
        let isParenthesised = text[start] == UInt8(ascii: "(")
        for form in Self.forms where cluster.begins(with: form.shape) && form.isMobile(cluster) {
            let groups = form.shape.count
            let range = start..<cluster.end(ofGroups: groups)
            let isWhole = isEnd(range.upperBound) && (isParenthesised || isAlone(range))
            guard isWhole, isParenthesised || cluster.unbrokenGroups >= groups, hasSeparatorsOfPhone(cluster, groups)
            else { continue }
            return add(.phone, range)
        }
    }

    /// The same separator throughout, or spaces and hyphens, or parentheses around the area: no dots, which dates, versions
    /// and addresses have.
    private func hasSeparatorsOfPhone(_ cluster: DigitCluster, _ groups: Int) -> Bool {
        (0..<groups - 1).allSatisfy { index in
            let separator = cluster.separator(afterGroup: index)
            return separator == 0x20 || separator == 0x2D || separator == 0 || separator == 0x28 || separator == 0x29
        }
    }

    /// Ten digits of North America or India, eleven of China, Russia or Brazil, in a sentence and not in program text.
    private mutating func findUngroupedMobile(_ cluster: DigitCluster, at start: Int) {
        let end = cluster.end(ofGroups: 1)
        let isRepeated = (1..<cluster.digitCount).allSatisfy { cluster.digit($0) == cluster.digit(0) }
        guard !isRepeated, isInSentence(start..<end) else { return }
        let isMobile =
            switch cluster.length(ofGroup: 0) {
            case 10: isTenDigitNumber(cluster)
            case 11:
                (cluster.digit(0) == 1 && cluster.digit(1) >= 3) || (cluster.digit(0) == 8 && cluster.digit(1) == 9)
                    || (cluster.digit(0) == 7 && cluster.digit(1) == 9)
                    || (cluster.digit(0) > 0 && cluster.digit(1) > 0 && cluster.digit(2) == 9)
            default: false
            }
        if isMobile { add(.phone, start..<end) }
    }

    private func isTenDigitNumber(_ cluster: DigitCluster) -> Bool {
        let number = cluster.number(0..<10)
        // 2³¹ and 2³² and their neighbours are in many programs.
        if (2_147_483_647...2_147_483_649).contains(number) || (4_294_967_294...4_294_967_297).contains(number) {
            return false
        }
        let isNorthAmerican = cluster.digit(0) >= 2 && cluster.digit(3) >= 2 && cluster.number(1..<3) != 11
        // Round numbers are amounts.
        return (isNorthAmerican || cluster.digit(0) >= 6) && number % 10_000 != 0
    }

    /// Whether there is white space, nothing or a sentence's punctuation on both sides.
    private func isInSentence(_ range: Range<Int>) -> Bool {
        let (previous, next) = (text[range.lowerBound - 1], text[range.upperBound])
        let begins =
            previous <= 0x20 || previous >= 0x80
            || (previous == UInt8(ascii: ":") && !text[range.lowerBound - 2].isAlnum)
        let ends =
            next <= 0x20 || next >= 0x80
            || ([UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";")]
                .contains(next)
                && !text[range.upperBound + 1].isWord)
        return begins && ends && !isAfterNumber(range.lowerBound)
            && !(text[range.upperBound] == 0x20 && text[range.upperBound + 1].isDigit)
    }
}
