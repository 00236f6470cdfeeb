import TestSupport
import Foundation
import Testing

@testable import Tokenizers

/// A small unigram model, trained by SentencePiece and run by the reference engine (`Tests/Support/make-token-fixtures`).
@Suite("SentencePiece's unigrams")
struct UnigramTests {
    private struct File: Decodable {
        struct Case: Decodable {
            let prefix: Bool
            let merging: Bool
            let mapped: Bool
            let ids: [[Int32]]
        }

        let pieces: [Fixtures.Piece]
        let charsmap: Data
        let strings: [String]
        let cases: [Case]

        func tokenizer(prefix: Bool, merging: Bool, map: NormalisationMap?) throws -> Tokenizer {
            let vocabulary = try Fixtures.vocabulary(pieces)
            let encoder = try UnigramEncoder(
                vocabulary, scores: pieces.map(\.score), unknown: 0,
                rules: .init(addsSpacePrefix: prefix, mergesSpaces: merging, map: map))
            return Tokenizer(vocabulary, .unigram(encoder), addsBeginningOfSequence: false)
        }
    }

    @Test("agrees with the reference on every string, however spaces and characters are treated")
    func reference() throws {
        let file = try Fixtures.load("unigram", as: File.self)
        #expect(file.cases.count == 4 && file.strings.count > 70)
        for example in file.cases {
            let map = example.mapped ? try NormalisationMap([UInt8](file.charsmap)) : nil
            let tokenizer = try file.tokenizer(prefix: example.prefix, merging: example.merging, map: map)
            for (text, ids) in zip(file.strings, example.ids) {
                #expect(
                    tokenizer.encode(text) == ids,
                    "\(text.debugDescription), prefix \(example.prefix), merging \(example.merging)")
            }
        }
    }

    @Test("gives back what it knows, without the space it put before")
    func roundTrip() throws {
        let tokenizer = try Fixtures.load("unigram", as: File.self).tokenizer(prefix: true, merging: true, map: nil)
        #expect(try tokenizer.decode(tokenizer.encode("The quick brown dog")) == "The quick brown dog")
        #expect(tokenizer.encode([0xFF, 0xC3]).isEmpty == false)
    }

    @Test("takes a long text in a moment", arguments: ["a", " ", "qz", "-"])
    func long(_ text: String) throws {
        let tokenizer = try Fixtures.load("unigram", as: File.self).tokenizer(prefix: true, merging: false, map: nil)
        #expect(!tokenizer.encode(String(repeating: text, count: 1 << 15)).isEmpty)
    }

    @Test("a map of characters that is cut short or points anywhere gives an error or no match, never a fault")
    func hostileMaps() throws {
        let map = [UInt8](try Fixtures.load("unigram", as: File.self).charsmap)
        for bytes in [[], [1], [255, 255, 255, 255], [3, 0, 0, 0, 1, 2, 3], [0, 0, 0, 0, 65], Array(map.dropLast())] {
            #expect(throws: TokenizerError.self) { try NormalisationMap(bytes) }
        }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            var damaged = map
            for _ in 0..<8 {
                damaged[Int.random(in: 4..<damaged.count - 1, using: &random)] = .random(in: 0...255, using: &random)
            }
            let text = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("Ａﬁ½".utf8)
            let found = try NormalisationMap(damaged)
            for index in text.indices { _ = found.match(at: index, in: text) }
        }
    }

    @Test("scores that are none, too few, or nothing for unknown text are refused")
    func hostileScores() throws {
        let vocabulary = try Vocabulary(tokens: ["<unk>", "a"])
        let wrong: [([Double], Int?)] = [
            ([0], 0), ([0, .nan], 0), ([0, .infinity], 0), ([0, 1], nil), ([0, 1], 2), ([0, 1], -1),
        ]
        for (scores, unknown) in wrong {
            #expect(throws: TokenizerError.self) {
                try UnigramEncoder(vocabulary, scores: scores, unknown: unknown, rules: .init())
            }
        }
    }
}
