/// SentencePiece's byte-pair encoding, as Llama 2, TinyLlama and Gemma use it: characters are tokens at first, and
/// neighbours whose texts together are a token merge, the highest score first and from left to right.
///
/// A space is written "▁". Characters without a token become the tokens of their bytes. Takes O(n log n) time.
final class SentencePieceEncoder: Sendable {
    private static let space: [UInt8] = Array("▁".utf8)

    private let vocabulary: Vocabulary
    /// The place of each token in the order of scores, the highest first; -1 for what text may not merge into.
    private let ranks: [Int32]
    /// The token of every byte, or the one for unknown text.
    private let byteTokens: [Int32]
    /// Whether a space is put before a text, so that its first word is a word like any other.
    let addsSpacePrefix: Bool

    /// - Throws: where there are not as many scores as tokens, a score is no number, or a byte has no token and nothing
    ///   stands for it.
    init(
        _ vocabulary: Vocabulary, scores: [Double], unknown: Int?, addsSpacePrefix: Bool
    ) throws(TokenizerError) {
        guard scores.count == vocabulary.count, scores.allSatisfy({ !$0.isNaN }) else {
            throw .malformed("its \(vocabulary.count) tokens do not have a score each")
        }
        guard unknown.map({ (0..<vocabulary.count).contains($0) }) ?? true else {
            throw .malformed("the token for unknown text is none of its \(vocabulary.count)")
        }
        var byteTokens: [Int32] = []
        for byte in UInt8.min ... .max {
            let digits = String(byte, radix: 16, uppercase: true)
            let id = vocabulary.id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>") ?? vocabulary.id(of: [byte].span)
            guard let token = id ?? unknown.map(Int32.init) else {
                throw .malformed("it has no token for the byte \(byte)")
            }
            byteTokens.append(token)
        }
        self.vocabulary = vocabulary
        self.byteTokens = byteTokens
        self.addsSpacePrefix = addsSpacePrefix
        ranks = Self.ranks(of: scores, vocabulary)
    }

    /// Equal scores share a rank: among them, the leftmost merges first.
    private static func ranks(of scores: [Double], _ vocabulary: Vocabulary) -> [Int32] {
        var ranks = [Int32](repeating: -1, count: scores.count)
        var (rank, last): (Int32, Double?) = (-1, nil)
        for id in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
            if scores[id] != last { (rank, last) = (rank + 1, scores[id]) }
            // A control token must not arise from text, whatever its score.
            let kind = vocabulary.kind(of: Int32(id))
            if kind == .normal || kind == .userDefined { ranks[id] = rank }
        }
        return ranks
    }

    /// Appends the tokens of `text`, in which nothing is special.
    func encode(_ text: Span<UInt8>, isAfterSpecial: Bool, into ids: inout [Int32]) {
        var bytes = addsSpacePrefix && isAfterSpecial ? Self.space : []
        for index in text.indices {
            if text[index] == 0x20 { bytes += Self.space } else { bytes.append(text[index]) }
        }
        // Where each character starts, and the end.
        var starts = [0]
        var row = SymbolRow()
        while let start = starts.last, start < bytes.count {
            let limit = min(start + Self.length(of: bytes[start]), bytes.count)
            // A character that is cut short must not swallow what follows.
            var end = start + 1
            while end < limit, bytes[end] & 0xC0 == 0x80 { end += 1 }
            row.ids.append(vocabulary.id(of: bytes.span.extracting(start..<end)) ?? -1)
            starts.append(end)
        }
        row.mergeAll { pair in
            let range = starts[pair.range.lowerBound]..<starts[pair.range.upperBound]
            guard let id = vocabulary.id(of: bytes.span.extracting(range)), ranks[Int(id)] >= 0 else { return nil }
            return Merge(rank: ranks[Int(id)], result: id)
        }
        row.forEach { id, start, end in
            if id >= 0 {
                ids.append(id)
            } else {
                ids += bytes[starts[start]..<starts[end]].map { byteTokens[Int($0)] }
            }
        }
    }

    /// Bytes in the character that `lead` begins, if it is whole.
    private static func length(of lead: UInt8) -> Int {
        switch lead {
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0...: 4
        default: 1
        }
    }

    /// Appends the bytes that the text of a token stands for.
    static func appendBytes(of text: Span<UInt8>, isByte: Bool, to output: inout [UInt8]) {
        if isByte, text.count == 6, let byte = byte(text[3], text[4]) {
            output.append(byte)
            return
        }
        var index = 0
        while index < text.count {
            if index + 2 < text.count, (0..<3).allSatisfy({ text[index + $0] == space[$0] }) {
                output.append(0x20)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
    }

    /// The byte of two hexadecimal digits, as in `<0x0A>`.
    private static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        UInt8(String(Unicode.Scalar(high)) + String(Unicode.Scalar(low)), radix: 16)
    }
}
