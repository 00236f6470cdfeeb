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
            ("\u{2028}", "\u{FFFD}"),
        ])
    func sanitises(dirty: String, clean: String) {
        #expect(TerminalText.sanitised(dirty) == clean)
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
