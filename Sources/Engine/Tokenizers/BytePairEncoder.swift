/// Byte-level byte-pair encoding: each word's bytes are tokens at first, and pairs of neighbours merge, the earliest
/// rank first and from left to right, until none is left that merges.
///
/// Takes O(n log n) time for a word of n bytes. Bytes that have no token of their own (the vocabulary may lack those
/// that hardly occur) are left out, as the reference engine leaves them out.
final class BytePairEncoder: Sendable {
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
        var word = SymbolRow()
        var start = 0
        while start < text.count {
            let end = splitter.endOfWord(from: start, in: text)
            if prefersWholeWords, let id = wholeWord(start..<end, text) {
                ids.append(id)
            } else {
                word.ids.removeAll(keepingCapacity: true)
                for index in start..<end {
                    text.appendUTF8(at: index, to: &word.ids) { byteTokens[Int($0)] }
                }
                word.mergeAll { merges.merge($0.left, $0.right) }
                word.forEach { id, _, _ in
                    if id >= 0 { ids.append(id) }
                }
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
