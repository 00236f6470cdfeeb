import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("What an answer rests on, on the screen")
struct PassageTests {
    private static let size = Size(columns: 80, rows: 24)
    private var stage = Scene.cited.stage(size)

    @Test(
        "The answer has its marks, the sentences stand under it with document and page, and what no document says is told"
    )
    func cited() {
        let screen = stage.screen
        #expect(screen.contains("It opens at seven. [1] Dogs stay outside. [2] Towels cost two euros."))
        #expect(screen.contains("[?]"))
        #expect(screen.contains("[1] town: pool.pdf, page 2: \u{201C}The pool opens at seven on weekdays.\u{201D}"))
        #expect(screen.contains("1 of 3 sentences is not in the documents"))
    }

    @Test("Enter on a citation opens its passage, Left and Right the others, Esc closes it")
    mutating func opened() {
        #expect(stage.state.transcript.selected.flatMap(stage.state.citation) == Scene.poolCitations[0])
        stage.press(.enter)
        #expect(stage.screen.contains("built in 1931") && stage.screen.contains("Opening hours"))
        #expect(stage.screen.contains("stays on this device"))
        stage.press(.right)
        #expect(stage.screen.contains("Animals"))
        stage.press(.right)
        #expect(stage.screen.contains("Animals"), "there are no more")
        stage.press(.left)
        #expect(stage.screen.contains("Opening hours"))
        stage.press(.escape)
        #expect(stage.state.panel == nil)
    }

    @Test(
        "A number opens the passage from the line", arguments: [("", 0), ("1", 0), ("[2]", 1), ("3", nil), ("x", nil)])
    mutating func named(_ words: String, _ place: Int?) {
        stage.press(.escape)
        var state = stage.state
        _ = state.run(.passage, words)
        let opened: Citation? = if case .passage(let opened) = state.panel?.panel { opened.citation } else { nil }
        #expect(opened == place.map { Scene.poolCitations[$0] })
        #expect((state.hint == nil) == (place != nil))
    }

    @Test("Only the cited sentence is set off, and a click on a chosen citation opens it")
    mutating func setOff() {
        stage.press(.enter)
        let frame = stage.state.render(Capabilities())
        let bold = (0..<frame.size.rows).map { row in
            (0..<frame.size.columns).filter { frame[row, $0].style.emphasis.contains(.bold) }.map {
                frame[row, $0].text
            }
            .joined()
        }
        #expect(bold.contains { $0.contains("The pool opens at seven on weekdays.") })
        #expect(!bold.contains { $0.contains("built in") })
        stage.press(.escape)
        let row = stage.screen.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
            $0.contains("[2] town")
        }
        stage.act(.input(.mouse(MouseEvent(.press, at: Position(row: row ?? 0, column: 20)))))
        #expect(stage.state.panel == nil)
        stage.act(.input(.mouse(MouseEvent(.press, at: Position(row: row ?? 0, column: 20)))))
        #expect(stage.screen.contains("Animals"))
    }

    @Test("Plain lines say sources as such, and a passage by its number")
    func plain() {
        var plain = PlainConversation()
        _ = plain.take(.model(.ready(Stage.model)), at: .zero)
        _ = plain.take(line: "When does the pool open?", at: .zero)
        var outcome = TurnOutcome(.complete, origin: .local, decision: RouteDecision(.local, []))
        outcome.text = Scene.poolAnswer
        outcome.isQuoted = true
        outcome.support = Scene.poolSupport
        let lines = plain.take(.turn(.finished(outcome)), at: .zero).lines
        #expect(lines.filter { $0.label == .source }.map(\.text) == Scene.poolCitations.map(\.line))
        #expect(lines.contains { $0.label == .brim && $0.text.contains("seven. [1]") })
        let passage = plain.take(line: "/passage 1", at: .zero).lines
        #expect(passage.map(\.label) == [.source, .source] && passage[0].text.contains("Opening hours"))
        #expect(passage[1].text.contains("built in 1931"))
    }

    @Test("An answer that is opened again has its marks and its sentences")
    func resumed() {
        var stage = Stage(Self.size)
        stage.ready()
        let message = StoredMessage(
            id: MessageID(1), conversation: ConversationID(1), message: Message(.assistant, Scene.poolAnswer),
            createdAt: Timestamp(millisecondsSince1970: 0), state: .complete, origin: .local,
            figures: {
                var figures = AnswerFigures()
                figures.support = Scene.poolSupport
                return figures
            }())
        stage.act(.opened(OpenedConversation(id: ConversationID(1), title: "Pool", messages: [message])))
        #expect(stage.screen.contains("seven. [1]") && stage.screen.contains("[2] town: rules.md"))
    }
}
