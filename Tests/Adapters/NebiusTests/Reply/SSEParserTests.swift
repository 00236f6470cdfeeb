import TestSupport
import Testing

@testable import Nebius

struct SSEParserTests {
    private func events(_ text: String, limit: Int = 1024) -> [SSEEvent] {
        Self.events([Array(text.utf8)], limit: limit)
    }

    private static func events(_ pieces: [[UInt8]], limit: Int = 1024) -> [SSEEvent] {
        var parser = SSEParser(limit: limit)
        return pieces.flatMap { parser.handle($0) } + parser.finish()
    }

    private func data(_ text: String) -> SSEEvent { .message(type: "", data: text) }

    @Test("lines end with LF, CR or CRLF, and a blank one closes an event", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) {
        #expect(events("data: a\(end)\(end)data: b\(end)\(end)") == [data("a"), data("b")])
    }

    @Test("data lines are joined by newlines, one space after the colon is dropped")
    func joined() {
        #expect(events("data:a\ndata:  b\ndata\ndata: c\n\n") == [data("a\n b\n\nc")])
    }

    @Test("a byte order mark, comments and unknown fields are skipped")
    func skipped() {
        #expect(
            events("\u{FEFF}data: a\n\n: comment\nid: 7\nretry: 9\nwhat: ever\n\ndata: b\n\n") == [
                data("a"), data("b"),
            ])
        #expect(events("data: a\n\n\u{FEFF}data: b\n\n") == [data("a")])
    }

    @Test("an event has its type, and the next one does not")
    func types() {
        #expect(
            events("event: error\ndata: x\n\ndata: y\n\n") == [.message(type: "error", data: "x"), data("y")])
        #expect(events("event: lonely\n\ndata: y\n\n") == [data("y")])
    }

    @Test("an event that no blank line closed is told as such")
    func unclosed() {
        #expect(events("data: a\n\ndata: b\n") == [data("a"), .unclosed(type: "", data: "b")])
        #expect(events("data: a\n\nevent: e\ndata: b") == [data("a"), .unclosed(type: "e", data: "b")])
        #expect(events("data: [DONE]") == [.unclosed(type: "", data: "[DONE]")])
        #expect(events("data: x\ndata: [DONE]") == [.unclosed(type: "", data: "x\n[DONE]")])
        #expect(events("data: a\n\nevent: e\n") == [data("a")])
    }

    @Test("a line or an event beyond the limit ends everything, at the same place for any split")
    func limits() {
        let longLine = "data: a\n\ndata: " + String(repeating: "x", count: 20)
        #expect(events(longLine + "\n\ndata: b\n\n", limit: 20) == [data("a"), .tooLong])
        let longEvent = "data: a\n\n" + String(repeating: "data: 12345\n", count: 5)
        #expect(events(longEvent + "\ndata: b\n\n", limit: 20) == [data("a"), .tooLong])
        #expect(events("data: " + String(repeating: "x", count: 14) + "\n\n", limit: 20).count == 1)
    }

    @Test("a character that is split over two pieces is whole, a broken one becomes a replacement character")
    func characters() {
        let bytes = Array("data: 🦀é\n\n".utf8)
        for cut in bytes.indices {
            #expect(Self.events([Array(bytes[..<cut]), Array(bytes[cut...])]) == [data("🦀é")])
        }
        #expect(Self.events([Array("data: ".utf8) + [0xF0, 0x9F, 0x0A, 0x0A]]) == [data("\u{FFFD}")])
    }

    private static let sample = Array(
        """
        \u{FEFF}: hello\r\ndata: {"choices":[{"delta":{"content":"é🦀"}}]}\r\n\r\nevent: x\rdata: 1\rdata: 2\r\r\
        data: {"a":1}\n\ndata:\n\n: ping\n\ndata: [DONE]\n\n
        """.utf8)

    @Test("the same events come for every place to cut, and byte by byte")
    func everyCut() {
        let whole = Self.events([Self.sample])
        #expect(whole.count == 5)
        for cut in Self.sample.indices {
            #expect(Self.events([Array(Self.sample[..<cut]), Array(Self.sample[cut...])]) == whole)
        }
        #expect(Self.events(Self.sample.map { [$0] }) == whole)
    }

    @Test("the same events come for any split of any damaged stream, within any limit")
    func fuzz() {
        var random = SeededGenerator(seed: 1)
        for round in 0..<1500 {
            let bytes = round == 0 ? Self.sample : Self.sample.mutated(using: &random)
            let limit = [4, 16, 40, 4096].randomElement(using: &random) ?? 16
            let whole = Self.events([bytes], limit: limit)
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...9, using: &random))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(Self.events(pieces, limit: limit) == whole, "round \(round)")
        }
    }
}
