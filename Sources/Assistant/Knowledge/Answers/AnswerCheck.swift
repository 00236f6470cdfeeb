package import AssistantCore

/// Compares an answer, sentence by sentence, with the passages that it was made from.
package struct AnswerCheck {
    /// So much of what a sentence says beyond the question has to stand in one passage.
    private static let leastShare = 0.6
    /// Less is enough in a passage that the model itself has named: whoever writes freely says it in other words.
    private static let leastShareOfNamed = 0.4

    /// Words that only say that an answer comes, or which way it goes.
    private static let replying = Set(
        ["yes", "no", "sure", "certainly", "of", "course", "okay", "ok", "correct", "right"].map(ContentWords.stem))

    /// Words of every talk, in which an answer is put, say little of what it rests on.
    private static let everyday = Set(EverydayWords.all.map(ContentWords.stem))
    private static let everydayShare = 0.25

    private struct Source {
        var passage: Passage
        var stems: Set<String>
    }

    /// More passages are those of a whole document, which are not numbered for the model.
    private static let mostNumbered = 80

    private let sources: [Source]
    private var numbers: [Int: Int] = [:]
    private let asked: Set<String>
    private var support = AnswerSupport()

    /// What of the answer the passages say. A sentence that says nothing beyond the question's own words, as *yes* does, is
    /// left alone.
    package static func support(of answer: String, to question: String, in passages: [Passage]) -> AnswerSupport {
        var check = AnswerCheck(question, passages)
        let bytes = Array(answer.utf8)
        for sentence in AnswerSentences.ranges(in: bytes) { check.judge(sentence, of: bytes) }
        return check.support
    }

    private init(_ question: String, _ passages: [Passage]) {
        asked = Set(ContentWords.meaningful(in: question).map(ContentWords.stem))
        sources = passages.map { passage in
            let words = passage.title + " " + passage.heading + " " + passage.text
            return Source(passage: passage, stems: Set(ContentWords.all(in: words).map(ContentWords.stem)))
        }
    }

    private mutating func judge(_ sentence: Range<Int>, of bytes: [UInt8]) {
        let isNumbered = sources.count <= Self.mostNumbered
        let named =
            isNumbered ? Self.marks(in: sentence, of: bytes).filter { sources.indices.contains($0.number - 1) } : []
        let said = Self.words(of: sentence, without: named.map(\.range), in: bytes).subtracting(asked)
        guard !said.isSubset(of: Self.replying), !sources.isEmpty else { return }
        support.sentences += 1
        guard named.isEmpty else { return judge(said, named) }
        // Of equal shares, that of the passage that was found first.
        let best = sources.indices.map { (share: share(of: said, in: $0), place: $0) }.max {
            ($0.share, $1.place) < ($1.share, $0.place)
        }
        let end = sentence.upperBound..<sentence.upperBound
        if let best, best.share >= Self.leastShare {
            support.marks.append(AnswerSupport.Mark(end, cite(best.place, for: said)))
        } else {
            support.unsupported += 1
            support.marks.append(AnswerSupport.Mark(end, nil))
        }
    }

    /// A sentence with marks of the model's own: those stay which are true.
    private mutating func judge(_ said: Set<String>, _ named: [(range: Range<Int>, number: Int)]) {
        var isSupported = false
        for mark in named {
            if share(of: said, in: mark.number - 1) >= Self.leastShareOfNamed {
                _ = cite(mark.number - 1, for: said)
                isSupported = true
            } else {
                support.marks.append(AnswerSupport.Mark(mark.range, nil))
            }
        }
        if !isSupported { support.unsupported += 1 }
    }

    private func share(of said: Set<String>, in place: Int) -> Double {
        Self.weight(of: said.intersection(sources[place].stems)) / Self.weight(of: said)
    }

    private static func weight(of stems: Set<String>) -> Double {
        let everyday = stems.intersection(Self.everyday).count
        return Double(stems.count - everyday) + Self.everydayShare * Double(everyday)
    }

    /// Returns the number of the passage.
    private mutating func cite(_ place: Int, for said: Set<String>) -> Int {
        let passage = sources[place].passage
        let number = number(of: place)
        let citation = Citation(sentence(of: passage, for: said), of: passage, number: number)
        if !support.citations.contains(citation) { support.citations.append(citation) }
        return number
    }

    /// The passage's place, which a model that was given numbers knows it by; of a whole document, in the order in which
    /// the answer comes to them.
    private mutating func number(of place: Int) -> Int {
        guard sources.count > Self.mostNumbered else { return place + 1 }
        let number = numbers[place] ?? numbers.count + 1
        numbers[place] = number
        return number
    }

    /// The sentence with most of what was said, and of these with most of what was asked; `nil` where no sentence has any.
    private func sentence(of passage: Passage, for said: Set<String>) -> String? {
        var best: (said: Int, asked: Int, sentence: String)?
        for sentence in Sentences.split(passage.text) {
            let stems = Set(ContentWords.all(in: sentence).map(ContentWords.stem))
            let counts = (said.intersection(stems).count, asked.intersection(stems).count)
            if counts > (best?.said ?? 0, best?.asked ?? -1) { best = (counts.0, counts.1, sentence) }
        }
        return best?.sentence
    }

    /// The stems of a sentence, but for its marks.
    private static func words(of sentence: Range<Int>, without marks: [Range<Int>], in bytes: [UInt8]) -> Set<String> {
        var words: [UInt8] = []
        var start = sentence.lowerBound
        for mark in marks {
            words += bytes[start..<mark.lowerBound] + [0x20]
            start = mark.upperBound
        }
        words += bytes[start..<sentence.upperBound]
        return Set(ContentWords.meaningful(in: String(decoding: words, as: UTF8.self)).map(ContentWords.stem))
    }

    /// Places of `[1]` … `[99]`.
    private static func marks(in sentence: Range<Int>, of bytes: [UInt8]) -> [(range: Range<Int>, number: Int)] {
        var marks: [(range: Range<Int>, number: Int)] = []
        for start in sentence where bytes[start] == UInt8(ascii: "[") {
            let digits = bytes[(start + 1)..<sentence.upperBound].prefix(3).prefix { (0x30...0x39).contains($0) }
            guard (1...2).contains(digits.count), digits.endIndex < sentence.upperBound,
                bytes[digits.endIndex] == UInt8(ascii: "]")
            else { continue }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            marks.append((start..<digits.endIndex + 1, number))
        }
        return marks
    }
}

