import TestSupport
import Testing

@testable import ChatUI

struct EditorTests {
    /// An editor whose caret stands at the bar.
    private static func editor(_ text: String) -> Editor {
        let parts = text.unicodeScalars.split(separator: "|", omittingEmptySubsequences: false)
        var editor = Editor(String(parts[0]) + String(parts[1]))
        for _ in String(parts[1]) { editor.moveLeft() }
        return editor
    }

    private static func shown(_ editor: Editor) -> String {
        String(editor.characters[..<editor.caret]) + "|" + String(editor.characters[editor.caret...])
    }

    static let edits: [(String, String, @Sendable (inout Editor) -> Void, String)] = [
        ("insert", "ab|cd", { $0.insert("X") }, "abX|cd"),
        ("insert a mark that combines", "e|x", { $0.insert("\u{301}") }, "e\u{301}|x"),
        ("insert between flags", "\u{1F1EB}|", { $0.insert("\u{1F1F7}") }, "\u{1F1EB}\u{1F1F7}|"),
        ("controls are harmless", "|", { $0.insert("a\u{1B}[2Jb\r\nc") }, "a\u{FFFD}[2Jb\nc|"),
        ("backspace takes a whole cluster", "ae\u{301}|", { $0.deleteBackward() }, "a|"),
        ("backspace at the start", "|a", { $0.deleteBackward() }, "|a"),
        ("delete", "a|bc", { $0.deleteForward() }, "a|c"),
        ("delete at the end", "a|", { $0.deleteForward() }, "a|"),
        ("Ctrl-U", "one\ntwo t|hree", { $0.cutToLineStart() }, "one\n|hree"),
        ("Ctrl-K", "one t|wo\nthree", { $0.cutToLineEnd() }, "one t|\nthree"),
        ("Ctrl-K at a line's end", "one|\ntwo", { $0.cutToLineEnd() }, "one|two"),
        ("Ctrl-W", "ls ~/a-b/c  |x", { $0.cutBlankDelimitedWordBackward() }, "ls |x"),
        ("Alt-Backspace", "foo.bar |x", { $0.cutWordBackward() }, "foo.|x"),
        ("Alt-D", "a| foo.bar", { $0.cutWordForward() }, "a|.bar"),
        ("word left", "foo bar.baz|", { $0.moveWordLeft() }, "foo bar.|baz"),
        ("word left over blanks", "foo   |", { $0.moveWordLeft() }, "|foo   "),
        ("word right", "|foo bar", { $0.moveWordRight() }, "foo| bar"),
        ("home", "one\ntw|o", { $0.moveToLineStart() }, "one\n|two"),
        ("end", "o|ne\ntwo", { $0.moveToLineEnd() }, "one|\ntwo"),
        (
            "yank", "one two|",
            {
                $0.cutWordBackward()
                $0.moveToLineStart()
                $0.yank()
            }, "two|one "
        ),
        (
            "a cleared line comes back", "keep me|",
            {
                $0.clear()
                $0.yank()
            }, "keep me|"
        ),
        (
            "joining what a deletion brought together", "e\n|\u{301}", { $0.deleteBackward() },
            "|e\u{301}"
        ),
    ]

    @Test("keys edit as people expect", arguments: edits)
    func edit(name: String, before: String, edit: @Sendable (inout Editor) -> Void, after: String) {
        var editor = Self.editor(before)
        edit(&editor)
        #expect(Self.shown(editor) == after)
    }

    static let scripts = [
        "می\u{200C}خواهم", "\u{5E9}\u{5DC}\u{5D5}\u{5DD}\u{200F}!", "क्\u{200D}ष", "👩\u{200D}👩\u{200D}👧", "❤\u{FE0F}",
        "葛\u{E0100}",
        "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", "\u{1F1E9}\u{1F1EA}", "a\u{2067}א\u{2069}b", "\u{FEFF}x", "\u{FE0F}y",
        "e\u{301}",
    ]

