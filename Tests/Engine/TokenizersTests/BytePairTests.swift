import TestSupport
import Testing

@testable import Tokenizers

@Suite("Byte-pair encoding")
struct BytePairTests {
    /// Lower-case letters merge in ways that stale queue entries and ties would get wrong.
    private static let results = ["ab", "bc", "abc", "cc", "ccc", "aa", "aaaa", "aab", "abcabc"]
    private static let merges = ["b c", "a b", "c c", "ab c", "cc c", "a a", "aa aa", "aa b", "a bc", "abc abc"]

    private func tokenizer(prefersWholeWords: Bool = false) throws -> Tokenizer {
        try Tokenizer(
            bytePairs: Vocabulary(tokens: Fixtures.bytes(and: Self.results)), merges: Self.merges, splitter: .gpt2,
            prefersWholeWords: prefersWholeWords)
    }

    @Test("merges as the textbook does: the earliest rank first, then from left to right")
    func textbook() throws {
        let tokenizer = try tokenizer()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<1_000 {
            let word = String(
                (0..<Int.random(in: 1...16, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
            let ids = tokenizer.encode(word)
            #expect(ids.compactMap { tokenizer.vocabulary.text(of: $0) } == textbook(word), "\(word)")
        }
    }

    /// The definition, in quadratic time.
    private func textbook(_ word: String) -> [String] {
        var symbols = word.map(String.init)
        while true {
            let pairs = zip(symbols, symbols.dropFirst()).enumerated().compactMap { index, pair in
                Self.merges.firstIndex(of: "\(pair.0) \(pair.1)").map { (rank: $0, index: index) }
            }
            guard let best = pairs.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else { return symbols }
            symbols.replaceSubrange(best.index...best.index + 1, with: [symbols[best.index] + symbols[best.index + 1]])
        }
    }

    @Test("takes whole words first only where the model wants that")
    func wholeWords() throws {
        var results = Self.results
        results.append("Ġcab")
        let vocabulary = try Vocabulary(tokens: Fixtures.bytes(and: results))
        let whole = try Tokenizer(
            bytePairs: vocabulary, merges: Self.merges, splitter: .llama3(maxDigits: 3), prefersWholeWords: true)
        let pairs = try Tokenizer(bytePairs: vocabulary, merges: Self.merges, splitter: .llama3(maxDigits: 3))
        #expect(whole.encode(" cab").count == 1)
        #expect(pairs.encode(" cab").count == 3)
    }

    @Test("leaves out bytes that have no token, and merges across none")
    func missingBytes() throws {
        var tokens = Fixtures.bytes(and: Self.results)
        tokens[1] = "<gap>"
        let tokenizer = try Tokenizer(
            bytePairs: Vocabulary(tokens: tokens), merges: Self.merges, splitter: .gpt2)
        #expect(try tokenizer.decode(tokenizer.encode("!\u{1}!")) == "!!")
        #expect(tokenizer.encode("\u{1}") == [])
    }

    @Test("knows every byte by its letter in the alphabet")
    func alphabet() {
        #expect(ByteAlphabet.characters[0x20] == Array("Ġ".utf8))
        #expect(ByteAlphabet.characters[0x0A] == Array("Ċ".utf8))
        #expect(ByteAlphabet.characters[0x41] == Array("A".utf8))
        #expect(Set(ByteAlphabet.characters).count == 256)
        for (byte, character) in ByteAlphabet.characters.enumerated() {
            var bytes: [UInt8] = []
            ByteAlphabet.appendBytes(of: character.span, to: &bytes)
            #expect(bytes == [UInt8(byte)])
        }
    }
}
