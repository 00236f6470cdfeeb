/// Finds the tokens that a text goes on with, all lengths at once: tokens in the order of their texts, narrowed byte by
/// byte. Immutable.
struct TokenPrefixes: Sendable {
    private let vocabulary: Vocabulary
    /// Ids in the order of their texts, so that those with a common beginning are neighbours.
    private let ids: [Int32]

    init(_ vocabulary: Vocabulary, where isIncluded: (Int32) -> Bool) {
        self.vocabulary = vocabulary
        var texts: [(text: [UInt8], id: Int32)] = []
        for id in 0..<Int32(vocabulary.count) where isIncluded(id) {
            let text = vocabulary.withText(of: id) { text in text.indices.map { text[$0] } }
            if !text.isEmpty { texts.append((text, id)) }
        }
        texts.sort { $0.text.lexicographicallyPrecedes($1.text) }
        ids = texts.map(\.id)
    }

    /// Calls `body` with every token that stands at `start`, the shortest first.
    func forEach(at start: Int, in text: [UInt8], _ body: (_ id: Int32, _ length: Int) -> Void) {
        var candidates = ids.indices
        var length = 0
        while start + length < text.count {
            candidates = narrow(candidates, to: text[start + length], at: length)
            guard let first = candidates.first else { return }
            length += 1
            // Neighbours in order: the one that ends here, if any, comes first.
            if vocabulary.withText(of: ids[first], { $0.count }) == length {
                body(ids[first], length)
                candidates = candidates.dropFirst()
            }
        }
    }

    /// Those of `candidates`, equal up to `position` and longer, that have `byte` there.
    private func narrow(_ candidates: Range<Int>, to byte: UInt8, at position: Int) -> Range<Int> {
        func firstIndex(where isReached: (UInt8) -> Bool) -> Int {
            var (low, high) = (candidates.lowerBound, candidates.upperBound)
            while low < high {
                let middle = (low + high) / 2
                if isReached(vocabulary.withText(of: ids[middle]) { $0[position] }) {
                    high = middle
                } else {
                    low = middle + 1
                }
            }
            return low
        }
        return firstIndex { $0 >= byte }..<firstIndex { $0 > byte }
    }
}
