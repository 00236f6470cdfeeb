extension PIIScan {
    /// Everything that begins with a digit.
    mutating func findNumber(at start: Int) {
        guard isNumberStart(start) else { return findCardInList(at: start) }
        findCoordinates(at: start)
        findWallet(at: start)
        findStreetAfterNumber(at: start)
        let cluster = DigitCluster(in: text, from: start)
        findLooselyGrouped(at: start, after: cluster)
        guard cluster.digitCount >= 4 else { return }
        findTelegramKey(at: start)
        findIPv4(cluster, at: start)
        if cluster.digitCount >= 6 {
            findNationalID(cluster, at: start)
            findNIR(at: start)
        }
        if cluster.digitCount >= 7 { findPhone(cluster, at: start) }
        if cluster.digitCount >= 13 {
            findCard(cluster, at: start)
            findCardInList(at: start)
        }
        findLooseCard(at: start)
    }

    /// Whether the number is not one of several in a row: neither before nor after it comes a space and another digit.
    /// Asked of numbers whose form alone would be found in any table.
    func isAlone(_ range: Range<Int>) -> Bool {
        !isAfterNumber(range.lowerBound)
            && !(text[range.upperBound] == 0x20 && text[range.upperBound + 1].isDigit)
    }

    func isAfterNumber(_ start: Int) -> Bool { text[start - 1] == 0x20 && text[start - 2].isDigit }
}
