internal import Tokenizers

/// The tokens of an answer and the text that was told of them, so that a part of both can be taken back.
struct AnswerText {
    private(set) var tokens: [Int32] = []
    /// Bytes of text that were told up to and with each token.
    private var textEnds: [Int] = []
    /// Whether no character was split behind the token.
    private var isWhole: [Bool] = []
    private var stream = UTF8Stream()
    /// The latest bytes of the text.
    private var tail: [UInt8] = []

    /// Stop texts are looked for in so many of the latest bytes.
    static let longestStopText = 64

    /// - Parameter capacity: tokens that the answer may have; appending as many allocates nothing but text.
    init(capacity: Int) {
        tokens.reserveCapacity(capacity)
        textEnds.reserveCapacity(capacity)
        isWhole.reserveCapacity(capacity)
    }

    /// Adds a token with its bytes.
    ///
    /// - Parameter isLast: whether nothing follows: what is held back of a split character is told now.
    /// - Returns: the text that became complete with it.
    mutating func append(_ token: Int32, bytes: [UInt8], isLast: Bool) -> String {
        var piece = stream.append(bytes)
        if isLast { piece += stream.finish() }
        tokens.append(token)
        textEnds.append((textEnds.last ?? 0) + piece.utf8.count)
        isWhole.append(!stream.isHolding)
        tail += piece.utf8
        if tail.count > 4 * Self.longestStopText { tail.removeFirst(tail.count - 2 * Self.longestStopText) }
        return piece
    }

    /// The number of tokens before the first of `texts`, where the answer has come to one of them.
    func tokens(before texts: [String]) -> Int? {
        let stops = texts.compactMap { text -> Int? in
            let bytes = Array(text.utf8)
            guard !bytes.isEmpty, bytes.count <= tail.count else { return nil }
            return (0...tail.count - bytes.count).first { tail[$0..<$0 + bytes.count].elementsEqual(bytes) }
        }
        guard let first = stops.min() else { return nil }
        let start = (textEnds.last ?? 0) - tail.count + first
        return textEnds.firstIndex { $0 > start } ?? textEnds.count
    }

    /// Takes back all but the first `count` tokens, or a few more where a character would be split.
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
        tail = []
        return (before.0 - kept, before.1 - (textEnds.last ?? 0))
    }
}
