/// The tokens of a model, by id: their texts as the model's file has them, and what kind each is.
///
/// Independent of where it came from: a GGUF file or a list. Immutable; any thread may read.
public struct Vocabulary: Sendable {
    /// What a token is for, by the number that stands for it in a file.
    public enum TokenKind: UInt8, Sendable {
        /// A piece of text.
        case normal = 1
        /// Stands for what the vocabulary cannot say.
        case unknown
        /// Steers the model, such as the end of a turn. Never arises from a user's text.
        case control
        /// A piece of text that was added whole, and is always recognised.
        case userDefined
        /// A gap in the numbering.
        case unused
        /// A single byte, written `<0x0A>`.
        case byte
    }

    /// Most tokens a vocabulary may have.
    static let tokenLimit = TokenTable.limit
    /// Most bytes of a token's text: all of them together can then be counted in 32 bits.
    static let tokenByteLimit = 4_095

    private let table: TokenTable
    private let kinds: [TokenKind]
    /// What a sequence begins with; `nil` where the model has no such token.
    public let beginningOfSequence: Int32?
    /// What ends an answer; `nil` where the model has no such token.
    public let endOfSequence: Int32?
    /// Every token that ends an answer: the one above, and those known by name, such as `<|im_end|>`.
    public let endOfGeneration: Set<Int32>

    /// Number of tokens; ids run from 0 up to it.
    public var count: Int { table.count }

    /// A vocabulary of `tokens`, in the order of their ids.
    ///
    /// - Parameter kind: what a token is; everything is normal where left out.
    /// - Throws: where tokens repeat, or an id lies outside.
    public init(
        tokens: [String], beginningOfSequence: Int32? = nil, endOfSequence: Int32? = nil,
        kind: (Int32, String) -> TokenKind = { _, _ in .normal }
    ) throws(TokenizerError) {
        let capacity = min(tokens.count, Self.tokenLimit)
        var table = TokenTable(capacity: capacity, byteCount: tokens.reduce(0) { $0 + $1.utf8.count })
        var kinds: [TokenKind] = []
        for token in tokens {
            try Self.add(Array(token.utf8).span, to: &table)
            kinds.append(kind(Int32(kinds.count), token))
        }
        try self.init(table, kinds, beginningOfSequence.map(Int.init), endOfSequence.map(Int.init), [])
    }

    /// - Parameter ends: further ids that end an answer.
    init(
        _ table: TokenTable, _ kinds: [TokenKind], _ beginning: Int?, _ end: Int?, _ ends: [Int]
    ) throws(TokenizerError) {
        precondition(table.count == kinds.count)
        guard table.count > 0 else { throw .malformed("it is empty") }
        for id in ends + [beginning, end].compactMap(\.self) where !(0..<table.count).contains(id) {
            throw .malformed("a special token has id \(id), but there are \(table.count) tokens")
        }
        let named = Self.endNames.compactMap { table.number(of: Array($0.utf8).span) }
        var kinds = kinds
        for id in named { kinds[Int(id)] = .control }
        self.table = table
        self.kinds = kinds
        beginningOfSequence = beginning.map(Int32.init)
        endOfSequence = end.map(Int32.init)
        endOfGeneration = Set(named + ends.map(Int32.init) + [endOfSequence].compactMap(\.self))
    }

    /// Adds a token's text, refusing what no vocabulary may hold.
    static func add(_ text: Span<UInt8>, to table: inout TokenTable) throws(TokenizerError) {
        guard table.count < tokenLimit else { throw .malformed("it has more than \(tokenLimit) tokens") }
        guard text.count <= tokenByteLimit else {
            throw .malformed("token \(table.count) has \(text.count) bytes; at most \(tokenByteLimit) are accepted")
        }
        guard table.append(text) else { throw .malformed("token \(table.count) is there twice") }
    }

    /// Tokens that end a turn or a text in the families we know, whatever kind their file says they are.
    private static let endNames = [
        "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>", "<end_of_turn>",
        "</s>",
    ]

    /// Returns whether there is a token of this number.
    public func contains(_ id: Int32) -> Bool { id >= 0 && Int(id) < count }

    /// What token `id`, which must be there, is for.
    public func kind(of id: Int32) -> TokenKind { kinds[Int(id)] }

    /// The token whose text in the file is `text`.
    public func id(of text: String) -> Int32? { table.number(of: Array(text.utf8).span) }

    /// The token whose text in the file is `text`.
    func id(of text: Span<UInt8>) -> Int32? { table.number(of: text) }

    /// Whether the text of token `id`, which must be there, is `left` with `right` behind it.
    func isText(of id: Int32, _ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        table.isString(Int(id), left, right)
    }

    /// Calls `body` with the text of token `id`, which must be there, as the file has it.
    func withText<R>(of id: Int32, _ body: (Span<UInt8>) -> R) -> R {
        table.withString(Int(id), body)
    }

    /// The text of token `id` as the file has it, with U+FFFD for what is not UTF-8; `nil` where there is no such token.
    ///
    /// For listings: byte-level vocabularies write a space as "Ġ". ``Tokenizer/decode(_:includingSpecial:)`` gives text.
    public func text(of id: Int32) -> String? {
        guard contains(id) else { return nil }
        return withText(of: id) { text in
            unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}
