import TestSupport
import Foundation
import Testing

@testable import Tokenizers

@Suite("The default model's tokenizer")
struct ReferenceTokensTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let id: Int
        let base64: Data
        let plain: [Int32]
        let special: [Int32]
        let roundTrips: Bool

        var bytes: [UInt8] { [UInt8](base64) }
        var testDescription: String { "case \(id)" }
    }

    private struct File: Decodable { let cases: [Case] }

    static let cases = Result { try Fixtures.load("smollm2-tokens", as: File.self).cases }

    @Test("agrees with the reference engine on every case, with special tokens parsed and not")
    func tokens() throws {
        let tokenizer = try Fixtures.tokenizer.get()
        let cases = try Self.cases.get()
        #expect(cases.count == 60)
        for example in cases {
            #expect(tokenizer.encode(example.bytes) == example.plain, "case \(example.id)")
            #expect(tokenizer.encode(example.bytes, parseSpecial: true) == example.special, "case \(example.id)")
        }
    }

    @Test("gives back every text that is UTF-8, and U+FFFD for each byte that is not")
    func roundTrip() throws {
        let tokenizer = try Fixtures.tokenizer.get()
        for example in try Self.cases.get() {
            let back = try tokenizer.decodeBytes(example.plain)
            #expect((back == example.bytes) == example.roundTrips, "case \(example.id)")
            let shown = try tokenizer.decodeBytes(example.special, includingSpecial: true)
            #expect((shown == example.bytes) == example.roundTrips, "case \(example.id)")
        }
        #expect(try tokenizer.decode(tokenizer.encode([0xFF, 0x41])) == "\u{FFFD}A")
    }

    @Test("hides control tokens unless they are asked for")
    func control() throws {
        let tokenizer = try Fixtures.tokenizer.get()
        let ids = tokenizer.encode("a<|im_end|>b", parseSpecial: true)
        #expect(ids.count == 3)
        #expect(try tokenizer.decode(ids) == "ab")
        #expect(try tokenizer.decode(ids, includingSpecial: true) == "a<|im_end|>b")
        #expect(tokenizer.vocabulary.endOfGeneration == [0, 2])
        #expect(tokenizer.vocabulary.endOfSequence == 2)
        #expect(!tokenizer.addsBeginningOfSequence)
    }

    @Test("refuses ids outside its vocabulary")
    func unknownIDs() throws {
        let tokenizer = try Fixtures.tokenizer.get()
        for id in [-1, 49_152, .max, .min] as [Int32] {
            let error = #expect(throws: TokenizerError.self) { try tokenizer.decode([id]) }
            #expect(error?.code == .unknownToken)
        }
    }

    @Test("gives back random text, but the bytes its vocabulary lacks")
    func randomText() throws {
        let tokenizer = try Fixtures.tokenizer.get()
        var random = SeededGenerator(seed: 7)
        // Unassigned planes need the bytes F1 and F2, and some control characters have no token either.
        let missing: Set<UInt8> = [0x04, 0x06, 0x13, 0x14, 0x16, 0x1D]
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
                let limits: [UInt32] = [0x30, 0x80, 0x100, 0x800, 0x3000, 0x10000, 0x30000]
                return Unicode.Scalar(UInt32.random(in: 0..<limits.randomElement(using: &random)!, using: &random))
            }
            let text = String(
                String.UnicodeScalarView(scalars.filter { $0.value > 0x1D || !missing.contains(UInt8($0.value)) }))
            #expect(try Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
        }
    }

    @Test("gives back random bytes as the text they spell")
    func randomBytes() throws {
        let tokenizer = try Tokenizer(
            bytePairs: Vocabulary(tokens: Fixtures.bytes()), merges: [], splitter: .singleDigits)
        var random = SeededGenerator(seed: 8)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text = ScalarText(decoding: bytes.span)
            var spelled: [UInt8] = []
            for index in 0..<text.count { text.appendUTF8(at: index, to: &spelled) { $0 } }
            #expect(try tokenizer.decodeBytes(tokenizer.encode(bytes)) == spelled)
            let isText = String(validating: bytes, as: UTF8.self) != nil
            if isText { #expect(spelled == bytes) }
        }
    }

    @Test("takes a megabyte of one character without stalling", arguments: ["a", " ", "<", "é", "1", "\n"])
    func longWords(_ character: String) throws {
        let tokenizer = try Fixtures.tokenizer.get()
        let text = String(repeating: character, count: (1 << 17) / character.utf8.count)
        let ids = tokenizer.encode(text, parseSpecial: true)
        #expect(try tokenizer.decode(ids) == text)
    }
}
