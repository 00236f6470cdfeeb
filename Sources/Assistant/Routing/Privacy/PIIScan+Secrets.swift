/// Private keys as they stand in files.
extension PIIScan {
    /// A PEM block of a private key whose first hyphen is at `start`. One without an end reaches to the end of the text, one
    /// without a beginning back over the lines of base 64.
    mutating func findKeyBlock(at start: Int) {
        guard start >= endOfKeyBlock, text[start - 1] != UInt8(ascii: "-"), text[start + 3] == UInt8(ascii: "-") else {
            return
        }
        var label = start
        while text[label] == UInt8(ascii: "-"), label - start < 8 { label += 1 }
        if matches("begin ", at: label), isPrivateKeyLabel(from: label + 6) {
            closeKeyBlock(from: start, label: label)
        } else if matches("end ", at: label), isPrivateKeyLabel(from: label + 4) {
            let first = startOfBase64(before: start)
            let end = endOfLabel(from: label + 4)
            endOfKeyBlock = end
            if first < start { add(.privateKey, first..<end) }
        }
    }

    private mutating func closeKeyBlock(from start: Int, label: Int) {
        var end = label
        while end < text.count, !(text[end] == UInt8(ascii: "-") && matches("---end ", at: end)) { end += 1 }
        if end < text.count { end = endOfLabel(from: end + 7) }
        endOfKeyBlock = end
        add(.privateKey, start..<end)
    }

    /// Behind the hyphens that close a label.
    private func endOfLabel(from start: Int) -> Int {
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "-"), text[end] != 0x0A, text[end] != 0x0C { end += 1 }
        while text[end] == UInt8(ascii: "-") { end += 1 }
        return end
    }

    private func isPrivateKeyLabel(from start: Int) -> Bool {
        var position = start
        while position - start <= 40, text[position].isWord || text[position] == 0x20 {
            if matches("private key", at: position) { return true }
            position += 1
        }
        return false
    }

    private func startOfBase64(before end: Int) -> Int {
        var start = end
        while start > endOfKeyBlock {
            let byte = text[start - 1]
            guard
                byte.isAlnum || byte.isBlank || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
                    || byte == UInt8(ascii: "=")
            else { break }
            start -= 1
        }
        while text[start].isBlank { start += 1 }
        return start
    }

    /// A key file of PuTTY's, to the line that signs it or to the end of the text.
    mutating func findPuTTYKey(at start: Int) {
        guard start >= endOfKeyBlock, matches("putty-user-key-file-", at: start) else { return }
        var end = start
        while end < text.count, !matches("private-mac:", at: end) { end += 1 }
        while end < text.count, text[end] != 0x0A, text[end] != 0x0C { end += 1 }
        endOfKeyBlock = end
        add(.privateKey, start..<end)
    }
}
