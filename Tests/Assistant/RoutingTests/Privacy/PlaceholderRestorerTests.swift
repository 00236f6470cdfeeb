import TestSupport
import AssistantCore
import Testing

@testable import Routing

@Suite("Restoring placeholders in a stream")
struct PlaceholderRestorerTests {
    private let restorer = PlaceholderRestorer(originals: [
        "EMAIL_1": Array("ann@example.org".utf8), "EMAIL_12": Array("bob@example.org".utf8),
        "NAME_1": Array("Zoë 👩‍👩‍👧".utf8), "LITERAL_1": Array("<EMAIL_1>".utf8),
    ])

    /// The reply in pieces of `size` bytes.
    private func restored(_ reply: String, size: Int) -> String {
        var restorer = restorer
        let bytes = Array(reply.utf8)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            output += restorer.restore(bytes: bytes[start..<min(start + size, bytes.count)])
        }
        return String(decoding: output + Array(restorer.finish().utf8), as: UTF8.self)
    }

    private func expect(_ reply: String, _ meant: String) {
        for size in 1...max(1, reply.utf8.count) {
            #expect(restored(reply, size: size) == meant, "in pieces of \(size)")
        }
    }

    @Test("Placeholders come back however the reply is cut")
    func restores() {
        expect("Write to <EMAIL_1>!", "Write to ann@example.org!")
        expect("<EMAIL_12><EMAIL_1> <NAME_1>é", "bob@example.organn@example.org Zoë 👩‍👩‍👧é")
        expect("<LITERAL_1> is not <EMAIL_1>", "<EMAIL_1> is not ann@example.org")
    }

    @Test("The spellings of models that escape are understood")
    func escaped() {
        expect("&lt;EMAIL_1&gt;", "ann@example.org")
        expect(#"\<EMAIL\_1\> and <EMAIL\_12>"#, "ann@example.org and bob@example.org")
        expect("&lt;EMAIL_1>", "ann@example.org")
    }

    @Test(
        "What was never issued goes through byte for byte",
        arguments: [
            "<EMAIL_9>", "<email_1>", "<EMAIL_01>", "<EMAIL_1 >", "< EMAIL_1>", "<EMAIL_1", "EMAIL_1", "<EMAIL_>",
            "<_1>",
            "<EMAIL_1111111>", "<EMAILEMAILEMAILEMAIL_1>", "<EMAIL1>", "<EMAIL__1>", "&lt", "&lt;EMAIL_1&g", "\\",
            "a < b && c",
            "<<<", "<EMAIL_1&", "<EMAIL\\", "&amp;lt;EMAIL_1", "if (a<B_1) {", "<html>&nbsp;</html>", "é<ü",
            "<EMAIL_1\u{301}>",
        ])
    func passes(reply: String) {
        expect(reply, reply)
    }

    @Test("A failed beginning does not swallow the placeholder that follows it")
    func nested() {
        expect("<EMAIL_<EMAIL_1>", "<EMAIL_ann@example.org")
        expect("<<EMAIL_1>>", "<ann@example.org>")
        expect("&lt;EMAIL&lt;EMAIL_1&gt;", "&lt;EMAILann@example.org")
        expect(#"<EMAIL\<EMAIL_1>"#, #"<EMAILann@example.org"#)
        expect("<EMAIL_1&<EMAIL_1&gt;", "<EMAIL_1&ann@example.org")
    }

    @Test("Only what may become a placeholder is held back")
    func latency() {
        var restorer = restorer
        #expect(restorer.restore("a < b") == "a < b")
        #expect(restorer.restore("x <EMA") == "x ")
        #expect(restorer.restore("IL_1") == "")
        #expect(restorer.restore("2") == "")
        #expect(restorer.restore("> y") == "bob@example.org y")
        #expect(restorer.restore("<") == "")
        #expect(restorer.finish() == "<")
        #expect(restorer.finish() == "")
    }

    @Test("Random replies are restored alike however they are cut")
    func random() {
        var random = SeededGenerator(seed: 11)
        let pieces = [
            "<EMAIL_1>", "<EMAIL_12>", "<NAME_1>", "<", ">", "&lt;", "&gt;", "\\", "_", "EMAIL", "1", "12", " ", "é",
            "👩‍👩‍👧", "<EMAIL_",
        ]
        for _ in 0..<2_000 {
            let reply = (0..<Int.random(in: 1..<12, using: &random)).map { _ in random.pick(pieces) }.joined()
            let whole = restored(reply, size: reply.utf8.count)
            #expect(restored(reply, size: 1) == whole)
            #expect(restored(reply, size: Int.random(in: 1..<9, using: &random)) == whole)
        }
    }

    @Test("Hostile streams are restored in linear time, holding back a few bytes only")
    func hostile() {
        for pattern in ["<", "<EMAIL_", "&lt;", "\\", "<EMAIL\\_1", "&"] {
            var restorer = restorer
            let text = String(repeating: pattern, count: 100_000 / pattern.utf8.count)
            let output = restorer.restore(text)
            #expect(text.utf8.count - output.utf8.count <= 28)
            #expect(output + restorer.finish() == text)
        }
    }
}
