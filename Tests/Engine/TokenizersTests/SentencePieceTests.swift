import TestSupport
import Testing

@testable import Tokenizers

@Suite("SentencePiece")
struct SentencePieceTests {
    private struct File: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
        }

        let tokens: [Fixtures.Piece]
        let cases: [Case]

        func tokenizer(addsSpacePrefix: Bool = true) throws -> Tokenizer {
            let vocabulary = try Fixtures.vocabulary(tokens)
            let encoder = try SentencePieceEncoder(
                vocabulary, scores: tokens.map(\.score), unknown: 0, addsSpacePrefix: addsSpacePrefix)
            return Tokenizer(vocabulary, .sentencePiece(encoder), addsBeginningOfSequence: true)
        }
    }

    @Test("agrees with the reference, and gives the texts back")
    func reference() throws {
        let file = try Fixtures.load("sentencepiece", as: File.self)
        let tokenizer = try file.tokenizer()
        #expect(file.cases.count == 59)
        for example in file.cases {
            let ids = tokenizer.encode(example.text)
            #expect(ids == example.ids, "\(example.text.debugDescription)")
            // The reference's own sign for a space comes back as a space.
            #expect(try tokenizer.decode(ids) == example.text.replacing("▁", with: " "))
        }
    }

    @Test("gives back any bytes at all")
    func randomBytes() throws {
        let tokenizer = try Fixtures.load("sentencepiece", as: File.self).tokenizer()
        var random = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(try tokenizer.decodeBytes(tokenizer.encode(bytes)) == bytes)
        }
    }

    @Test("puts the space before the text after every special token, or nowhere")
    func spacePrefix() throws {
        let file = try Fixtures.load("sentencepiece", as: File.self)
        let with = try file.tokenizer()
        #expect(with.encode("the</s>the", parseSpecial: true) == with.encode("the") + [2] + with.encode("the"))
        let without = try file.tokenizer(addsSpacePrefix: false)
        #expect(without.encode(" the") == with.encode("the"))
        #expect(try without.decode(without.encode(" the")) == " the")
    }

    @Test("never makes a control token of text")
    func control() throws {
        // "<", "/", "s" and ">" would merge into "</s>", whose score of 0 is the highest of all.
        let texts =
            ["<unk>", "<s>", "</s>", "</", "</s", "<", "/", "s", ">", "▁"]
            + (0..<256).map { byte in
                "<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
            }
        let vocabulary = try Vocabulary(tokens: texts, endOfSequence: 2) { id, _ in
            id == 0 ? .unknown : id < 3 ? .control : id < 10 ? .normal : .byte
        }
        let encoder = try SentencePieceEncoder(
            vocabulary, scores: texts.indices.map { -Double($0) }, unknown: 0, addsSpacePrefix: false)
        let tokenizer = Tokenizer(vocabulary, .sentencePiece(encoder), addsBeginningOfSequence: false)
        #expect(tokenizer.encode("</s>") == [4, 8])
        #expect(tokenizer.encode("</s>", parseSpecial: true) == [2])
    }

    @Test("refuses scores that are missing or no numbers, and bytes nothing stands for")
    func hostile() throws {
        let vocabulary = try Vocabulary(tokens: ["<unk>", "a"])
        for (scores, unknown) in [([0.0], 0), ([0, .nan], 0), ([0, 0], nil), ([0, 0], 2), ([0, 0], -1)]
            as [([Double], Int?)]
        {
            #expect(throws: TokenizerError.self) {
                try SentencePieceEncoder(vocabulary, scores: scores, unknown: unknown, addsSpacePrefix: true)
            }
        }
    }
}
