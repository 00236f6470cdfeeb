public import GGUF

extension Vocabulary {
    /// The vocabulary of a GGUF file, from its `tokenizer.ggml.*` keys.
    ///
    /// - Throws: ``GGUFError`` where a key is missing or of the wrong type, ``TokenizerError`` where the values do not
    ///   fit each other.
    public init(_ metadata: Metadata) throws {
        let key = "tokenizer.ggml.tokens"
        guard let tokens = try metadata.strings(key) else { throw metadata.missing(key) }
        guard tokens.count <= Self.tokenLimit else {
            throw TokenizerError.malformed("it has \(tokens.count) tokens; at most \(Self.tokenLimit) are accepted")
        }
        let types = try metadata.integers("tokenizer.ggml.token_type")
        guard types == nil || types?.count == tokens.count else {
            throw TokenizerError.malformed("it has \(tokens.count) tokens but \(types?.count ?? 0) types of tokens")
        }
        var kinds = [TokenKind](repeating: .normal, count: tokens.count)
        for (id, type) in (types ?? []).enumerated() where type != Int(TokenKind.normal.rawValue) {
            guard let kind = UInt8(exactly: type).flatMap(TokenKind.init) else {
                throw TokenizerError.malformed("there is no type \(type) of tokens")
            }
            kinds[id] = kind
        }
        var table = TokenTable(capacity: tokens.count, byteCount: tokens.byteCount)
        var problem: TokenizerError?
        tokens.forEach { text in
            do throws(TokenizerError) { try Self.add(text, to: &table) } catch { problem = error }
            return problem == nil
        }
        if let problem { throw problem }
        try self.init(
            table, kinds, metadata.integer("tokenizer.ggml.bos_token_id"),
            metadata.integer("tokenizer.ggml.eos_token_id"),
            ["eot", "eom"].compactMap { try metadata.integer("tokenizer.ggml.\($0)_token_id") })
    }
}
