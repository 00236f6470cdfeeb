/// Signs that a decoder is caught in a loop. Pure.
enum Repetition {
    /// Where a loop at the end of `tokens` begins to repeat itself: the index after its first round, `nil` without a loop.
    ///
    /// A loop is one run of up to 24 tokens, said at least four times in a row and for at least twelve tokens: people
    /// do say "no, no, no", but not for that long.
    static func loopStart(in tokens: [WhisperVocabulary.Token]) -> Int? {
        for period in 1...24 {
            let needed = max(4 * period, 12)
            guard tokens.count >= needed else { return nil }
            var length = period
            while length < tokens.count, tokens[tokens.count - 1 - length] == tokens[tokens.count - 1 - length + period]
            {
                length += 1
            }
            if length >= needed { return tokens.count - length + period }
        }
        return nil
    }

    /// How many times shorter a dictionary coder would make the text: a greedy LZ77 parse in which a literal costs one
    /// byte and a match three, which on spoken text comes close to what zlib gives. Above 2.4 the text repeats itself.
    static func compressionRatio(of text: String) -> Double {
        let bytes = Array(text.utf8.prefix(4096))
        guard !bytes.isEmpty else { return 0 }
        var cost = 8  // what a stream costs before its first byte
        var position = 0
        var lastSeen: [UInt32: [Int]] = [:]
        while position < bytes.count {
            let length = longestMatch(bytes, at: position, lastSeen)
            cost += length >= 4 ? 3 : 1
            let next = position + (length >= 4 ? length : 1)
            while position < next {
                if let key = key(bytes, position) { lastSeen[key, default: []].append(position) }
                position += 1
            }
        }
        return Double(bytes.count) / Double(cost)
    }

    private static func key(_ bytes: [UInt8], _ position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        return bytes[position..<position + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Length of the longest earlier run that equals what begins at `position`; it may reach into itself.
    private static func longestMatch(_ bytes: [UInt8], at position: Int, _ seen: [UInt32: [Int]]) -> Int {
        guard let key = key(bytes, position), let starts = seen[key] else { return 0 }
        return starts.suffix(32).map { start in
            var length = 4
            while position + length < bytes.count, bytes[start + length] == bytes[position + length], length < 258 {
                length += 1
            }
            return length
        }.max() ?? 0
    }
}
