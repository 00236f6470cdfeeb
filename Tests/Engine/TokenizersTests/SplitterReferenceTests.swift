import Testing

@testable import Tokenizers

/// Odd strings under every splitter, with a vocabulary whose merges reach over words
/// (`Tests/Support/make-token-fixtures`).
@Suite("Word splitters beside the reference engine")
struct SplitterReferenceTests {
    private struct Splitter: Decodable {
        let name: String
        /// Tokens of each string, or which splitter's they equal.
        let ids: [[Int32]]?
        let sameAs: String?

        enum CodingKeys: String, CodingKey {
            case name, ids
            case sameAs = "same_as"
        }
    }

    private struct File: Decodable {
        let tokens: [String]
        let merges: [String]
        let strings: [String]
        let splitters: [Splitter]
    }

    @Test("every name gives the reference's tokens for every string")
    func tokens() throws {
        let file = try Fixtures.load("splitters", as: File.self)
        let vocabulary = try Vocabulary(tokens: file.tokens)
        #expect(file.splitters.count == 23 && file.strings.count > 60)
        for splitter in file.splitters {
            let rule = try #require(WordSplitter(name: splitter.name), "\(splitter.name)")
            let tokenizer = try Tokenizer(
                bytePairs: vocabulary, merges: file.merges, splitter: rule,
                prefersWholeWords: WordSplitter.takesWholeWords(splitter.name))
            let expected = file.splitters.first { $0.name == splitter.sameAs ?? splitter.name }?.ids
            for (text, ids) in zip(file.strings, try #require(expected)) {
                #expect(tokenizer.encode(text) == ids, "\(splitter.name): \(text.debugDescription)")
                #expect(try tokenizer.decode(ids) == text)
            }
        }
    }

    @Test("Llama 3's tokenizer alone takes whole words and begins a text with a token of its own")
    func wholeWords() {
        for name in ["smaug-bpe", "dbrx", "qwen2", "gpt-2"] { #expect(!WordSplitter.takesWholeWords(name)) }
        #expect(WordSplitter.takesWholeWords("llama-bpe") && WordSplitter(name: "spiral") == nil)
    }
}
