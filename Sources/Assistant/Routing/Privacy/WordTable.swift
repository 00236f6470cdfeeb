/// Words that mean something to a recogniser, found by their first two letters.
///
/// It is asked at every word of a text: the words lie one behind the other in one array, and an entry is a few numbers.
struct WordTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        /// Where the word begins in `letters`.
        var start: Int32
        var length: Int32
        var second: UInt8
    }

    /// By first byte.
    private var entries: [Entry] = []
    private var values: [Value] = []
    /// (257) Where the entries of each first byte begin.
    private var firsts: [Int32] = []
    private var letters: [UInt8] = []

    /// - Parameter words: as ``FoldedText`` folds them, in lower case, so without accents. A space stands for white space of
    ///   any length and for a line's end.
    init(_ words: KeyValuePairs<String, Value>) {
        self.init(words.map { ($0.key, $0.value) })
    }

    init(_ words: [(String, Value)]) {
        let sorted = words.map { (Array($0.0.utf8), $0.1) }.sorted { ($0.0.first ?? 0) < ($1.0.first ?? 0) }
        for byte in 0...256 {
            firsts.append(Int32(sorted.firstIndex { Int($0.0.first ?? 0) >= byte } ?? sorted.count))
        }
        for (word, value) in sorted {
            entries.append(
                Entry(start: Int32(letters.count), length: Int32(word.count), second: word.count > 1 ? word[1] : 0))
            letters += word
            values.append(value)
        }
    }

    /// The longest entry that stands as a whole word at `start`, and where it ends.
    func match(in text: FoldedText, at start: Int) -> (end: Int, value: Value)? {
        let first = Int(text[start].lowered)
        let second = text[start + 1].lowered
        var best = -1
        var length = 0
        for index in Int(firsts[first])..<Int(firsts[first + 1]) {
            let entry = entries[index]
            guard entry.second == second || entry.length == 1 || entry.second == 0x20, entry.length > length,
                !text[start + Int(entry.length)].isWord, isEqual(entry, text, start)
            else { continue }
            best = index
            length = Int(entry.length)
        }
        return best < 0 ? nil : (start + length, values[best])
    }

    private func isEqual(_ entry: Entry, _ text: FoldedText, _ start: Int) -> Bool {
        for index in 0..<Int(entry.length) {
            let letter = letters[Int(entry.start) + index]
            let byte = text[start + index]
            if byte.lowered != letter, !(letter == 0x20 && byte.isBlank) { return false }
        }
        return true
    }
}
