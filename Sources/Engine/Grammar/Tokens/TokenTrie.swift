/// The texts of a vocabulary's tokens as a tree of bytes, so that tokens that begin alike are looked at once.
///
/// Immutable; any thread may read. Takes about 12 bytes a node; a vocabulary of 49,152 tokens has 120,000 nodes.
public struct TokenTrie: Sendable {
    /// Length of a row of logits: all ids lie below it.
    public let vocabularySize: Int
    /// The bytes that are a token by themselves.
    let single: [UInt8: Int32]

    // The nodes in preorder, the root left out.
    /// The byte that leads to each node.
    let bytes: [UInt8]
    /// How many bytes lie between the root and each node, at least 1.
    let depths: [UInt16]
    /// The first node that is no longer under each one.
    let ends: [Int32]
    /// Where in `tokens` each node's own begin; one entry more than there are nodes.
    let firstTokens: [Int32]
    let tokens: [Int32]
    let deepest: Int

    /// - Parameters:
    ///   - vocabularySize: how many tokens the model chooses from.
    ///   - bytes: the bytes of each token that is text; empty for one that is not (control tokens and the like).
    public init(vocabularySize: Int, bytesOfToken: (Int32) -> [UInt8]) {
        self.vocabularySize = vocabularySize
        var all: [(bytes: [UInt8], id: Int32)] = []
        for id in 0..<Int32(vocabularySize) {
            let bytes = bytesOfToken(id)
            if !bytes.isEmpty, bytes.count <= Int(UInt16.max) { all.append((bytes, id)) }
        }
        all.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) || ($0.bytes == $1.bytes && $0.id < $1.id) }
        single = Dictionary(
            all.lazy.filter { $0.bytes.count == 1 }.map { ($0.bytes[0], $0.id) },
            uniquingKeysWith: { first, _ in first })
        var growing = UnfinishedNode()
        for (bytes, id) in all { growing.append(bytes, id) }
        growing.close(to: 0)
        bytes = growing.bytes
        depths = growing.depths
        ends = growing.ends
        firstTokens = growing.firstTokens + [Int32(growing.tokens.count)]
        tokens = growing.tokens
        deepest = Int(growing.depths.max() ?? 0)
    }

    /// The tree while sorted tokens are added.
    private struct UnfinishedNode {
        var bytes: [UInt8] = []
        var depths: [UInt16] = []
        var ends: [Int32] = []
        var firstTokens: [Int32] = []
        var tokens: [Int32] = []
        /// The nodes of the latest token.
        private var path: [Int] = []

        mutating func append(_ token: [UInt8], _ id: Int32) {
            var common = 0
            while common < min(path.count, token.count), bytes[path[common]] == token[common] { common += 1 }
            close(to: common)
            for depth in common..<token.count {
                path.append(bytes.count)
                bytes.append(token[depth])
                depths.append(UInt16(depth + 1))
                ends.append(0)
                firstTokens.append(Int32(tokens.count))
            }
            tokens.append(id)
        }

        /// Nothing more comes below the nodes that are deeper than `depth`.
        mutating func close(to depth: Int) {
            while path.count > depth { ends[path.removeLast()] = Int32(bytes.count) }
        }
    }
}
