/// Byte-level byte-pair encoding: each word's bytes are tokens at first, and pairs of neighbours merge, the earliest
/// rank first and from left to right, until none is left that merges.
///
/// Takes O(n log n) time for a word of n bytes. Bytes that have no token of their own (the vocabulary may lack those
/// that hardly occur) are left out, as the reference engine leaves them out.
struct BytePairEncoder: Sendable {
    private let vocabulary: Vocabulary
    private let merges: MergeTable
    private let splitter: WordSplitter
    /// Whether a word that is a token is taken as it is, whatever its merges would make of it.
    private let prefersWholeWords: Bool
    /// The token of every byte; -1 where there is none.
    private let byteTokens: [Int32]

    /// - Throws: where printable ASCII cannot be encoded: such a vocabulary is no byte-level one.
    init(
        _ vocabulary: Vocabulary, _ merges: MergeTable, _ splitter: WordSplitter, prefersWholeWords: Bool
    ) throws(TokenizerError) {
        let byteTokens = ByteAlphabet.characters.map { vocabulary.id(of: $0.span) ?? -1 }
        if let missing = (0x20..<0x7F).first(where: { byteTokens[$0] < 0 }) {
            throw .malformed("it has no token for the byte \(missing)")
        }
        self.byteTokens = byteTokens
        self.vocabulary = vocabulary
        self.merges = merges
        self.splitter = splitter
        self.prefersWholeWords = prefersWholeWords
    }

    /// Appends the tokens of `text`, in which nothing is special.
    func encode(_ text: ScalarText, into ids: inout [Int32]) {
        var word = Word()
        var start = 0
        while start < text.count {
            let end = splitter.endOfWord(from: start, in: text)
            if prefersWholeWords, let id = wholeWord(start..<end, text) {
                ids.append(id)
            } else {
                word.symbols.removeAll(keepingCapacity: true)
                for index in start..<end {
                    text.appendUTF8(at: index, to: &word.symbols) { byteTokens[Int($0)] }
                }
                word.mergeAll(by: merges)
                ids += word.symbols.lazy.filter { $0 >= 0 }
            }
            start = end
        }
    }

    private func wholeWord(_ range: Range<Int>, _ text: ScalarText) -> Int32? {
        var characters: [[UInt8]] = []
        for index in range { text.appendUTF8(at: index, to: &characters) { ByteAlphabet.characters[Int($0)] } }
        let word = characters.flatMap(\.self)
        return vocabulary.id(of: word.span)
    }
}

/// A word while its symbols merge. Reused from word to word, so that its memory is taken once.
private struct Word {
    /// Tokens, or -1 for a byte without one. While merging, only those on the chain of `next` are alive.
    var symbols: [Int32] = []
    private var next: [Int] = []
    private var previous: [Int] = []
    /// What each symbol and its successor would become; `nil` where they do not merge or the symbol is gone.
    private var pending: [MergeTable.Merge?] = []
    private var queue = MinHeap()

    /// Merges until nothing merges, and leaves the outcome in `symbols`.
    mutating func mergeAll(by merges: MergeTable) {
        let count = symbols.count
        guard count > 1 else { return }
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        for index in 0..<count {
            next.append(index + 1)
            previous.append(index - 1)
            pending.append(nil)
        }
        for index in 0..<count - 1 { consider(index, merges) }
        while let entry = queue.pop() {
            let index = Int(entry & Self.indexMask)
            // An entry whose symbol has changed since is out of date.
            guard let merge = pending[index], UInt64(merge.rank) == entry >> Self.indexBits else { continue }
            apply(merge, at: index, merges)
        }
        collect()
    }

    /// Queue entries order by rank, then by place: rank in the upper bits, index in the lower.
    private static let indexBits: UInt64 = 40
    private static let indexMask: UInt64 = (1 << indexBits) - 1

    /// Looks up what `index` and its successor become.
    private mutating func consider(_ index: Int, _ merges: MergeTable) {
        let successor = next[index]
        pending[index] = successor < symbols.count ? merges.merge(symbols[index], symbols[successor]) : nil
        if let merge = pending[index] { queue.push(UInt64(merge.rank) << Self.indexBits | UInt64(index)) }
    }

    private mutating func apply(_ merge: MergeTable.Merge, at index: Int, _ merges: MergeTable) {
        let gone = next[index]
        symbols[index] = merge.result
        pending[gone] = nil
        next[index] = next[gone]
        if next[gone] < symbols.count { previous[next[gone]] = index }
        consider(index, merges)
        if previous[index] >= 0 { consider(previous[index], merges) }
    }

    /// Moves the symbols that are alive to the front.
    private mutating func collect() {
        var (index, alive) = (0, 0)
        while index < symbols.count {
            symbols[alive] = symbols[index]
            alive += 1
            index = next[index]
        }
        symbols.removeSubrange(alive...)
    }
}

/// A binary heap of numbers, the smallest on top.
private struct MinHeap {
    private var items: [UInt64] = []

    mutating func push(_ item: UInt64) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> UInt64? {
        guard let last = items.popLast() else { return nil }
        guard let top = items.first else { return last }
        items[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < items.count else { return top }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < items[parent] else { return top }
            items.swapAt(child, parent)
            parent = child
        }
    }
}
