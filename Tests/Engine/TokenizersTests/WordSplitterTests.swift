import Testing

@testable import Tokenizers

@Suite("Cutting text into words")
struct WordSplitterTests {
    private struct File: Decodable {
        let cases: [[String: Field]]
    }

    /// A case is the text and, by name of the splitter, the lengths of its words.
    private enum Field: Decodable {
        case text(String)
        case lengths([Int])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .lengths(try container.decode([Int].self))
            }
        }
    }

    @Test(
        "agrees with the regular expressions, run by another engine",
        arguments: [
            "gpt-2", "smollm", "llama-bpe", "qwen2",
        ])
    func patterns(name: String) throws {
        let splitter = try #require(WordSplitter(name: name))
        for example in try Fixtures.load("words", as: File.self).cases {
            guard case .text(let text) = example["text"], case .lengths(let expected) = example[name] else {
                Issue.record("a case without \(name)")
                continue
            }
            #expect(lengths(text, splitter) == expected, "\(text.debugDescription)")
        }
    }

    @Test("counts letters, numbers and spaces beyond ASCII as Unicode does")
    func classes() {
        let text = ScalarText(decoding: Array("é漢ªǅ٣½Ⅷ\u{A0}\u{2003}\u{3000}\u{85}\u{301}😀\u{200B}\u{FEFF}_".utf8).span)
        let expected: [ScalarText.Class] =
            Array(repeating: .letter, count: 4) + Array(repeating: .number, count: 3)
            + Array(repeating: .space, count: 4) + [.mark] + Array(repeating: .other, count: 4)
        #expect(text.classes == expected)
    }

    @Test("reads damaged UTF-8 byte by byte, and surrogates and over-long forms as what they encode")
    func damage() {
        let bytes: [UInt8] = [
            0xFF, 0x41, 0xE4, 0xBD, 0xF0, 0x9F, 0x98, 0xED, 0xA0, 0x80, 0xC1, 0x81, 0xF7, 0xBF, 0xBF, 0xBF, 0xC3,
        ]
        #expect(
            ScalarText(decoding: bytes.span).values == [
                0xFFFD, 0x41, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xD800, 0x41, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD,
                0xFFFD,
            ])
    }

    @Test("knows the names it knows and no others")
    func names() {
        #expect(WordSplitter(name: "starcoder") == .singleDigits)
        #expect(WordSplitter(name: "gpt2") == .gpt2)
        #expect(WordSplitter(name: "default") == nil)
    }

    private func lengths(_ string: String, _ splitter: WordSplitter) -> [Int] {
        let text = ScalarText(decoding: Array(string.utf8).span)
        var (start, lengths) = (0, [Int]())
        while start < text.count {
            let end = splitter.endOfWord(from: start, in: text)
            lengths.append(end - start)
            start = end
        }
        return lengths
    }
}
