import Foundation
import Testing

import AssistantCore

@Suite struct TerminalTextTests {
    @Test(
        "What a terminal could act on is replaced, the rest stays",
        arguments: [
            ("plain text, ünïcode, 漢字 🙂\n\tnext", "plain text, ünïcode, 漢字 🙂\n\tnext"),
            ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"),
            ("\u{1B}]52;c;AAAA\u{07}", "\u{FFFD}]52;c;AAAA\u{FFFD}"),
            ("\u{9B}31m", "\u{FFFD}31m"),
            ("a\u{7F}\u{00}b", "a\u{FFFD}\u{FFFD}b"),
            ("one\r\ntwo\rthree\r", "one\ntwo\nthree\n"),
            ("evil\u{202E}txt", "evil\u{FFFD}txt"),
            ("👩\u{200D}👩", "👩👩"),
            ("❤\u{FE0F}", "❤"),
            ("\u{2028}", "\u{FFFD}"), ("\u{E0041}", "\u{FFFD}"),
            ("م\u{200C}ی\u{200F}!", "می!"), ("\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}.", "\u{1F3F4}."),
            ("\u{1F1E9}\u{1F1EA}", "\u{1F1E9}\u{1F1EA}"),
        ])
    func sanitises(dirty: String, clean: String) {
        #expect(TerminalText.sanitised(dirty) == clean)
    }

    @Test(
        "A text that goes elsewhere keeps every character but controls",
        arguments: [
            "می\u{200C}خواهم", "\u{5E9}\u{5DC}\u{5D5}\u{5DD}\u{200F} (a)", "क्\u{200D}ष", "👩\u{200D}👩\u{200D}👧",
            "❤\u{FE0F}",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "\u{1F1E9}\u{1F1EA}",
            "\u{2067}א\u{2069}",
            "e\u{301}", "a\u{2028}b", "\u{FEFF}x", "葛\u{E0100}", "\n\t x",
        ])
    func keeps(text: String) {
        #expect(TerminalText.withoutControls(text).utf8.elementsEqual(text.utf8))
    }

    @Test("Controls do not leave, and lines end with newlines")
    func controls() {
        #expect(TerminalText.withoutControls("a\u{1B}[2J\u{9B}\u{7F}\0") == "a\u{FFFD}[2J\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(TerminalText.withoutControls("one\r\ntwo\rthree\r") == "one\ntwo\nthree\n")
    }

    @Test("JSON is shown without anything that a terminal could act on, and read back it is the same")
    func json() throws {
        let hostile =
            "a\u{1B}[2J \u{9B}31m \u{85}\u{7F} \u{202E}\u{2066}\u{061C} \u{200B}\u{200D}\u{FEFF}\u{FE0F} \u{E0041}\u{2028} 漢 👩\u{200D}👩"
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let line = String(decoding: try encoder.encode(["text": hostile]), as: UTF8.self)
        let shown = TerminalText.escapedForJSON(line)
        #expect(TerminalText.sanitised(shown) == shown)
        #expect(shown.contains("漢"))
        #expect(try JSONDecoder().decode([String: String].self, from: Data(shown.utf8)) == ["text": hostile])
        #expect(TerminalText.escapedForJSON("{\"a\":1}\n") == "{\"a\":1}\n")
    }

    @Test("Whatever comes in, no control but newline and tab comes out, and a second pass changes nothing")
    func everyScalar() {
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let clean = TerminalText.sanitised("a" + String(Character(scalar)))
            let harmless = clean.unicodeScalars.allSatisfy {
                $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
            }
            #expect(harmless && TerminalText.sanitised(clean) == clean, "U+\(String(value, radix: 16))")
        }
    }
}
