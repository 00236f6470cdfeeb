import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// Commands behind `/`, the search of what was sent, the clipboard, and a new conversation.
struct PickerTests {
    private static let size = Size(columns: 80, rows: 24)

    private static func ready() -> Stage {
        var stage = Stage(size)
        stage.ready()
        return stage
    }

    @Test("a slash on an empty line opens the commands; in a text it is a slash")
    func opens() {
        var stage = Self.ready()
        stage.type("/lo")
        #expect(stage.screen.contains("/local") && stage.state.editor.isEmpty)
        #expect(stage.press(.enter) == [.setLocalOnly(true)])
        stage.type("a/b")
        #expect(stage.state.editor.text == "a/b" && stage.state.panel == nil)
    }

    @Test("every command has a name and a key of its own, and is found by both its name and what it does")
    func commands() {
        #expect(Set(Command.allCases.map(Keymap().name)).count == Command.allCases.count)
        for command in Command.allCases {
            #expect(Command.matching(command.rawValue).first == command)
            #expect(Command.matching(command.meaning).contains(command))
        }
        #expect(Command.matching("").count == Command.allCases.count)
        #expect(Command.matching("xyzzy").isEmpty)
    }

    @Test("Esc and an emptied query close it; what fits nothing does nothing and says so")
    func closes() {
        var stage = Self.ready()
        stage.type("/xyzzy")
        #expect(stage.screen.contains("nothing fits"))
        #expect(stage.press(.enter) == [] && stage.screen.contains("no command like /xyzzy"))
        stage.type("/a")
        stage.press(.backspace)
        #expect(stage.state.panel != nil)
        stage.press(.backspace)
        #expect(stage.state.panel == nil)
        stage.type("/")
        stage.press(.escape)
        #expect(stage.state.panel == nil && stage.state.editor.isEmpty)
    }

    @Test("Up and Down choose, and stay within the list")
    func chooses() {
        var stage = Self.ready()
        stage.type("/")
        for _ in 0..<100 { stage.press(.down) }
        #expect(stage.press(.enter) == [.quit])
        stage.type("/")
        stage.press(.up)
        stage.press(.enter)
        #expect(stage.screen.contains("this help"))
    }

    @Test("Ctrl-R finds what was sent before by its words, the newest first")
    func history() {
        var stage = Self.ready()
        for question in ["moss on trees", "rain in Peru", "Trees in the rain"] { stage.exchange(question, "Yes.") }
        stage.press(.character("r"), .control)
        stage.type("rain trees")
        stage.press(.enter)
        #expect(stage.state.editor.text == "Trees in the rain")
        stage.press(.character("u"), .control)
        stage.press(.character("r"), .control)
        stage.type("RAIN")
        stage.press(.character("r"), .control)
        stage.press(.enter)
        #expect(stage.state.editor.text == "rain in Peru")
    }

    @Test("Ctrl-F finds words in the conversation, the newest first, and Enter brings the line into view")
    func find() {
        var stage = Self.ready()
        for number in 1...9 {
            stage.exchange(
                "question \(number)",
                "First line\nThe **answer** to it is \(number).\n" + String(repeating: "more\n", count: 9))
        }
        stage.press(.character("f"), .control)
        #expect(stage.screen.contains("nothing fits"))
        stage.type("IT ANSWER")
        #expect(stage.screen.contains("> The **answer** to it is 9."))
        for _ in 0..<6 { stage.press(.down) }
        stage.press(.enter)
        let frame = stage.state.render(Capabilities())
        #expect((0..<6).contains { frame.text(row: $0).contains("The answer to it is 3.") })
        stage.press(.character("f"), .control)
        stage.type("xyzzy")
        #expect(stage.press(.enter) == [])
    }

    @Test("F7 copies the answer, F8 its last code")
    func copies() {
        var stage = Self.ready()
        #expect(stage.press(.function(7)) == [] && stage.screen.contains("no answer to copy"))
        stage.exchange("How?", "First:\n```\none\n```\nthen\n```swift\ntwo\n  three\n```\ndone")
        #expect(stage.press(.function(8)) == [.copy("two\n  three")])
        guard case .copy(let text)? = stage.press(.function(7)).first else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text.hasPrefix("First:") && text.hasSuffix("done"))
    }

    @Test("a new conversation begins at once, or when the answer at work has ended")
    func anew() {
        var stage = Scene.stopped.stage(Self.size)
        for _ in 0..<20 { stage.press(.backspace) }
        #expect(stage.press(.character("n"), .control) == [.newConversation])
        #expect(stage.state.transcript.entries.isEmpty)
        stage = Scene.streaming.stage(Self.size)
        #expect(stage.press(.character("n"), .control) == [.stopAnswer])
        #expect(!stage.state.transcript.entries.isEmpty)
        #expect(stage.act(.turn(.ended(.stopped))) == [.newConversation])
        #expect(stage.state.transcript.entries.isEmpty && !stage.state.isAnswering)
    }

    @Test("the caret stands in the query")
    func caret() {
        var stage = Self.ready()
        stage.type("/co")
        let frame = stage.state.render(Capabilities())
        let cursor = frame.cursor
        #expect(cursor.map { frame.text(row: $0.row).contains("/co") } == true)
        #expect(cursor.map { frame[$0.row, $0.column - 1].text } == "o")
    }

    @Test(
        "text goes to the clipboard in base 64",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("\u{E9}\n", "w6kK")])
    func base64(text: String, code: String) {
        #expect(ClipboardSequence.base64(Array(text.utf8)) == code)
    }

    @Test("the clipboard's sequence is wrapped for tmux and screen, and refused where there can be none")
    func sequence() {
        #expect(ClipboardSequence("f", environment: ["TERM": "xterm"])?.text == "\u{1B}]52;c;Zg==\u{7}")
        #expect(
            ClipboardSequence("f", environment: ["TERM": "tmux-256color", "TMUX": "/tmp/x"])?.text
                == "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;Zg==\u{7}\u{1B}\\")
        #expect(ClipboardSequence("f", environment: ["TERM": "screen"])?.text == "\u{1B}P\u{1B}]52;c;Zg==\u{7}\u{1B}\\")
        #expect(ClipboardSequence("f", environment: ["TERM": "linux"]) == nil)
        #expect(ClipboardSequence(String(repeating: "x", count: 80_000), environment: ["TERM": "xterm"]) == nil)
    }
}
