import TestSupport
import Testing

@testable import ChatUI

struct KeyParserTests {
    private static func key(_ key: Key, _ modifiers: Modifiers = [], _ kind: KeyEvent.Kind = .press)
        -> InputEvent
    {
        .key(KeyEvent(key, modifiers, kind))
    }

    private static func parse(_ text: String) -> [InputEvent] {
        var parser = KeyParser()
        return parser.feed(Array(text.utf8))
    }

    static let sequences: [(String, String, InputEvent)] = [
        ("plain", "a", key(.character("a"))), ("Enter", "\r", key(.enter)), ("Tab", "\t", key(.tab)),
        ("Backspace", "\u{7F}", key(.backspace)), ("Ctrl-H", "\u{8}", key(.backspace)),
        ("Ctrl-A", "\u{1}", key(.character("a"), .control)),
        ("Ctrl-Space", "\0", key(.character(" "), .control)),
        ("Ctrl-_", "\u{1F}", key(.character("_"), .control)),
        ("Alt-b", "\u{1B}b", key(.character("b"), .alt)),
        ("Alt-Enter", "\u{1B}\r", key(.enter, .alt)),
        ("Alt-Backspace", "\u{1B}\u{7F}", key(.backspace, .alt)),
        ("Ctrl-Alt-a", "\u{1B}\u{1}", key(.character("a"), [.control, .alt])),
        ("Alt-\u{E9}", "\u{1B}\u{E9}", key(.character("\u{E9}"), .alt)),
        ("CJK", "\u{82D4}", key(.character("\u{82D4}"))),
        ("emoji", "\u{1F600}", key(.character("\u{1F600}"))),
        // xterm, tmux, screen
        ("up", "\u{1B}[A", key(.up)), ("application up", "\u{1B}OA", key(.up)),
        ("Ctrl-right", "\u{1B}[1;5C", key(.right, .control)),
        ("Alt-left", "\u{1B}[1;3D", key(.left, .alt)),
        ("Ctrl-Shift-down", "\u{1B}[1;6B", key(.down, [.control, .shift])),
        ("home", "\u{1B}[H", key(.home)),
        ("tmux home", "\u{1B}[1~", key(.home)), ("end", "\u{1B}OF", key(.end)),
        ("tmux end", "\u{1B}[4~", key(.end)),
        ("delete", "\u{1B}[3~", key(.delete)), ("Ctrl-delete", "\u{1B}[3;5~", key(.delete, .control)),
        ("page up", "\u{1B}[5~", key(.pageUp)), ("page down", "\u{1B}[6~", key(.pageDown)),
        ("insert", "\u{1B}[2~", key(.insert)), ("F1", "\u{1B}OP", key(.function(1))),
        ("Shift-F1", "\u{1B}[1;2P", key(.function(1), .shift)), ("F5", "\u{1B}[15~", key(.function(5))),
        ("F6", "\u{1B}[17~", key(.function(6))), ("F10", "\u{1B}[21~", key(.function(10))),
        ("F12", "\u{1B}[24~", key(.function(12))), ("F20", "\u{1B}[34~", key(.function(20))),
        ("Shift-Tab", "\u{1B}[Z", key(.tab, .shift)),
        ("modifyOtherKeys Ctrl-Enter", "\u{1B}[27;5;13~", key(.enter, .control)),
        ("keypad 5", "\u{1B}Ou", key(.character("5"))), ("keypad Enter", "\u{1B}OM", key(.enter)),
        // the Linux console
        ("console F1", "\u{1B}[[A", key(.function(1))), ("console F5", "\u{1B}[[E", key(.function(5))),
        // rxvt
        ("rxvt home", "\u{1B}[7~", key(.home)), ("rxvt end", "\u{1B}[8~", key(.end)),
        ("rxvt F1", "\u{1B}[11~", key(.function(1))), ("rxvt Shift-up", "\u{1B}[a", key(.up, .shift)),
        ("rxvt Ctrl-up", "\u{1B}Oa", key(.up, .control)),
        ("rxvt Alt-up", "\u{1B}\u{1B}[A", key(.up, .alt)),
        ("rxvt Shift-delete", "\u{1B}[3$", key(.delete, .shift)),
        ("rxvt Ctrl-delete", "\u{1B}[3^", key(.delete, .control)),
        // kitty
        ("kitty Esc", "\u{1B}[27u", key(.escape)),
        ("kitty Ctrl-c", "\u{1B}[99;5u", key(.character("c"), .control)),
        ("kitty Ctrl-Shift-c", "\u{1B}[99:67;6u", key(.character("c"), [.control, .shift])),
        ("kitty Shift-a", "\u{1B}[97:65;2u", key(.character("A"))),
        ("kitty typed text", "\u{1B}[97;;228u", key(.character("\u{E4}"))),
        ("kitty repeat", "\u{1B}[97;1:2u", key(.character("a"), [], .repeat)),
        ("kitty space released", "\u{1B}[32;1:3u", key(.character(" "), [], .release)),
        ("kitty F2 released", "\u{1B}[1;1:3Q", key(.function(2), [], .release)),
        ("kitty Alt-Enter", "\u{1B}[13;3u", key(.enter, .alt)),
        ("kitty keypad 7", "\u{1B}[57406u", key(.character("7"))),
        ("kitty num lock on", "\u{1B}[97;129u", key(.character("a"))),
        ("kitty F13", "\u{1B}[57376u", key(.function(13))),
        // reports
        ("kitty flags", "\u{1B}[?3u", .keyboardProtocol(flags: 3)),
        ("attributes", "\u{1B}[?62;4c", .deviceAttributes),
        ("focus in", "\u{1B}[I", .focus(true)), ("focus out", "\u{1B}[O", .focus(false)),
        ("wheel", "\u{1B}[<64;10;5M", .mouse(MouseEvent(.wheelUp, at: Position(row: 4, column: 9)))),
        ("click", "\u{1B}[<0;1;1M", .mouse(MouseEvent(.press, at: Position(row: 0, column: 0)))),
        ("release", "\u{1B}[<0;1;1m", .mouse(MouseEvent(.release, at: Position(row: 0, column: 0)))),
    ]

