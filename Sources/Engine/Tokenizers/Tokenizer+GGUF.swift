public import GGUF

extension Tokenizer {
    /// The tokenizer of a GGUF file, from its `tokenizer.ggml.*` keys.
    ///
    /// - Throws: ``GGUFError`` where a key is missing or of the wrong type, ``TokenizerError`` where the values do not
    ///   fit each other or name a tokenizer this program does not know.
    public init(_ metadata: Metadata) throws {
        let key = "tokenizer.ggml.model"
        let vocabulary = try Vocabulary(metadata)
        let model: Model
        let addsBeginningByDefault: Bool
        switch try metadata.string(key) {
        case "gpt2":
            let (splitter, takesWholeWords) = try Self.splitter(metadata)
            addsBeginningByDefault = takesWholeWords
            model = .bytePairs(
                try BytePairEncoder(
                    vocabulary, Self.merges(metadata, of: vocabulary), splitter, prefersWholeWords: takesWholeWords))
        case "llama":
            addsBeginningByDefault = true
            model = .sentencePiece(try Self.sentencePiece(metadata, vocabulary))
        case "t5":
            addsBeginningByDefault = false
            model = .unigram(try Self.unigram(metadata, vocabulary))
        case nil:
            throw metadata.missing(key)
        case let other?:
            throw TokenizerError(
                .unsupportedTokenizer,
                "the model's tokenizer is of kind \(other.quoted()); this program knows gpt2 (byte-level pairs), "
                    + "llama (SentencePiece's pairs) and t5 (its unigrams)")
        }
        let addsBeginning = try metadata.bool("tokenizer.ggml.add_bos_token") ?? addsBeginningByDefault
        self.init(
            vocabulary, model, addsBeginningOfSequence: addsBeginning && vocabulary.beginningOfSequence != nil)
    }

    private static func splitter(_ metadata: Metadata) throws -> (WordSplitter, takesWholeWords: Bool) {
        let name = try metadata.string("tokenizer.ggml.pre") ?? "default"
        guard let splitter = WordSplitter(name: name) else {
            throw TokenizerError(
                .unsupportedTokenizer,
                "the model cuts text into words as \(name.quoted()), which this program does not know; "
                    + "it knows smollm, gpt-2, llama-bpe, qwen2, starcoder and a few like them")
        }
        return (splitter, WordSplitter.takesWholeWords(name))
    }

    private static func merges(_ metadata: Metadata, of vocabulary: Vocabulary) throws -> MergeTable {
        let key = "tokenizer.ggml.merges"
        guard let merges = try metadata.strings(key) else { throw metadata.missing(key) }
        var table = try MergeTable(capacity: merges.count)
        var problem: TokenizerError?
        merges.forEach { line in
            do throws(TokenizerError) { try table.append(line, of: vocabulary) } catch { problem = error }
            return problem == nil
        }
        if let problem { throw problem }
        return table
    }

    private static func sentencePiece(_ metadata: Metadata, _ vocabulary: Vocabulary) throws -> SentencePieceEncoder {
        let key = "tokenizer.ggml.scores"
        guard let scores = try metadata.floats(key) else { throw metadata.missing(key) }
        return try SentencePieceEncoder(
            vocabulary, scores: scores, unknown: metadata.integer("tokenizer.ggml.unknown_token_id"),
            addsSpacePrefix: metadata.bool("tokenizer.ggml.add_space_prefix") ?? true)
    }

    private static func unigram(_ metadata: Metadata, _ vocabulary: Vocabulary) throws -> UnigramEncoder {
        let key = "tokenizer.ggml.scores"
        guard let scores = try metadata.floats(key) else { throw metadata.missing(key) }
        var rules = UnigramEncoder.Rules()
        rules.addsSpacePrefix = try metadata.bool("tokenizer.ggml.add_space_prefix") ?? false
        rules.mergesSpaces = try metadata.bool("tokenizer.ggml.remove_extra_whitespaces") ?? false
        if let map = try metadata.integers("tokenizer.ggml.precompiled_charsmap"), !map.isEmpty {
            rules.map = try NormalisationMap(map.map { UInt8(truncatingIfNeeded: $0) })
        }
        return try UnigramEncoder(
            vocabulary, scores: scores, unknown: metadata.integer("tokenizer.ggml.unknown_token_id") ?? 2,
            rules: rules)
    }
}
