import TestSupport
import AssistantCore
import ChatScenes
import Foundation
import Testing

@testable import ChatUI

/// Keys, pastes, sizes and answers in any order.
struct KeyFuzzTests {
    /// `BRIM_FUZZ_EVENTS` asks for more.
    private static let count = Int(ProcessInfo.processInfo.environment["BRIM_FUZZ_EVENTS"] ?? "") ?? 20_000

    @Test("no stream of keys, pastes, sizes and answers breaks the layout or loses the caret", arguments: [1, 2, 3, 4])
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        for step in 0..<Self.count / 4 {
            stage.act(Self.action(&random), after: .milliseconds(Int.random(in: 0...40, using: &random)))
            if step % 2_000 == 1_999 {
                // What was said does not grow for ever; a person would begin anew too.
                stage = Stage(stage.state.size)
                stage.ready()
            }
            if step % 20 == 0 { Self.check(stage.state, seed, step) }
        }
    }

    private static func check(_ state: ChatState, _ seed: UInt64, _ step: Int) {
        let frame = state.render(Capabilities())
        var isWhole = frame.size == state.size
        for row in 0..<frame.size.rows {
            let width = (0..<frame.size.columns).reduce(0) { $0 + Int(frame[row, $1].width) }
            isWhole = isWhole && width == frame.size.columns
        }
        #expect(isWhole, "seed \(seed), step \(step)")
        guard state.layout.tier != .tooSmall, state.panel == nil else { return }
        let isAtCaret =
            frame.cursor.map { cursor in
                state.layout.input.contains(cursor.row) && cursor.column >= 3
                    || state.isReading && frame[cursor.row, cursor.column].text == ">"
            } ?? false
        #expect(isAtCaret, "seed \(seed), step \(step): \(String(describing: frame.cursor))")
    }

    private static let keys: [Key] = [
        .enter, .tab, .escape, .backspace, .insert, .delete, .home, .end, .pageUp, .pageDown, .up, .down, .left, .right,
    ]
    private static let texts: [Character] = ["a", "z", "/", " ", "\u{E9}", "\u{82D4}", "\u{1F33F}", "\u{301}", "1"]

    static func action(_ random: inout SeededGenerator) -> ChatAction {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: .input(.key(KeyEvent(.character(texts.randomElement(using: &random) ?? "a"))))
        case 45..<70: .input(.key(key(&random)))
        case 70..<73:
            .input(.paste(String(repeating: "word \u{82D4}\n", count: Int.random(in: 0...30, using: &random))))
        case 73..<76: .resized(size(&random))
        case 76..<78: .input(.mouse(MouseEvent(.wheelUp, at: Position(row: 1, column: 1))))
        case 78..<90: answer(&random)
        case 90..<92: .notice(Notice(.warning, "something happened"))
        case 92..<94: .hint("a hint")
        case 94..<96: .report(Report(title: "facts", lines: ["one", "", "two"]))
        case 96..<98:
            .conversations(
                [ListedConversation(id: ConversationID(3), title: "\u{82D4}", time: "14:00", messageCount: 2)], for: "")
        default: .tick
        }
    }

    private static func key(_ random: inout SeededGenerator) -> KeyEvent {
        let modifiers: [Modifiers] = [[], [], [], .control, .alt, .shift]
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let held = modifiers.randomElement(using: &random) ?? []
        let key: Key =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: keys.randomElement(using: &random) ?? .enter
            case 1: .function(Int.random(in: 1...12, using: &random))
            default: .character(letters.randomElement(using: &random) ?? "a")
            }
        let kinds: [KeyEvent.Kind] = [.press, .press, .repeat, .release]
        return KeyEvent(key, held, kinds.randomElement(using: &random) ?? .press)
    }

    private static func size(_ random: inout SeededGenerator) -> Size {
        Size(columns: Int.random(in: 0...160, using: &random), rows: Int.random(in: 0...50, using: &random))
    }

    private static func answer(_ random: inout SeededGenerator) -> ChatAction {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: .turn(.ended())
        case 1: .turn(.ended(.stopped, origin: .cloud))
        case 2: .turn(.escalation("conf 0.41 < 0.80"))
        case 3: .turn(.cloudFailed("It did not answer."))
        case 4: .turn(.draftRestarted)
        case 5: .turn(.ended(.broken("It broke."), origin: nil))
        case 6: .handOverBegan
        case 7: .outgoing(Outgoing(endpoint: "https://x", messages: [Outgoing.Message(.user, [.plain("a")])]))
        case 8: .opened(OpenedConversation(id: ConversationID(3), title: "Boats", messages: []))
        default:
            .turn(
                .local(
                    .token(
                        GeneratedToken(id: 1, text: "word **\u{82D4}**\n", logProbability: -1, entropy: 0, margin: 0))))
        }
    }
}
