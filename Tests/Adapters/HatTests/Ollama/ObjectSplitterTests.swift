import Testing

@testable import Hat

@Suite("Objects in a stream")
struct ObjectSplitterTests {
    private func split(_ text: String) throws -> [String] {
        var splitter = ObjectSplitter()
        return try splitter.handle(text.utf8).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("objects are found whatever stands between them, and however they are cut")
    func objects() throws {
        let stream = "{\"a\":1}\r\n{\"b\":{\"c\":[1,{}]}}{\"d\":\"}{\"}\n"
        let objects = ["{\"a\":1}", "{\"b\":{\"c\":[1,{}]}}", "{\"d\":\"}{\"}"]
        #expect(try split(stream) == objects)
        var splitter = ObjectSplitter()
        var found: [String] = []
        for byte in stream.utf8 { found += try splitter.handle([byte]).map { String(decoding: $0, as: UTF8.self) } }
        #expect(found == objects && !splitter.isInside)
    }

    @Test("control characters and lone backslashes in strings are mended")
    func mended() throws {
        #expect(try split("{\"a\":\"1\n2\r\u{1}\"}") == ["{\"a\":\"1\\u000a2\\u000d\\u0001\"}"])
        #expect(try split(#"{"a":"C:\dir\n\"x"}"#) == [#"{"a":"C:\\dir\n\"x"}"#])
    }

    @Test("what is no object is refused", arguments: ["<html>", "]", "}", "[1]", "{}x", "{]]", "null"])
    func refused(text: String) {
        #expect(throws: ObjectSplitter.Fault.self) { try split(text) }
    }

    @Test("an object that does not end is refused before it fills the memory")
    func endless() {
        let text = "{\"a\":\"" + String(repeating: "x", count: ObjectSplitter.maxObjectBytes)
        #expect(throws: ObjectSplitter.Fault.self) { try split(text) }
    }

    @Test("no sequence of bytes traps")
    func noise() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("{}[]\",:\\u0a\n\r1e x".utf8) + [0, 255]
        for _ in 0..<2_000 {
            let bytes = (0..<40).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            var reader = ReplyReader()
            _ = try? reader.handle([UInt8(ascii: "{")] + bytes)
        }
    }
}