    @Test("what terminals send for a key is that key", arguments: sequences)
    func sequence(name: String, bytes: String, event: InputEvent) {
        #expect(Self.parse(bytes) == [event])
    }

    @Test("what means nothing to Brim is swallowed whole, and the next key is itself")
    func swallowed() {
        for noise in [
            "\u{1B}[?1;2$y", "\u{1B}[99z", "\u{1B}]11;rgb:0/0/0\u{7}", "\u{1B}P1+r\u{1B}\\",
            "\u{1B}[57358u",
            "\u{1B}[38;2;1;2;3m",
        ] {
            #expect(Self.parse(noise + "x") == [Self.key(.character("x"))], "\(noise.debugDescription)")
        }
    }

    @Test("a paste is one event, whatever is in it, and keys go on behind it")
    func paste() {
        let text = (1...40).map { "line \($0)" }.joined(separator: "\r") + "\u{1B}[A\u{1B}[20\u{1B}"
        #expect(
            Self.parse("\u{1B}[200~\(text)\u{1B}[201~x") == [.paste(text), Self.key(.character("x"))])
    }

    @Test("a paste without bounds is cut, not kept")
    func hugePaste() {
        var parser = KeyParser()
        _ = parser.feed(Array("\u{1B}[200~".utf8))
        for _ in 0..<40 {
            #expect(parser.feed(repeatElement(UInt8(ascii: "x"), count: 64 << 10)) == [])
        }
        let events = parser.feed(Array("\u{1B}[201~".utf8))
        guard case .paste(let text, wasCut: true) = events.first else {
            Issue.record("not a cut paste")
            return
        }
        #expect(text.utf8.count == KeyParser.maximumPaste)
    }

    @Test("a lone Esc is Esc once nothing follows; a beginning that leads nowhere is what was typed")
    func timeouts() {
        for (bytes, events) in [
            ("\u{1B}", [Self.key(.escape)]), ("\u{1B}\u{1B}", [Self.key(.escape), Self.key(.escape)]),
            ("\u{1B}[", [Self.key(.character("["), .alt)]),
            ("\u{1B}O", [Self.key(.character("O"), .alt)]),
            ("\u{1B}]", [Self.key(.character("]"), .alt)]), ("\u{1B}[1;", []),
            ("a", [Self.key(.character("a"))]),
        ] {
            var parser = KeyParser()
            var seen = parser.feed(Array(bytes.utf8))
            #expect((parser.timeout == nil) == (bytes == "a"))
            seen += parser.timeOut()
            #expect(seen == events)
            #expect(parser.timeout == nil)
        }
    }

    @Test("bytes that are not UTF-8 are replacement characters, one for each maximal part")
    func invalid() {
        var parser = KeyParser()
        let events = parser.feed([0xC3, 0x28, 0xFF, 0xE2, 0x82, 0x41, 0xC0, 0xAF, 0xED, 0xA0, 0x80])
        let text = events.compactMap { event -> Character? in
            guard case .key(let key) = event, case .character(let character) = key.key else { return nil }
            return character
        }
        let expected = String(
            decoding: [0xC3, 0x28, 0xFF, 0xE2, 0x82, 0x41, 0xC0, 0xAF, 0xED, 0xA0, 0x80] as [UInt8],
            as: UTF8.self)
        #expect(String(text) == expected)
    }

    @Test(
        "a million random bytes: never a trap, and the same events however the bytes are split",
        arguments: 0..<10)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let telling = Array(
            "\u{1B}\u{1B}[[[O<?;:0123456789~uMmABCDZ$^200~201~\u{7}\\\r\u{E9}\u{82D4}".utf8)
        let bytes = (0..<100_000).map { _ in
            Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random) : telling.randomElement(using: &random) ?? 0
        }
        var whole = KeyParser()
        var split = KeyParser()
        let expected = whole.feed(bytes)
        var events: [InputEvent] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...7, using: &random))
            events += split.feed(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(events == expected)
        // It always finds back to keys.
        _ = split.timeOut()
        let after = split.feed([UInt8(ascii: "x")])
        #expect(after.last == Self.key(.character("x")))
    }
}
