import TestSupport
import Testing

@testable import Tokenizers

@Suite("A stream of UTF-8")
struct UTF8StreamTests {
    @Test("holds part of a character back until the rest is there")
    func holding() {
        var stream = UTF8Stream()
        let bytes = Array("a😀b".utf8)
        #expect(bytes.map { stream.append([$0]) } == ["a", "", "", "", "😀", "b"])
        #expect(!stream.isHolding && stream.finish() == "")
    }

    @Test(
        "replaces what can never become a character at once",
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0xC0, 0x41], "\u{FFFD}A"), ([0xE0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0], "\u{FFFD}\u{FFFD}"), ([0xF4, 0x90], "\u{FFFD}\u{FFFD}"), ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
            ([0x80, 0x80], "\u{FFFD}\u{FFFD}"),
        ] as [([UInt8], String)])
    func replacing(bytes: [UInt8], text: String) {
        var stream = UTF8Stream()
        #expect(stream.append(bytes) == text)
        #expect(!stream.isHolding)
    }

    @Test("ends an incomplete character with U+FFFD")
    func finishing() {
        var stream = UTF8Stream()
        #expect(stream.append([0x41, 0xF0, 0x9F, 0x98]) == "A")
        #expect(stream.isHolding)
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.append([0x42]) == "B")
    }

    @Test("gives the same text however the bytes are cut")
    func cuts() {
        var random = SeededGenerator(seed: 3)
        let interesting: [UInt8] = [
            0x41, 0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xA0, 0x9F, 0xE2, 0xED, 0xF0, 0x90, 0xF4, 0x8F, 0xFF,
        ]
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                interesting.randomElement(using: &random) ?? 0
            }
            var stream = UTF8Stream()
            var text = ""
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(4, rest.count), using: &random)
                text += stream.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            text += stream.finish()
            #expect(
                Array(text.unicodeScalars) == Array(String(decoding: bytes, as: UTF8.self).unicodeScalars), "\(bytes)")
        }
    }
}
