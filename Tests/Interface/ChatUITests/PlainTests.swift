import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// The conversation as labelled lines.
struct PlainTests {
    private var plain: PlainConversation = {
        var plain = PlainConversation()
        _ = plain.take(.model(.ready(Stage.model)), at: .zero)
        return plain
    }()

    private func words(_ outcome: PlainConversation.Outcome) -> [String] {
        outcome.lines.map { "\($0.label.rawValue): \($0.text)" }
    }

    private func token(_ text: String) -> ChatAction {
        .turn(.local(.token(GeneratedToken(id: 1, text: text, logProbability: -0.1, entropy: 0, margin: 0))))
    }

    @Test("an answer is said a sentence at a time, and then where it comes from")
    mutating func sentences() {
        #expect(plain.take(line: "Hello?", at: .zero).effects == [.submit("Hello?")])
        var said: [String] = []
        for piece in ["Moss", " is", " green. It", " grows", " at 3.5 m", " height", "\n- on", " bark"] {
            said += words(plain.take(token(piece), at: .seconds(1)))
        }
        #expect(said == ["brim: Moss is green.", "brim: It grows at 3.5 m height"])
        let end = words(plain.take(.turn(.ended()), at: .seconds(2)))
        #expect(end.first == "brim: - on bark" && end.last?.hasPrefix("from: LOCAL, first 1.00 s") == true)
    }

    @Test(
        "sentences of a loop are not said: they wait for the answer to go on, and are taken back with it",
        arguments: [
            ["It rains.\n", "Rain is wet.\n"], ["1. It rains.\n", "2. Rain is wet.\n"],
            ["It rains. ", "\n\nRain is wet. "],
        ])
    mutating func loop(copy: [String]) {
        _ = plain.take(line: "Hello?", at: .zero)
        var said: [String] = []
        for piece in copy + copy + copy + ["It"] { said += words(plain.take(token(piece), at: .zero)) }
        #expect(said.count == 2)
        let bytes = (copy + copy + ["It"]).joined().utf8.count
        let back = ChatAction.turn(.local(.rolledBack(Rollback(tokens: 9, textBytes: bytes))))
        #expect(words(plain.take(back, at: .zero)) == [])
        #expect(words(plain.take(token("The sun shines.\n"), at: .zero)) == ["brim: The sun shines."])
        let end = words(plain.take(.turn(.ended()), at: .zero))
        #expect(end.count == 1 && end[0].hasPrefix("from: LOCAL"))
    }

    @Test("a repetition that the answer keeps is said whole, and what is taken back after it was said is told")
    mutating func keptRepetition() {
        _ = plain.take(line: "Hello?", at: .zero)
        var said: [String] = []
        for piece in ["Row.\n", "Row.\n", "Row.\n", "Boat.\n", "Row.\n", "1\n", "2\n"] {
            said += words(plain.take(token(piece), at: .zero))
        }
        #expect(said == ["Row.", "Row.", "Row.", "Boat.", "Row.", "1", "2"].map { "brim: " + $0 })
        let back = ChatAction.turn(.local(.rolledBack(Rollback(tokens: 2, textBytes: 4))))
        #expect(words(plain.take(back, at: .zero)).first?.contains("taken back") == true)
        _ = plain.take(token("Row.\n"), at: .zero)
        let end = words(plain.take(.turn(.ended()), at: .zero))
        #expect(end.first == "brim: Row.")
    }

    @Test("what leaves the device is said before it leaves, and who answers then")
    mutating func escalation() {
        _ = plain.take(line: "Hello?", at: .zero)
        _ = plain.take(token("I think"), at: .zero)
        let collected = words(plain.take(.turn(.escalation("conf 0.41 < 0.80")), at: .zero))
        #expect(
            collected.first == "brim: I think" && collected.last?.hasPrefix("sent: NEBIUS m \u{B7} conf 0.41") == true)
        #expect(words(plain.take(.turn(.text("Yes.\n")), at: .zero)) == ["nebius: Yes."])
    }

    @Test("nothing is sent to the cloud unless the next line agrees", arguments: ["no", "", "yes please", "/new"])
    mutating func preview(answer: String) {
        let outgoing = Outgoing(endpoint: "https://x", messages: [Outgoing.Message(.user, [.plain("a")])])
        _ = plain.take(line: "Hello?", at: .zero)
        _ = plain.take(.turn(.ended()), at: .zero)
        let shown = words(plain.take(.outgoing(outgoing), at: .zero))
        #expect(shown.contains("preview: user: a"))
        #expect(!plain.take(line: answer, at: .zero).effects.contains(.handOver))
        _ = plain.take(.turn(.ended()), at: .zero)
        #expect(plain.take(line: "yes", at: .zero).effects != [.handOver])
    }

    @Test("a yes to the preview hands over; a number opens what was listed")
    mutating func chooses() {
        _ = plain.take(line: "Hello?", at: .zero)
        _ = plain.take(.turn(.ended()), at: .zero)
        _ = plain.take(.outgoing(Outgoing(endpoint: "https://x", messages: [])), at: .zero)
        #expect(plain.take(line: "yes", at: .zero).effects == [.handOver])
        _ = plain.take(.handOverBegan, at: .zero)
        _ = plain.take(.turn(.ended()), at: .zero)
        #expect(plain.take(line: "/open tide", at: .zero).effects == [.listConversations("tide")])
        let boats = ListedConversation(id: ConversationID(3), title: "Boats", time: "14:00", messageCount: 2)
        #expect(
            words(plain.take(.conversations([boats], for: "tide"), at: .zero)).first
                == "choice: 1. Boats, 2 messages, 14:00")
        #expect(plain.take(line: "1", at: .zero).effects == [.openConversation(ConversationID(3))])
    }

    @Test("hostile text comes out as one harmless line")
    mutating func hostile() {
        for line in words(plain.take(.notice(Notice(.warning, "a\u{1B}[2Jb\nc\rd")), at: .zero)) {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x9B })
        }
    }
}
