import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// Where nothing is kept, the screen says so for as long as it stands.
struct KeptTests {
    @Test("the mark stands in the header at every width, whatever else there is to say, until the end")
    func mark() {
        for scene in Scene.allCases {
            for columns in [40, 60, 80, 120, 200] {
                var stage = scene.stage(Size(columns: columns, rows: 24))
                guard stage.state.kiosk?.phase != .attract else { continue }
                #expect(!stage.screen.contains("NOT KEPT"))
                stage.act(.kept(false))
                stage.act(.tick, after: .seconds(3))
                let header = stage.screen.prefix { $0 != "\n" }
                #expect(header.contains("NOT KEPT"), "\(scene) \(columns): \(header)")
            }
        }
    }

    @Test("a visitor who goes does not take it along")
    func kiosk() {
        var stage = Scene.kiosk.stage(Size(columns: 80, rows: 24))
        stage.act(.kept(false))
        stage.press(.character("n"), .control)
        #expect(stage.screen.contains("NOT KEPT"))
    }

    @Test("lines say it when it happens, and behind every answer")
    func plain() {
        var conversation = PlainConversation()
        _ = conversation.take(.model(.ready(Stage.model)), at: .zero)
        let collected = conversation.take(.kept(false), at: .zero).lines
        #expect(collected.map(\.label) == [.warning] && collected[0].text.hasPrefix("NOT KEPT"))
        #expect(conversation.take(.kept(false), at: .zero).lines.isEmpty)
        _ = conversation.take(line: "Why?", at: .zero)
        let lines = conversation.take(.turn(.ended()), at: .zero).lines
        #expect(lines.last?.label == .from && lines.last?.text.hasSuffix("NOT KEPT") == true)
    }

    @Test("a number that stands for no line of a list is none, however large or small")
    func numbers() {
        for text in ["-9223372036854775808", "9223372036854775807", "0", "-1", "3", "99999999999999999999"] {
            var conversation = PlainConversation()
            _ = conversation.take(.model(.ready(Stage.model)), at: .zero)
            _ = conversation.take(line: "/open", at: .zero)
            let listed = [1, 2].map {
                ListedConversation(id: ConversationID($0), title: "t", time: "now", messageCount: 1, excerpt: "")
            }
            #expect(conversation.take(.conversations(listed, for: ""), at: .zero).lines.count == 3)
            let effects = conversation.take(line: text, at: .zero).effects
            #expect(!effects.contains { if case .openConversation = $0 { true } else { false } }, "\(text)")
        }
    }
}