/// The sentences of an answer in Markdown that say something: neither headings nor code nor tables.
enum AnswerSentences {
    /// Bytes of UTF-8, without white space and marks of lists at their ends.
    static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        var sentences: [Range<Int>] = []
        var isInCode = false
        for line in bytes.split(omittingEmptySubsequences: true, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = line.drop { $0 == 0x20 || $0 == 0x09 }
            if text.starts(with: "```".utf8) || text.starts(with: "~~~".utf8) {
                isInCode.toggle()
            } else if !isInCode, let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "|") {
                sentences += Sentences.ranges(in: withoutListMark(text)).filter { says(bytes[$0]) }
            }
        }
        return sentences
    }

    /// Whether it has words, and is more than what leads to the next line.
    private static func says(_ sentence: ArraySlice<UInt8>) -> Bool {
        guard sentence.last != UInt8(ascii: ":"), !sentence.reversed().starts(with: "**:".utf8) else { return false }
        return sentence.contains { ($0 | 0x20) >= UInt8(ascii: "a") || (0x30...0x39).contains($0) }
    }

    private static func withoutListMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = line
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        if let first = rest.first, "-*+>".utf8.contains(first) {
            rest = rest.dropFirst()
        } else if (1...3).contains(digits.count), let stop = rest.dropFirst(digits.count).first,
            stop == UInt8(ascii: ".") || stop == UInt8(ascii: ")")
        {
            rest = rest.dropFirst(digits.count + 1)
        } else {
            return line
        }
        return rest.first == 0x20 ? rest.drop { $0 == 0x20 } : line
    }
}
