import TestSupport
import GGUF
import Testing

@testable import Tokenizers

@Suite("A hostile vocabulary")
struct HostileVocabularyTests {
    /// The `tokenizer.ggml.*` keys of a small sound model, to be spoiled.
    struct Model {
        var kind = "gpt2"
        var splitter = "gpt-2"
        var tokens = Fixtures.bytes(and: ["<s>", "</s>", "ab", "abc"])
        var types: [Int32] = Array(repeating: 1, count: 256) + [3, 3, 1, 1]
        var merges = ["a b", "ab c"]
        var scores: [Float] = (0..<260).map { -Float($0) }
        var beginning: UInt32 = 256
        var end: UInt32 = 257

        /// A GGUF file of these keys and no tensor.
        var bytes: [UInt8] {
            func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
                (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
            }
            func string(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }
            func pair(_ key: String, _ type: UInt32, _ value: [UInt8]) -> [UInt8] {
                string("tokenizer.ggml." + key) + number(type) + value
            }
            func array(_ type: UInt32, _ count: Int, _ payload: [UInt8]) -> [UInt8] {
                number(type) + number(UInt64(count)) + payload
            }
            return Array("GGUF".utf8) + number(UInt32(3)) + number(UInt64(0)) + number(UInt64(9))
                + pair("model", 8, string(kind)) + pair("pre", 8, string(splitter))
                + pair("tokens", 9, array(8, tokens.count, tokens.flatMap(string)))
                + pair("token_type", 9, array(5, types.count, types.flatMap(number)))
                + pair("merges", 9, array(8, merges.count, merges.flatMap(string)))
                + pair("scores", 9, array(6, scores.count, scores.flatMap { number($0.bitPattern) }))
                + pair("unknown_token_id", 4, number(UInt32(0)))
                + pair("bos_token_id", 4, number(beginning)) + pair("eos_token_id", 4, number(end))
                + [UInt8](repeating: 0, count: 32)
        }

        func tokenizer() throws -> Tokenizer {
            try Tokenizer(GGUFFile(bytes: bytes, name: "model.gguf").metadata)
        }
    }

    @Test("has a sound sister that works")
    func sound() throws {
        let tokenizer = try Model().tokenizer()
        #expect(tokenizer.encode("abcab<s>", parseSpecial: true) == [259, 258, 256])
        #expect(tokenizer.vocabulary.beginningOfSequence == 256)
        #expect(tokenizer.vocabulary.endOfGeneration == [257])
    }

    struct Spoiling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spoil: @Sendable (inout Model) -> Void

        init(_ description: String, _ spoil: @escaping @Sendable (inout Model) -> Void) {
            testDescription = description
            self.spoil = spoil
        }
    }

    static let spoilings = [
        Spoiling("no token at all") { ($0.tokens, $0.types, $0.merges) = ([], [], []) },
        Spoiling("a byte of printable ASCII missing") { $0.tokens[0x41] = "<A>" },
        Spoiling("a token that is there twice") { $0.tokens[258] = "a" },
        Spoiling("a merge of an unknown token") { $0.merges[0] = "a <x>" },
        Spoiling("a merge into an unknown token") { $0.merges[0] = "b a" },
        Spoiling("a merge of one token") { $0.merges[0] = "ab" },
        Spoiling("an empty merge") { $0.merges[0] = "" },
        Spoiling("a merge of a space alone") { $0.merges[0] = " " },
        Spoiling("fewer types than tokens") { $0.types.removeLast() },
        Spoiling("more types than tokens") { $0.types.append(1) },
        Spoiling("a negative type") { $0.types[3] = -1 },
        Spoiling("a type that is none") { $0.types[3] = 7 },
        Spoiling("a beginning outside") { $0.beginning = 260 },
        Spoiling("an end far outside") { $0.end = .max },
        Spoiling("a kind of tokenizer we do not know") { $0.kind = "bert" },
        Spoiling("a way of cutting words we do not know") { $0.splitter = "tekken\u{7}" },
    ]

    @Test("is refused in one line", arguments: spoilings)
    func refusal(of spoiling: Spoiling) throws {
        var model = Model()
        spoiling.spoil(&model)
        let error = #expect(throws: TokenizerError.self) { try model.tokenizer() }
        let description = error?.description ?? ""
        #expect(description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(!description.isEmpty && description.count < 250)
    }

    @Test("with any bytes changed is refused, or works without a trap", arguments: ["gpt2", "llama"])
    func mutations(kind: String) throws {
        var model = Model()
        model.kind = kind
        let sound = model.bytes
        var random = SeededGenerator(seed: 12)
        var (refused, loaded) = (0, 0)
        for _ in 0..<2_000 {
            var bytes = sound
            for _ in 0...Int.random(in: 0...1, using: &random) {
                bytes[Int.random(in: 24..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            do {
                let tokenizer = try Tokenizer(GGUFFile(bytes: bytes, name: "mutant").metadata)
                for parseSpecial in [true, false] {
                    let ids = tokenizer.encode("abcab <s>\n\u{1}é😀", parseSpecial: parseSpecial)
                    #expect(ids.allSatisfy(tokenizer.vocabulary.contains))
                    _ = try tokenizer.decode(ids, includingSpecial: true)
                }
                loaded += 1
            } catch {
                #expect(error is TokenizerError || error is GGUFError)
                refused += 1
            }
        }
        #expect(refused > 100 && loaded > 100, "\(refused) refused, \(loaded) loaded")
    }

    @Test("may have tokens that spell nothing in the byte alphabet, which stand for themselves")
    func foreignLetters() throws {
        var model = Model()
        model.tokens[259] = "日 本"
        model.merges.removeLast()
        let tokenizer = try model.tokenizer()
        #expect(try tokenizer.decode([259]) == "日 本")
    }

    @Test("whose special tokens nest cuts out the longest first, from left to right")
    func nesting() throws {
        let specials = ["<", "<<", "<<<", "><"]
        let vocabulary = try Vocabulary(tokens: Fixtures.bytes().filter { $0 != "<" } + specials) { id, _ in
            id < 255 ? .normal : .userDefined
        }
        let finder = SpecialTokenFinder(vocabulary)
        func cut(_ text: String) -> [SpecialTokenFinder.Fragment] {
            finder.fragments(of: Array(text.utf8), parseControl: false)
        }
        #expect(cut("<<<<<") == [.token(257), .token(256)])
        #expect(cut("a><b<") == [.text(0..<1), .token(258), .text(3..<4), .token(255)])
        #expect(cut("") == [])
        #expect(cut("none") == [.text(0..<4)])
    }

    @Test("cannot hide a user's tokens, while control tokens stay text unless asked for")
    func userDefined() throws {
        var model = Model()
        model.types[258] = 4
        let tokenizer = try model.tokenizer()
        #expect(tokenizer.encode("xabx<s>").prefix(3) == [120, 258, 120])
        #expect(!tokenizer.encode("xabx<s>").contains(256))
        #expect(tokenizer.encode("xabx<s>", parseSpecial: true).last == 256)
    }
}