    @Test(
        "what is typed or pasted is the text to the byte, and no part of it that is not seen is drawn",
        arguments: scripts)
    func exact(text: String) {
        var typed = Editor()
        for scalar in text.unicodeScalars { typed.insert(String(scalar)) }
        for editor in [Editor(text), typed] {
            #expect(editor.text.utf8.elementsEqual(text.utf8))
            let clusters = editor.characters.flatMap(CellCluster.split)
            #expect(clusters.reduce(0) { $0 + $1.width } == editor.characters.reduce(0) { $0 + CellWidth.of($1) })
            let drawn = clusters.flatMap { $0.text.unicodeScalars }
            let unseen = drawn.filter {
                $0.properties.generalCategory == .format || (0xFE00...0xFE0F).contains($0.value)
            }
            #expect(unseen.isEmpty)
        }
    }

    @Test("Up and Down go through the lines as shown, and keep their column")
    func vertical() {
        var editor = Self.editor("a long first line\nab\nanother long line|")
        #expect(editor.moveVertically(by: -1, width: 40) == true)
        #expect(Self.shown(editor) == "a long first line\nab|\nanother long line")
        #expect(editor.moveVertically(by: -1, width: 40) == true)
        #expect(Self.shown(editor) == "a long first line|\nab\nanother long line")
        #expect(editor.moveVertically(by: -1, width: 40) == false)
        #expect(editor.moveVertically(by: 1, width: 10) == true)
    }

    @Test("a wrapped line can be walked through up and down without getting stuck", arguments: 6..<24)
    func walk(width: Int) {
        var editor = Editor(
            "the quick brown \u{82D4}\u{306F}\u{5317}\u{5074} fox jumps\nover the lazy dog and on")
        var steps = 0
        while editor.moveVertically(by: -1, width: width), steps < 100 { steps += 1 }
        #expect(steps == editor.layout(width: width).rows.count - 1)
        while editor.moveVertically(by: 1, width: width), steps < 200 { steps += 1 }
        #expect(steps == 2 * (editor.layout(width: width).rows.count - 1))
    }

    @Test("random keys never break it", arguments: 0..<20)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var editor = Editor()
        for _ in 0..<400 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3: editor.insert(WrappedTextTests.pieces.randomElement(using: &random) ?? "")
            case 4: editor.deleteBackward()
            case 5: editor.deleteForward()
            case 6: editor.moveLeft()
            case 7: editor.moveWordLeft()
            case 8: editor.moveWordRight()
            case 9: _ = editor.moveVertically(by: Bool.random(using: &random) ? 1 : -1, width: 12)
            case 10: editor.cutToLineEnd()
            default: editor.yank()
            }
            #expect((0...editor.characters.count).contains(editor.caret))
            #expect(Array(editor.text) == editor.characters)
            let layout = editor.layout(width: 12)
            #expect(layout.rows.last?.upperBound == editor.characters.count)
        }
    }

    @Test("what does not fit is cut, and that is said")
    func bound() {
        var editor = Editor("ab")
        #expect(editor.insert(String(repeating: "x", count: Editor.maximumCount)) == false)
        #expect(editor.characters.count == Editor.maximumCount)
        #expect(editor.insert("y") == false)
        editor.deleteBackward()
        #expect(editor.insert("y") == true)
    }

    @Test("history is walked back and forth, and the draft waits at its end")
    func history() {
        var history = InputHistory(["one", "two"])
        history.add("three")
        history.add("three")
        #expect(history.older(leaving: "draft") == "three")
        #expect(history.older(leaving: "three") == "two")
        #expect(history.older(leaving: "two") == "one")
        #expect(history.older(leaving: "one") == nil)
        #expect(history.newer() == "two")
        #expect(history.newer() == "three")
        #expect(history.newer() == "draft")
        #expect(history.newer() == nil)
    }
}
