extension PIIScan {
    /// Six pairs of hexadecimal digits, `00:1B:44:11:3A:B7` or `00-1B-…`, or three groups of four, `001b.4411.3ab7`.
    mutating func findMACAddress(at start: Int) {
        guard isAddressStart(start) else { return }
        for (groups, length) in [(6, 2), (3, 4)] {
            let separator = text[start + length]
            let isSeparator =
                length == 2
                ? separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-") : separator == UInt8(ascii: ".")
            guard isSeparator else { continue }
            let end = start + groups * (length + 1) - 1
            let isWhole = (start..<end).allSatisfy { position in
                (position - start) % (length + 1) == length
                    ? text[position] == separator : text[position].isHex
            }
            let followed = text[end].isWord || (text[end] == separator && text[end + 1].isHex)
            if isWhole, !followed { add(.macAddress, start..<end) }
        }
    }

    /// An address of version 6, from a hexadecimal digit or from `::`, with an embedded address of version 4 or a zone
    /// where there is one.
    mutating func findIPv6(at start: Int) {
        guard isAddressStart(start) else { return }
        var end = start
        var colons = 0
        var isCompressed = false
        // The longest spelling has 45 characters; a longer run is none.
        while end - start <= 45, text[end].isHex || text[end] == UInt8(ascii: ":") || text[end] == UInt8(ascii: ".") {
            if text[end] == UInt8(ascii: ":") {
                colons += 1
                isCompressed = isCompressed || text[end + 1] == UInt8(ascii: ":")
            }
            end += 1
        }
        guard colons >= 2, isCompressed || colons >= 6, end - start <= 45 else { return }
        // A full stop or a colon of the sentence may follow.
        while end > start,
            text[end - 1] == UInt8(ascii: ".")
                || (text[end - 1] == UInt8(ascii: ":") && text[end - 2] != UInt8(ascii: ":"))
        {
            end -= 1
        }
        guard !text[end].isWord, isIPv6(start..<end), isSomebodys(start..<end) else { return }
        add(.ipAddress, start..<endOfZone(from: end))
    }

    /// An address of version 4 whose four octets are the first groups of `cluster`.
    mutating func findIPv4(_ cluster: DigitCluster, at start: Int) {
        // ip-192-0-2-44.example is how machines are named.
        let isHostName = text[start - 1] == UInt8(ascii: "-") && matches("ip-", at: start - 3)
        guard cluster.groupCount >= 4,
            cluster.isUniform(groups: 4, { $0 == (isHostName ? 0x2D : 0x2E) }),
            let octets = octets(of: cluster), !Self.isNobodys(octets)
        else { return }
        let end = cluster.end(ofGroups: 4)
        let next = text[end]
        guard !next.isWord, !(next == UInt8(ascii: ".") && text[end + 1].isDigit) else { return }
        // Versions look the same: “version 1.2.3.4”, “Chrome/120.0.0.0”.
        let isRevised = octets[0] < 10 && next == UInt8(ascii: "-") && text[end + 1].isDigit
        let isVersion =
            isRevised || (start - hints[.version] <= 2 && octets[0] < 150)
            || (text[start - 1] == UInt8(ascii: "/") && text[start - 2].isAlpha)
        if !isVersion { add(.ipAddress, start..<end) }
    }

    private func octets(of cluster: DigitCluster) -> [Int]? {
        var octets: [Int] = []
        var first = 0
        for group in 0..<4 {
            let length = cluster.length(ofGroup: group)
            guard length <= 3, length == 1 || cluster.digit(first) != 0 else { return nil }
            octets.append(cluster.number(first..<first + length))
            first += length
        }
        return octets.allSatisfy { $0 <= 255 } ? octets : nil
    }

    /// Whether the address is the same for everyone: this host, any host, all hosts, or a mask.
    private static func isNobodys(_ octets: [Int]) -> Bool {
        octets == [127, 0, 0, 1] || octets == [0, 0, 0, 0] || octets == [255, 255, 255, 255]
            || (octets[0] == 255 && octets[3] == 0 && octets[1] % 255 == 0 && octets[2] % 255 == 0)
    }

    /// Not the rest of something longer.
    private func isAddressStart(_ start: Int) -> Bool {
        switch text[start - 1] {
        case UInt8(ascii: "_"), UInt8(ascii: "-"): false
        case UInt8(ascii: "."): !text[start - 2].isWord
        case UInt8(ascii: ":"): text[start - 2] != UInt8(ascii: ":") && !isGroup(endingAt: start - 1)
        case let previous: !previous.isWord
        }
    }

    /// Whether a group of an address ends there, and not a label such as `addr:`.
    private func isGroup(endingAt end: Int) -> Bool {
        var start = end
        while text[start - 1].isHex, end - start <= 4 { start -= 1 }
        return (1...4).contains(end - start) && !text[start - 1].isWord
    }

    /// Whether groups of one to four hexadecimal digits make 128 bits, with `::` once at most.
    private func isIPv6(_ range: Range<Int>) -> Bool {
        var groups = 0
        var compressions = 0
        var position = range.lowerBound
        while position < range.upperBound {
            if text[position] == UInt8(ascii: ":") {
                let isDouble = text[position + 1] == UInt8(ascii: ":") && position + 1 < range.upperBound
                guard isDouble || position > range.lowerBound else { return false }
                compressions += isDouble ? 1 : 0
                position += isDouble ? 2 : 1
                guard position == range.upperBound || text[position] != UInt8(ascii: ":") else { return false }
                continue
            }
            let start = position
            while position < range.upperBound, text[position].isHex { position += 1 }
            if text[position] == UInt8(ascii: "."), position < range.upperBound {
                guard isEmbeddedIPv4(start..<range.upperBound) else { return false }
                groups += 2
                break
            }
            guard position - start <= 4 else { return false }
            groups += 1
        }
        return compressions == 0 ? groups == 8 : compressions == 1 && groups <= 7
    }

    private func isEmbeddedIPv4(_ range: Range<Int>) -> Bool {
        let cluster = DigitCluster(in: text, from: range.lowerBound)
        return cluster.groupCount >= 4 && cluster.isUniform(groups: 4, UInt8.isDot)
            && cluster.end(ofGroups: 4) == range.upperBound && octets(of: cluster) != nil
    }

    /// `::` and `::1` are everyone's, and two words around `::` (`std::vector`, `face::bed`) are code.
    private func isSomebodys(_ range: Range<Int>) -> Bool {
        let digits = range.count { text[$0].isDigit }
        if digits == 0 { return range.count { text[$0] == UInt8(ascii: ":") } > 2 }
        let hex = range.filter { text[$0].isHex }
        return !(hex.count == 1 && text[hex[0]] == UInt8(ascii: "1") && matches("::1", at: range.lowerBound))
    }

    private func endOfZone(from end: Int) -> Int {
        guard text[end] == UInt8(ascii: "%"), text[end + 1].isAlnum else { return end }
        var position = end + 1
        while text[position].isAlnum, position - end <= 16 { position += 1 }
        return position
    }
}
