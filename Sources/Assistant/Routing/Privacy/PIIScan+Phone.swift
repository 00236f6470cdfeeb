/// Telephone numbers: what is surely one. A bare number is none, unless it is a mobile's or a word such as `tel` stands
/// before it.
extension PIIScan {
    private static let northAmerican = GroupShape(3, 3, 4)
    private static let postalCode = GroupShape(5, 4)
    private static let northAmericanLong = GroupShape(1, 3, 3, 4)

    /// At a `+`, an international number; at an opening parenthesis, a national one.
    mutating func findPhone(at start: Int) {
        guard !text[start - 1].isWord else { return }
        if text[start] == UInt8(ascii: "+") {
            let opens = text[start + 1] == UInt8(ascii: "(")
            guard text[start + 1].isDigit || (opens && text[start + 2].isDigit) else { return }
            let cluster = DigitCluster(in: text, from: start + 1)
            if isHyphenated(after: cluster.end(ofGroups: cluster.groupCount)) {
                // +49 - 30 - 1234567
                findInternational(DigitCluster(in: text, from: start + 1, isLoose: true), from: 0, at: start)
            } else {
                findInternational(cluster, from: 0, at: start)
            }
        } else if text[start + 1].isDigit {
            let cluster = DigitCluster(in: text, from: start)
            guard cluster.groupCount > 1, text[cluster.end(ofGroups: 1)] == UInt8(ascii: ")") else { return }
            findPhone(cluster, at: start)
        }
    }

    /// Whether a hyphen or a slash between spaces follows, and a digit.
    private func isHyphenated(after end: Int) -> Bool {
        text[end].isBlank && (text[end + 1] == UInt8(ascii: "-") || text[end + 1] == UInt8(ascii: "/"))
            && text[end + 2].isBlank && text[end + 3].isDigit
    }

    mutating func findPhone(_ cluster: DigitCluster, at start: Int) {
        if cluster.digit(0) == 0, cluster.digit(1) == 0 {
            findInternational(cluster, from: 2, at: start)
        }
        findNorthAmerican(cluster, at: start)
        findWithTrunkPrefix(cluster, at: start)
        findNationalMobile(cluster, at: start)
        if start - hints[.phone] <= 40 { findAnnounced(cluster, at: start) }
    }

    /// Country code and national number, `skipped` digits after the beginning: as many groups as make a number.
    private mutating func findInternational(_ cluster: DigitCluster, from skipped: Int, at start: Int) {
        guard cluster.digitCount >= skipped + 7 else { return }
        let code = CallingCode.length(cluster.number(skipped..<skipped + 3))
        guard code > 0, skipped == 0 || isDialledAbroad(cluster, code, at: start) else { return }
        if code == 1, cluster.digit(skipped) == 1 {
            guard cluster.digitCount >= skipped + 11, cluster.digit(skipped + 1) >= 2, cluster.digit(skipped + 4) >= 2
            else {
                return
            }
        }
        // What is on the same line comes first: behind a tab or a line's end another number may stand.
        for count in (1...cluster.unbrokenGroups).reversed() + (1...cluster.groupCount).reversed() {
            var national = cluster.digitCount(ofGroups: count) - skipped - code
            // “+44 (0)20 …”: the trunk prefix is written and not dialled.
            let hasTrunkPrefix = cluster.digit(skipped + code) == 0 && cluster.digitCount > skipped + code
            if hasTrunkPrefix { national -= 1 }
            guard national >= 5, CallingCode.fits(national, code: cluster.number(skipped..<skipped + code)) else {
                continue
            }
            let end = cluster.end(ofGroups: count)
            if isEnd(end) { return add(.phone, start..<end) }
        }
    }

    /// 0049 30 …, 00 49 30 …, or twelve digits unbroken; a shorter number that begins with 00 may be anything.
    private func isDialledAbroad(_ cluster: DigitCluster, _ code: Int, at start: Int) -> Bool {
        if isAfterNumber(start) { return false }
        let first = cluster.length(ofGroup: 0)
        return cluster.groupCount == 1 ? first >= 12 : first == 2 || first == 2 + code
    }

    /// (212) 555-0123, 212-555-0123, 1-212-555-0123: neither area nor exchange begins with 0 or 1.
    private mutating func findNorthAmerican(_ cluster: DigitCluster, at start: Int) {
        var area = 0
        var groups = 3
        if cluster.begins(with: Self.northAmericanLong), cluster.digit(0) == 1 {
            area = 1
            groups = 4
        } else if !cluster.begins(with: Self.northAmerican) {
            return
        }
        let end = cluster.end(ofGroups: groups)
        guard cluster.digit(area) >= 2, cluster.digit(area + 3) >= 2, isEnd(end), isAlone(start..<end) else { return }
        // Where the separators differ, or the line ends, only “(212) 555-0123” is a number.
        let isParenthesised = text[start] == UInt8(ascii: "(") || cluster.separator(afterGroup: 0) == 0
        let isInOne = cluster.unbrokenGroups >= groups && cluster.isUniform(groups: groups, UInt8.isSpaceDashOrDot)
        guard isParenthesised || isInOne else { return }
        add(.phone, start..<end)
    }

