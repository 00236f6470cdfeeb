import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("The mouse")
struct MouseTests {
    private static func stage(_ count: Int = 2) -> Stage {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        for number in 1...count { stage.exchange("Question \(number)?", "Answer \(number).") }
        return stage
    }

    /// Clicks on the first place where the words stand.
    private static func click(_ words: String, _ stage: inout Stage, button: Int = 0) throws -> [ChatEffect] {
        let frame = stage.state.render(Capabilities())
        let row = try #require((0..<frame.size.rows).first { frame.text(row: $0).contains(words) })
        let line = frame.text(row: row)
        let place = try #require(line.firstRange(of: words)).lowerBound
        let column = line.distance(from: line.startIndex, to: place)
        return stage.act(.input(.mouse(MouseEvent(.press, at: Position(row: row, column: column), button: button))))
    }

    @Test("a click chooses a message, and unfolds figures where they stand")
    func transcript() throws {
        var stage = Self.stage()
        _ = try Self.click("Question 2?", &stage)
        #expect(stage.state.transcript.selected == 2)
        _ = try Self.click("LOCAL \u{B7}", &stage)
        #expect(stage.state.transcript.selected == 1)
        #expect(stage.screen.contains("from sending to the first token"))
    }

    @Test("a click on a key in the last line presses it; another button does nothing")
    func keys() throws {
        var stage = Self.stage()
        #expect(try Self.click("F5 local-only", &stage, button: 2).isEmpty)
        #expect(try Self.click("F5 local-only", &stage) == [.setLocalOnly(true)])
        _ = try Self.click("F1 help", &stage)
        #expect(stage.screen.contains("this help"))
        _ = try Self.click("Esc close", &stage)
        #expect(!stage.screen.contains("this help"))
    }

    @Test("in a list a click chooses and a second one takes; one beside it closes it")
    func list() throws {
        var stage = Self.stage()
        stage.type("/co")
        _ = try Self.click("/copy", &stage)
        #expect(stage.screen.contains("> /copy"))
        #expect(try Self.click("/copy", &stage) == [.copy("Answer 2.")])
        stage.type("/co")
        _ = stage.act(.input(.mouse(MouseEvent(.press, at: Position(row: 2, column: 2)))))
        #expect(!stage.screen.contains("/copy"))
    }

    @Test("the wheel scrolls the conversation, and chooses in a list")
    func wheel() {
        var stage = Self.stage(9)
        stage.act(.input(.mouse(MouseEvent(.wheelUp, at: Position(row: 5, column: 5)))))
        #expect(!stage.state.transcript.isAtEnd)
        stage.type("/")
        stage.act(.input(.mouse(MouseEvent(.wheelDown, at: Position(row: 5, column: 5)))))
        #expect(stage.screen.contains("> /rename"))
    }

    @Test("a click in the line puts the caret there")
    func caret() throws {
        var stage = Self.stage()
        stage.type("hello there")
        _ = try Self.click("there", &stage)
        #expect(stage.state.editor.caret == 6)
    }

    @Test("a kiosk's mouse can do no more than its keys")
    func kiosk() throws {
        var stage = Stage(kiosk: KioskRules())
        stage.press(.enter)
        for column in 0..<80 {
            let effects = stage.act(.input(.mouse(MouseEvent(.press, at: Position(row: 23, column: column)))))
            #expect(!effects.contains(.quit) && !effects.contains(.suspend))
        }
    }

    @Test("a terminal that knows the old form alone types no rubbish")
    func oldForm() {
        var parser = KeyParser()
        let events = parser.feed(Array("\u{1B}[M #\"a\u{1B}[M`!!b\u{1B}[M##\"".utf8))
        #expect(
            events == [
                .mouse(MouseEvent(.press, at: Position(row: 1, column: 2))), .key(KeyEvent(.character("a"))),
                .mouse(MouseEvent(.wheelUp, at: Position(row: 0, column: 0))), .key(KeyEvent(.character("b"))),
                .mouse(MouseEvent(.release, at: Position(row: 1, column: 2), button: 3)),
            ])
    }

    @Test("which button was pressed is in the report")
    func buttons() {
        var parser = KeyParser()
        let events = parser.feed(Array("\u{1B}[<0;3;2M\u{1B}[<2;3;2M\u{1B}[<0;3;2m\u{1B}[<64;1;1M".utf8))
        let place = Position(row: 1, column: 2)
        #expect(
            events == [
                .mouse(MouseEvent(.press, at: place)), .mouse(MouseEvent(.press, at: place, button: 2)),
                .mouse(MouseEvent(.release, at: place)), .mouse(MouseEvent(.wheelUp, at: Position(row: 0, column: 0))),
            ])
    }
}
