public import GGUF

extension Tokenizer {
    /// The tokenizer of a GGUF file, from its `tokenizer.ggml.*` keys.
    ///
    /// - Throws: ``GGUFError`` where a key is missing or of the wrong type, ``TokenizerError`` where the values do not
    ///   fit each other or name a tokenizer this program does not know.
    public init(_ metadata: Metadata) throws {
        let modelKey = "tokenizer.ggml.model"
        guard let model = try metadata.string(modelKey) else { throw metadata.missing(modelKey) }
        guard model == "gpt2" else {
            throw TokenizerError(
                .unsupportedTokenizer,
                "the model's tokenizer is of kind \(model.quoted()); this program knows gpt2 (byte-level pairs)")
        }
        let name = try metadata.string("tokenizer.ggml.pre") ?? "default"
        guard let splitter = WordSplitter(name: name) else {
            throw TokenizerError(
                .unsupportedTokenizer,
                "the model cuts text into words as \(name.quoted()), which this program does not know; "
                    + "it knows smollm, gpt-2, llama-bpe, qwen2, starcoder and a few like them")
        }
        let mergesKey = "tokenizer.ggml.merges"
        guard let merges = try metadata.strings(mergesKey) else { throw metadata.missing(mergesKey) }
        let vocabulary = try Vocabulary(metadata)
        var table = try MergeTable(capacity: merges.count)
        for index in 0..<merges.count {
            try merges.withBytes(at: index) { (line) throws(TokenizerError) in try table.append(line, of: vocabulary) }
        }
        let isLlama3 = splitter == .llama3(maxDigits: 3)
        let addsBeginning = try metadata.bool("tokenizer.ggml.add_bos_token") ?? isLlama3
        try self.init(vocabulary, table, splitter, isLlama3, addsBeginning && vocabulary.beginningOfSequence != nil)
    }
}
