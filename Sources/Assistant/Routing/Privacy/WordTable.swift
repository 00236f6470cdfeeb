/// Words that mean something to a recogniser, found by their first letter.
struct WordTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var word: [UInt8]
        var value: Value
    }

    /// By the first byte.
    private let entries: [[Entry]]

    /// - Parameter words: in lower case; `*` stands for any letter outside ASCII.
    init(_ words: KeyValuePairs<String, Value>) {
        var entries = [[Entry]](repeating: [], count: 256)
        for (word, value) in words {
            let entry = Entry(word: Array(word.utf8), value: value)
            entries[Int(entry.word.first ?? 0)].append(entry)
        }
        self.entries = entries
    }

    /// The longest entry that stands as a whole word at `start`, and where it ends.
    func match(in text: FoldedText, at start: Int) -> (end: Int, value: Value)? {
        var best: (end: Int, value: Value)?
        for entry in entries[Int(text[start].lowered)] where entry.word.count > (best?.end ?? start) - start {
            let end = start + entry.word.count
            if !text[end].isWord, Self.isEqual(entry.word, text, start) { best = (end, entry.value) }
        }
        return best
    }

    private static func isEqual(_ word: [UInt8], _ text: FoldedText, _ start: Int) -> Bool {
        for index in word.indices {
            let byte = text[start + index]
            let isWild = word[index] == UInt8(ascii: "*") && byte.isLetter && !byte.isAlpha
            if byte.lowered != word[index], !isWild { return false }
        }
        return true
    }
}
