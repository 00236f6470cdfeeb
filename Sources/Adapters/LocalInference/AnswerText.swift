internal import Tokenizers

/// The tokens of an answer and the text that was told of them, so that a part of both can be taken back.
struct AnswerText {
    private(set) var tokens: [Int32] = []
    /// Bytes of text that were told up to and with each token.
    private var textEnds: [Int] = []
    /// Whether nothing was held back behind the token.
    private var isWhole: [Bool] = []
    private var stream = UTF8Stream()
    private let stopTexts: [[UInt8]]
    /// Text that is not told yet, since a stop text may begin with it.
    private var held: [UInt8] = []

    /// What a token adds to an answer.
    struct Piece {
        /// Text that became certain with it.
        var text: String
        /// Whether the answer has come to a stop text, which is no part of it.
        var isStopped = false
    }

    /// - Parameters:
    ///   - capacity: tokens that the answer may have; appending as many allocates nothing but text.
    ///   - stopTexts: the answer ends before the first of them; empty ones count for nothing.
    init(capacity: Int, stopTexts: [String] = []) {
        tokens.reserveCapacity(capacity)
        textEnds.reserveCapacity(capacity)
        isWhole.reserveCapacity(capacity)
        self.stopTexts = stopTexts.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// Adds a token with its bytes.
    ///
    /// - Parameter isLast: whether nothing follows: what is held back is told now.
    mutating func append(_ token: Int32, bytes: [UInt8], isLast: Bool) -> Piece {
        var piece = Piece(text: stream.append(bytes))
        if isLast { piece.text += stream.finish() }
        if !stopTexts.isEmpty { piece = holdBack(piece.text, isLast: isLast) }
        tokens.append(token)
        textEnds.append((textEnds.last ?? 0) + piece.text.utf8.count)
        isWhole.append(!stream.isHolding && held.isEmpty)
        return piece
    }

    private mutating func holdBack(_ text: String, isLast: Bool) -> Piece {
        held += text.utf8
        if let stop = held.indices.first(where: { start in stopTexts.contains { held[start...].starts(with: $0) } }) {
            defer { held = [] }
            return Piece(text: String(decoding: held[..<stop], as: UTF8.self), isStopped: true)
        }
        // The earliest place from which a stop text may go on beyond what is known.
        let kept =
            isLast
            ? held.endIndex
            : held.indices.first { start in stopTexts.contains { $0.starts(with: held[start...]) } } ?? held.endIndex
        defer { held.removeFirst(kept) }
        return Piece(text: String(decoding: held[..<kept], as: UTF8.self))
    }

    /// Takes back all but the first `count` tokens, or a few more where a character or a stop text would be split.
    ///
    /// - Returns: how many tokens, and how many bytes of their text.
    mutating func truncate(to count: Int) -> (tokens: Int, textBytes: Int) {
        var kept = min(count, tokens.count)
        while kept > 0, !isWhole[kept - 1] { kept -= 1 }
        let before = (tokens.count, textEnds.last ?? 0)
        tokens.removeLast(tokens.count - kept)
        textEnds.removeLast(textEnds.count - kept)
        isWhole.removeLast(isWhole.count - kept)
        stream = UTF8Stream()
        held = []
        return (before.0 - kept, before.1 - (textEnds.last ?? 0))
    }
}
