/// Text into a model's tokens and back, exactly as the model was trained.
///
/// Immutable; any thread may encode. Neither direction blocks; both allocate in proportion to their input.
public struct Tokenizer: Sendable {
    /// The tokens that it cuts text into.
    public let vocabulary: Vocabulary
    /// Whether the model wants ``Vocabulary/beginningOfSequence`` before everything it reads. ``encode(_:parseSpecial:)``
    /// never adds it by itself.
    public let addsBeginningOfSequence: Bool
    private let model: Model
    private let specials: SpecialTokenFinder

    /// How text that is not special becomes tokens.
    enum Model: Sendable {
        case bytePairs(BytePairEncoder)
        case sentencePiece(SentencePieceEncoder)
        case unigram(UnigramEncoder)

        /// Whether the text of a token begins with a space that the first one of a text does not count.
        var addsSpacePrefix: Bool {
            switch self {
            case .bytePairs: false
            case .sentencePiece(let encoder): encoder.addsSpacePrefix
            case .unigram(let encoder): encoder.rules.addsSpacePrefix
            }
        }
    }

    /// A byte-level byte-pair tokenizer.
    ///
    /// - Parameters:
    ///   - merges: two tokens with a space between them, the earliest first.
    ///   - prefersWholeWords: whether a word that is a token is taken as it is, as Llama 3 does.
    /// - Throws: where a merge names tokens the vocabulary lacks, or printable ASCII cannot be encoded.
    public init(
        bytePairs vocabulary: Vocabulary, merges: [String], splitter: WordSplitter, prefersWholeWords: Bool = false,
        addsBeginningOfSequence: Bool = false
    ) throws(TokenizerError) {
        var table = try MergeTable(capacity: merges.count)
        for merge in merges { try table.append(Array(merge.utf8).span, of: vocabulary) }
        let encoder = try BytePairEncoder(vocabulary, table, splitter, prefersWholeWords: prefersWholeWords)
        self.init(vocabulary, .bytePairs(encoder), addsBeginningOfSequence: addsBeginningOfSequence)
    }

    init(_ vocabulary: Vocabulary, _ model: Model, addsBeginningOfSequence: Bool) {
        self.vocabulary = vocabulary
        self.model = model
        self.addsBeginningOfSequence = addsBeginningOfSequence
        specials = SpecialTokenFinder(vocabulary)
    }

    // MARK: Encoding

    /// The tokens of `text`.
    ///
    /// - Parameter parseSpecial: whether the texts of control tokens, such as `<|im_end|>`, become those tokens. Leave
    ///   it `false` for anything a user or a file says.
    public func encode(_ text: String, parseSpecial: Bool = false) -> [Int32] {
        encode(Array(text.utf8), parseSpecial: parseSpecial)
    }

    /// The tokens of `bytes`, which need not be UTF-8: byte-level pairs read each byte that is not part of a character,
    /// and SentencePiece's unigram as U+FFFD, its pairs keep it.
    public func encode(_ bytes: [UInt8], parseSpecial: Bool = false) -> [Int32] {
        var ids: [Int32] = []
        var isAfterSpecial = true
        for fragment in specials.fragments(of: bytes, parseControl: parseSpecial) {
            switch (fragment, model) {
            case (.token(let id), _):
                ids.append(id)
                isAfterSpecial = true
                continue
            case (.text(let range), .bytePairs(let encoder)):
                encoder.encode(ScalarText(decoding: bytes.span.extracting(range)), into: &ids)
            case (.text(let range), .sentencePiece(let encoder)):
                encoder.encode(bytes.span.extracting(range), isAfterSpecial: isAfterSpecial, into: &ids)
            case (.text(let range), .unigram(let encoder)):
                encoder.encode(bytes.span.extracting(range), into: &ids)
            }
            isAfterSpecial = false
        }
        return ids
    }

    // MARK: Decoding

    /// Appends the bytes token `id` stands for; they may be part of a character only (see ``UTF8Stream``).
    ///
    /// - Parameter includingSpecial: whether control tokens give their text or nothing.
    /// - Throws: where there is no such token.
    public func appendBytes(
        of id: Int32, to bytes: inout [UInt8], includingSpecial: Bool = false
    ) throws(TokenizerError) {
        guard vocabulary.contains(id) else {
            throw TokenizerError(
                .unknownToken, "there is no token \(id): the model's tokens are 0 to \(vocabulary.count - 1)")
        }
        let kind = vocabulary.kind(of: id)
        if kind == .unused || (!includingSpecial && (kind == .control || kind == .unknown)) { return }
        vocabulary.withText(of: id) { text in
            switch (kind, model) {
            case (.normal, .bytePairs), (.byte, .bytePairs):
                ByteAlphabet.appendBytes(of: text, to: &bytes)
            case (.normal, .sentencePiece), (.byte, .sentencePiece), (.normal, .unigram), (.byte, .unigram):
                SentencePieceEncoder.appendBytes(of: text, isByte: kind == .byte, to: &bytes)
            default:
                for index in text.indices { bytes.append(text[index]) }
            }
        }
    }

    /// The bytes token `id` stands for; see ``appendBytes(of:to:includingSpecial:)``.
    public func bytes(of id: Int32, includingSpecial: Bool = false) throws(TokenizerError) -> [UInt8] {
        var bytes: [UInt8] = []
        try appendBytes(of: id, to: &bytes, includingSpecial: includingSpecial)
        return bytes
    }

    /// The bytes `ids` stand for, one after the other, without the space some models put before a text.
    public func decodeBytes(_ ids: [Int32], includingSpecial: Bool = false) throws(TokenizerError) -> [UInt8] {
        var bytes: [UInt8] = []
        for id in ids { try appendBytes(of: id, to: &bytes, includingSpecial: includingSpecial) }
        let startsWithWord = ids.first.map { vocabulary.kind(of: $0) == .normal } ?? false
        if model.addsSpacePrefix, startsWithWord, bytes.first == 0x20 { bytes.removeFirst() }
        return bytes
    }

    /// The text `ids` stand for, with U+FFFD for what is not UTF-8.
    public func decode(_ ids: [Int32], includingSpecial: Bool = false) throws(TokenizerError) -> String {
        String(decoding: try decodeBytes(ids, includingSpecial: includingSpecial), as: UTF8.self)
    }
}
