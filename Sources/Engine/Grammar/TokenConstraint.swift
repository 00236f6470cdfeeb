/// Writes one text by a grammar: says before each token which ones may come, and takes the one that was chosen.
///
/// There is always one, or the text is complete: a token is allowed only where the text can still be brought to its end,
/// with tokens of one byte if with no others. For one thread at a time.
public struct TokenConstraint: ~Copyable {
    private let trie: TokenTrie
    private let ends: [Int32]
    private var automaton: Automaton
    private var state: Int32
    /// By state.
    private var masks: [Int32: TokenMask] = [:]
    private var maskGeneration = 0
    /// The states along the way from the root of the tree to a node.
    private var path: [Int32]

    /// Most masks that are kept: 6 MB for a vocabulary of 49,152 tokens.
    private static let mostMasks = 1_024

    /// - Parameter ends: the tokens that end an answer; they may come where the text is complete.
    /// - Throws: ``GrammarError/Code/unwritable`` where the vocabulary cannot write any text of the grammar.
    public init(_ grammar: Grammar, _ trie: TokenTrie, ends: some Sequence<Int32>) throws(GrammarError) {
        self.ends = ends.filter { $0 >= 0 && Int($0) < trie.vocabularySize }
        var writable = ByteSet()
        for byte in trie.single.keys { writable.insert(byte) }
        self.trie = trie
        automaton = Automaton(grammar.program, writable: writable)
        state = automaton.start()
        path = Array(repeating: Automaton.dead, count: trie.deepest + 1)
        guard state != Automaton.dead, automaton.closingBytes(state) < ClosingCosts.never else {
            throw GrammarError(.unwritable, "the model has no tokens for what the grammar wants", at: nil)
        }
    }

    /// Whether the text may end here.
    public var isComplete: Bool { automaton.isAccepting(state) }

    /// Whether nothing more may come.
    public var isExhausted: Bool { !automaton.mayGoOn(state) }

    /// As many tokens as it takes at most to end the text by the shortest way; 0 where it is complete.
    public var closingTokens: Int { Int(automaton.closingBytes(state)) }

    /// The tokens that may come next, those that end the answer among them. Without any only where ``isExhausted``.
    public mutating func allowed() -> TokenMask {
        if maskGeneration != automaton.generation || masks.count >= Self.mostMasks {
            masks = [:]
            maskGeneration = automaton.generation
        }
        if let known = masks[state] { return known }
        let mask = walk(closingWithin: nil)
        masks[state] = mask
        return mask
    }

    /// Of these, the ones after which the text can be ended with `count` more tokens.
    public mutating func allowed(closingWithin count: Int) -> TokenMask { walk(closingWithin: max(0, count)) }

    /// Whether the text can be ended with `count` more tokens after these bytes.
    public mutating func canClose(after bytes: [UInt8], within count: Int) -> Bool {
        var reached = state
        for byte in bytes where reached != Automaton.dead { reached = automaton.next(reached, byte) }
        return reached != Automaton.dead && automaton.closingBytes(reached) <= count
    }

    /// Takes bytes that were written.
    /// - Returns: whether they were allowed; where not, nothing has changed.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> Bool {
        var reached = state
        for byte in bytes {
            reached = automaton.next(reached, byte)
            if reached == Automaton.dead { return false }
        }
        guard automaton.closingBytes(reached) < ClosingCosts.never else { return false }
        state = automaton.tidied(reached)
        return true
    }

    /// Walks over the tree of tokens beside the automaton. What cannot come is left out with all that begins so.
    private mutating func walk(closingWithin limit: Int?) -> TokenMask {
        var words = [UInt64](repeating: 0, count: (trie.vocabularySize + 63) >> 6)
        let most = Int32(clamping: limit ?? Int(ClosingCosts.never) - 1)
        path[0] = state
        var node = 0
        while node < trie.bytes.count {
            let depth = Int(trie.depths[node])
            let reached = automaton.next(path[depth - 1], trie.bytes[node])
            guard reached != Automaton.dead else {
                node = Int(trie.ends[node])
                continue
            }
            path[depth] = reached
            let own = Int(trie.firstTokens[node])..<Int(trie.firstTokens[node + 1])
            if !own.isEmpty, automaton.closingBytes(reached) <= most {
                for index in own {
                    let token = Int(trie.tokens[index])
                    words[token >> 6] |= 1 << UInt64(token & 63)
                }
            }
            node += 1
        }
        if isComplete { for end in ends { words[Int(end) >> 6] |= 1 << UInt64(end & 63) } }
        return TokenMask(words: words)
    }
}
