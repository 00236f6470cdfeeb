import TestSupport
import Testing

@testable import ChatUI

struct WrappedTextTests {
    @Test(
        "lines end after words, long words at the edge",
        arguments: [
            ("the quick brown fox", 10, ["the quick ", "brown fox"]),
            ("0123456789abcdef", 10, ["0123456789", "abcdef"]),
            ("go 0123456789abcdef", 10, ["go ", "0123456789", "abcdef"]),
            ("one\n\ntwo\n", 10, ["one", "", "two", ""]),
            ("hang      over", 6, ["hang      ", "over"]),
            ("a\tb", 10, ["a    b"]),
            ("\u{82D4}\u{306F}\u{5317}\u{3002}", 6, ["\u{82D4}\u{306F}", "\u{5317}\u{3002}"]),
            ("x\u{82D4}\u{82D4}", 4, ["x\u{82D4}", "\u{82D4}"]),
            ("", 10, [""]),
        ])
    func wrap(text: String, width: Int, lines: [String]) {
        #expect(WrappedText(text, width: width).lines.map(\.text) == lines)
    }

    static let pieces = [
        "a", "word", " ", "  ", "longer-than-the-line-is-wide", "\n", "\t", "\u{82D4}\u{306F}",
        "\u{3002}", "e\u{301}",
        "\u{301}", "\u{1F1EB}", "\u{1F1F7}", "\u{1F44D}", "\u{1F3FD}", ".", "\u{915}\u{94D}",
    ]

    @Test("text that comes in pieces is wrapped as if it had come at once", arguments: 0..<60)
    func incremental(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let width = Int.random(in: 4...30, using: &random)
        let pieces = (0..<60).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
        var growing = WrappedText(width: width)
        for piece in pieces { growing.append(piece) }
        #expect(
            growing.lines.map(\.text) == WrappedText(pieces.joined(), width: width).lines.map(\.text))
    }

    @Test(
        "no line is wider than the screen but for spaces that hang, and nothing is lost",
        arguments: 0..<60)
    func invariants(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        let width = Int.random(in: 4...30, using: &random)
        let text = (0..<80).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
        let wrapped = WrappedText(text, width: width)
        for line in wrapped.lines {
            var seen = line.text
            while seen.last == " " { seen.removeLast() }
            #expect(CellWidth.of(seen) <= width)
        }
        let all = wrapped.lines.map(\.text).joined()
        #expect(
            all.unicodeScalars.filter { $0 != " " }.elementsEqual(
                text.unicodeScalars.filter { !" \n\t".unicodeScalars.contains($0) }))
    }

    @Test("a line is found again by what it holds")
    func offsets() {
        let narrow = WrappedText("the quick brown fox jumps over the lazy dog", width: 10)
        let wide = WrappedText("the quick brown fox jumps over the lazy dog", width: 20)
        for line in narrow.lines.indices {
            let found = wide.lines[wide.line(at: narrow.lines[line].offset)]
            #expect(found.offset <= narrow.lines[line].offset)
            #expect(found.offset + found.text.count > narrow.lines[line].offset)
        }
    }

    @Test("a dot between two parts goes with the second one")
    func dot() {
        let lines = WrappedText("one \u{B7} two \u{B7} three", width: 6).lines.map(\.text)
        #expect(lines == ["one ", "\u{B7} two ", "\u{B7} ", "three"])
        #expect(WrappedText("a\u{B7} b", width: 3).lines.map(\.text) == ["a\u{B7} ", "b"])
    }
}
