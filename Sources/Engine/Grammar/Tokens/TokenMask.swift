/// Which tokens may come next: a bit for each.
public struct TokenMask: Sendable {
    let words: [UInt64]
    /// How many there are.
    public let count: Int

    init(words: [UInt64]) {
        self.words = words
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Returns whether the token may come.
    public func contains(_ token: Int32) -> Bool {
        let index = Int(token)
        guard index >= 0, index >> 6 < words.count else { return false }
        return words[index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    /// The only one; `nil` where there is a choice.
    public var only: Int32? {
        guard count == 1, let word = words.firstIndex(where: { $0 != 0 }) else { return nil }
        return Int32(word << 6 + words[word].trailingZeroBitCount)
    }

    /// Writes a row of logits in which all other tokens are impossible (−∞).
    ///
    /// - Parameters:
    ///   - logits: (vocabulary), as the model gave them.
    ///   - masked: (vocabulary).
    public func apply(to logits: Span<Float>, _ masked: inout MutableSpan<Float>) {
        precondition(
            logits.count == masked.count && logits.count <= words.count << 6, "a row is as long as the vocabulary")
        for (number, word) in words.enumerated() {
            let start = number << 6
            let end = min(start + 64, logits.count)
            guard start < end else { return }
            if word == 0 {
                for index in start..<end { masked[index] = -.infinity }
            } else {
                for index in start..<end {
                    masked[index] = word >> UInt64(index - start) & 1 == 1 ? logits[index] : -.infinity
                }
            }
        }
    }
}