    /// A 0, the rest of an area code, and the number: 030 1234567, 06 12 34 56 78, (020) 7946 0958; mobiles also without
    /// a separator.
    private mutating func findWithTrunkPrefix(_ cluster: DigitCluster, at start: Int) {
        guard cluster.digit(0) == 0, cluster.digit(1) != 0 else { return }
        if cluster.groupCount == 1 || cluster.length(ofGroup: 0) >= 10 {
            return findMobile(cluster, at: start)
        }
        let isParenthesised = text[start] == UInt8(ascii: "(")
        let groups = isParenthesised ? cluster.groupCount : cluster.unbrokenGroups
        guard groups >= 2, (2...6).contains(cluster.length(ofGroup: 0)), !isDateLike(cluster), !isAfterNumber(start)
        else { return }
        // A postal code of the United States: 02110-1301.
        if cluster.begins(with: Self.postalCode), text[cluster.end(ofGroups: 1)] == UInt8(ascii: "-") { return }
        for count in (2...groups).reversed() {
            let digits = cluster.digitCount(ofGroups: count)
            guard (9...12).contains(digits), hasPhoneGroups(cluster, count) else { continue }
            let end = cluster.end(ofGroups: count)
            if isEnd(end) { return add(.phone, start..<end) }
        }
    }

    /// Groups of two digits and more, one separator behind the area code and one, maybe another, in the number; dots
    /// only throughout.
    private func hasPhoneGroups(_ cluster: DigitCluster, _ count: Int) -> Bool {
        let separators = (1..<count - 1).map { cluster.separator(afterGroup: $0) }
        let first = cluster.separator(afterGroup: 0)
        return (1..<count).allSatisfy { cluster.length(ofGroup: $0) >= 2 }
            && separators.allSatisfy { $0 == separators[0] && UInt8.isDot($0) == UInt8.isDot(first) }
    }

    private mutating func findMobile(_ cluster: DigitCluster, at start: Int) {
        let end = cluster.end(ofGroups: 1)
        guard isEnd(end) else { return }
        let second = cluster.digit(1)
        let isMobile =
            switch cluster.length(ofGroup: 0) {
            case 10: second == 4 || second == 6 || second == 7
            case 11: second == 7 || (second == 1 && (5...7).contains(cluster.digit(2)))
            case 12: second == 1 && (5...7).contains(cluster.digit(2))
            default: false
            }
        if isMobile { add(.phone, start..<end) }
    }

    /// After a word such as `tel`: 7 to 15 digits, however they are grouped.
    private mutating func findAnnounced(_ cluster: DigitCluster, at start: Int) {
        for count in (1...cluster.unbrokenGroups).reversed() + (1...cluster.groupCount).reversed()
        where (7...15).contains(cluster.digitCount(ofGroups: count)) {
            let end = cluster.end(ofGroups: count)
            if isEnd(end), !isDateLike(cluster) { return add(.phone, start..<end) }
        }
    }

    /// A date, or four groups with dots, which are an address or a version.
    func isDateLike(_ cluster: DigitCluster) -> Bool {
        let lengths = (0..<3).map { cluster.length(ofGroup: $0) }
        if cluster.separator(afterGroup: 0) == cluster.separator(afterGroup: 1) {
            if lengths == [4, 2, 2] { return true }
            let isDayFirst = lengths[0] == 2 && lengths[1] == 2 && (lengths[2] == 4 || cluster.groupCount == 3)
            if isDayFirst, cluster.number(0..<2) <= 31, cluster.number(2..<4) <= 31 { return true }
        }
        return cluster.groupCount == 4 && cluster.isUniform(groups: 4, UInt8.isDot)
            && (0..<4).allSatisfy { cluster.length(ofGroup: $0) <= 3 }
    }
}

/// The country codes of ITU-T E.164.
enum CallingCode {
    /// How many digits the code at the beginning of a number has; 0 where there is no such code.
    static func length(_ firstThree: Int) -> Int {
        switch firstThree / 100 {
        case 1, 7: return 1
        case 0: return 0
        default: break
        }
        if two.contains(firstThree / 10) { return 2 }
        return three.contains(firstThree) ? 3 : 0
    }

    /// Whether a national number of so many digits can follow the code: 15 digits in all, ten under code 1 and 7.
    static func fits(_ national: Int, code: Int) -> Bool {
        code == 1 || code == 7 ? national == 10 : (5...13).contains(national)
    }

    private static let two: Set = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61,
        62,
        63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]

    private static let three: Set<Int> = {
        let ranges = [
            211...213, 216...216, 218...218, 220...269, 290...291, 297...299, 350...359, 370...389, 420...421,
            423...423,
            500...509, 590...599, 670...692, 800...800, 808...808, 850...856, 870...870, 878...883, 886...886,
            888...888,
            960...979, 992...996, 998...998,
        ]
        return Set(ranges.joined())
    }()
}
