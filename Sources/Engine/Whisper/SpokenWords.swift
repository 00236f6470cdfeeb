/// Words out of tokens. Pure.
///
/// Source: OpenAI `whisper/tokenizer.py` and `timing.py`.
enum SpokenWords {
    typealias Token = WhisperVocabulary.Token

    /// Languages that write no blanks between words: there each character counts as one.
    private static let withoutBlanks: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]
    /// Marks that belong to the word behind them, and to that before them.
    private static let opening = Set("\"'“¿([{-")
    private static let closing = Set("\"'.。,，!！?？:：”)]}、")

    /// Ranges of tokens, one for each word.
    /// - Parameter byCharacter: code of the language.
    static func split(_ tokens: [Token], _ vocabulary: WhisperVocabulary, byCharacter code: String?) -> [Range<Int>] {
        var words: [Range<Int>] = []
        let splitsAll = code.map(withoutBlanks.contains) ?? false
        for piece in characters(tokens, vocabulary) {
            let text = vocabulary.text(tokens[piece])
            let isMark = text.trimmingBlanks().allSatisfy { opening.contains($0) || closing.contains($0) }
            if splitsAll || text.first == " " || isMark || words.isEmpty {
                words.append(piece)
            } else {
                words[words.count - 1] = words[words.count - 1].lowerBound..<piece.upperBound
            }
        }
        return words
    }

    /// The shortest runs of tokens that hold whole characters.
    private static func characters(_ tokens: [Token], _ vocabulary: WhisperVocabulary) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        for end in 1...max(1, tokens.count) where end <= tokens.count {
            // Four bytes are the longest character; what is none by then never will be.
            let isWhole = !vocabulary.text(tokens[start..<end]).contains("\u{FFFD}") || end - start >= 4
            guard isWhole || end == tokens.count else { continue }
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    /// Marks joined to their words, blanks taken away, and words that last too long beside a mark cut short.
    static func tidied(_ words: [Recognition.Word]) -> [Recognition.Word] {
        var result: [Recognition.Word] = []
        var waiting: Recognition.Word?
        let longest = longestWord(words)
        for var word in words {
            let text = word.text.trimmingBlanks()
            let isFirst = result.isEmpty && waiting == nil
            if !isFirst, word.text.first != " ", !text.isEmpty, text.allSatisfy(closing.contains), !result.isEmpty {
                result[result.count - 1].text += text
                continue
            }
            word.text = text
            if word.end - word.start > longest {
                // The silence before a sentence is no part of its first word, nor that behind it of the last.
                if result.last.map({ ".。!！?？".contains($0.text.last ?? " ") }) ?? true {
                    word.start = word.end - longest
                } else {
                    word.end = word.start + longest
                }
            }
            if let mark = waiting { (word.text, waiting) = (mark.text + word.text, nil) }
            if !text.isEmpty, text.allSatisfy(opening.contains) { waiting = word } else { result.append(word) }
        }
        if let waiting { result.append(waiting) }
        return result.filter { !$0.text.isEmpty }
    }

    /// Twice the median, 1.4 s at most.
    private static func longestWord(_ words: [Recognition.Word]) -> Duration {
        let lengths = words.map { $0.end - $0.start }.filter { $0 > .zero }.sorted()
        guard !lengths.isEmpty else { return .seconds(1.4) }
        return min(lengths[lengths.count / 2], Duration.milliseconds(700)) * 2
    }
}
