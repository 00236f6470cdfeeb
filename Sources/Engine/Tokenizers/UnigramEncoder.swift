/// SentencePiece's unigram model, as T5 uses it: of all ways to cut a text into tokens, the one whose scores add up to
/// most.
///
/// A space is written "▁". What no token covers becomes the token for unknown text, once for a whole stretch. Takes time
/// in proportion to the text and to the longest token that stands in it.
final class UnigramEncoder: Sendable {
    /// What is done to a text before it is cut.
    struct Rules: Sendable {
        /// Whether a space is put before the first word.
        var addsSpacePrefix = false
        /// Whether every word has one space before it, whatever stood there, and none is left at the end.
        var mergesSpaces = false
        var map: NormalisationMap?
    }

    private static let space: [UInt8] = Array("▁".utf8)
    private static let replacement: [UInt8] = Array("\u{FFFD}".utf8)

    private let tokens: TokenPrefixes
    private let scores: [Double]
    private let unknown: Int32
    private let unknownScore: Double
    let rules: Rules

    /// - Throws: where there are not as many scores as tokens, a score is no number, or nothing stands for unknown text.
    init(_ vocabulary: Vocabulary, scores: [Double], unknown: Int?, rules: Rules) throws(TokenizerError) {
        guard scores.count == vocabulary.count, scores.allSatisfy(\.isFinite) else {
            throw .malformed("its \(vocabulary.count) tokens do not have a score each")
        }
        guard let unknown, (0..<vocabulary.count).contains(unknown) else {
            throw .malformed("it has no token for unknown text")
        }
        var scores = scores
        var least = 0.0
        for id in scores.indices {
            switch vocabulary.kind(of: Int32(id)) {
            case .normal: least = min(least, scores[id])
            case .userDefined: scores[id] = 0
            default: break
            }
        }
        tokens = TokenPrefixes(vocabulary) { id in
            let kind = vocabulary.kind(of: id)
            return kind == .normal || kind == .userDefined || kind == .unused
        }
        self.scores = scores
        self.unknown = Int32(unknown)
        unknownScore = least - 10
        self.rules = rules
    }

    /// Appends the tokens of `text`, in which nothing is special.
    func encode(_ text: Span<UInt8>, into ids: inout [Int32]) {
        let bytes = normalised(text.indices.map { text[$0] })
        /// The best way to each place: its score, the token it ends with, and where that begins.
        var best = [(score: Double, token: Int32, start: Int)](
            repeating: (-.infinity, unknown, 0), count: bytes.count + 1)
        best[0].score = 0
        var start = 0
        while start < bytes.count {
            let length = Self.characterLength(at: start, in: bytes)
            let score = best[start].score
            var coversCharacter = false
            func offer(_ token: Int32, _ length: Int, _ gain: Double) {
                guard score + gain > best[start + length].score else { return }
                best[start + length] = (score + gain, token, start)
            }
            tokens.forEach(at: start, in: bytes) { id, count in
                coversCharacter = coversCharacter || count == length
                offer(id, count, scores[Int(id)])
            }
            if !coversCharacter { offer(unknown, length, unknownScore) }
            start += length
        }
        append(best, to: &ids)
    }

    /// Follows the best way back from the end; neighbours that are unknown become one.
    private func append(_ best: [(score: Double, token: Int32, start: Int)], to ids: inout [Int32]) {
        var reversed: [Int32] = []
        var place = best.count - 1
        while place > 0 {
            let step = best[place]
            if step.token != unknown || reversed.last != unknown { reversed.append(step.token) }
            place = step.start
        }
        ids += reversed.reversed()
    }

    private func normalised(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var isInWord = false
        var needsPrefix = rules.addsSpacePrefix
        var index = 0
        while index < text.count {
            let (length, bytes) = rewritten(at: index, in: text)
            index += length
            for byte in bytes {
                guard byte != 0x20 else {
                    isInWord = false
                    if !rules.mergesSpaces { output += Self.space }
                    continue
                }
                if !isInWord, needsPrefix || rules.mergesSpaces {
                    output += Self.space
                    needsPrefix = false
                }
                isInWord = true
                output.append(byte)
            }
        }
        return output
    }

    /// How many bytes at `index` become which.
    private func rewritten(at index: Int, in text: [UInt8]) -> (length: Int, bytes: ArraySlice<UInt8>) {
        if let match = rules.map?.match(at: index, in: text) { return (match.length, match.replacement) }
        let length = Self.characterLength(at: index, in: text)
        let character = text[index..<index + length]
        return String(validating: character, as: UTF8.self) == nil ? (1, Self.replacement[...]) : (length, character)
    }

    /// Bytes in the character at `index`; those that make none count one by one.
    private static func characterLength(at index: Int, in bytes: [UInt8]) -> Int {
        let length =
            switch bytes[index] {
            case 0xC0..<0xE0: 2
            case 0xE0..<0xF0: 3
            case 0xF0...: 4
            default: 1
            }
        return min(length, bytes.count - index)
    }
}
