import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("Typing ahead")
struct QueueTests {
    private static let size = Size(columns: 80, rows: 24)

    /// A screen on which an answer streams and the input is empty.
    private static func answering(_ size: Size = size) -> Stage {
        var stage = Stage(size)
        stage.ready()
        stage.ask("first")
        return stage
    }

    private static func end(_ stage: inout Stage) {
        stage.act(.turn(.text("an answer")))
        stage.act(.turn(.ended()))
    }

    @Test("Enter while an answer streams queues the message, shows it, and sends it when the answer has ended")
    func queued() {
        var stage = Self.answering()
        stage.type("second")
        stage.press(.enter)
        #expect(stage.effects == [.submit("first")])
        #expect(stage.state.editor.isEmpty)
        #expect(stage.screen.contains("queued second"))
        Self.end(&stage)
        #expect(stage.effects == [.submit("first"), .submit("second")])
        #expect(!stage.screen.contains("queued second"))
        #expect(stage.state.isAnswering)
    }

    @Test("Several messages are sent in their order, each when the answer before it has ended, and stay apart")
    func order() {
        var stage = Self.answering()
        for text in ["second", "third", "fourth"] {
            stage.type(text)
            stage.press(.enter)
        }
        for _ in 0..<4 { Self.end(&stage) }
        #expect(stage.effects == ["first", "second", "third", "fourth"].map { .submit($0) })
        #expect(!stage.state.isAnswering)
    }

    @Test(
        "Esc brings the latest queued message back into the input line, before what stands there; then it stops the answer"
    )
    func takenBack() {
        var stage = Self.answering()
        for text in ["second", "third"] {
            stage.type(text)
            stage.press(.enter)
        }
        stage.type("more")
        stage.press(.escape)
        #expect(stage.state.editor.text == "third\nmore")
        #expect(stage.state.queue.map(\.text) == ["second"])
        stage.press(.escape)
        #expect(stage.state.editor.text == "second\nthird\nmore")
        #expect(stage.effects == [.submit("first")])
        stage.press(.escape)
        #expect(stage.effects == [.submit("first"), .stopAnswer])
    }

    @Test("Whoever stops the answer, or leaves the conversation, gets what waited back; nothing is sent by itself")
    func stopped() {
        for leave in [false, true] {
            var stage = Self.answering()
            stage.type("second")
            stage.press(.enter)
            stage.press(.character(leave ? "n" : "c"), .control)
            #expect(stage.state.queue.isEmpty)
            stage.act(.turn(.ended(.stopped)))
            #expect(!stage.effects.contains(.submit("second")))
            #expect(stage.state.editor.text == "second")
        }
    }

    @Test("What is spoken while an answer streams waits in the same queue")
    func spoken() {
        var stage = Self.answering()
        stage.type("second")
        stage.press(.enter)
        let heard = SpokenText(
            text: "third", confidence: 0.9, audioDuration: .seconds(1), releaseToText: .milliseconds(5))
        stage.act(.talk(.spoken(heard)))
        Self.end(&stage)
        Self.end(&stage)
        #expect(
            stage.effects.suffix(3) == [.submit("second"), .answerAloud(hearing: .milliseconds(5)), .submit("third")])
    }

    @Test(
        "More than can be shown are counted, and there is an end to how many may wait",
        arguments: [(80, 24), (60, 15), (40, 10)])
    func many(_ columns: Int, _ rows: Int) {
        var stage = Self.answering(Size(columns: columns, rows: rows))
        for number in 1...25 {
            stage.type("message \(number)")
            stage.press(.enter)
        }
        #expect(stage.state.queue.count == ChatState.mostQueued)
        #expect(stage.screen.contains("more wait"))
        #expect(stage.state.editor.text.hasPrefix("message 21"))
    }
}

@Suite("An answer that is taken back")
struct RollbackTests {
    private func token(_ text: String) -> GeneratedToken {
        GeneratedToken(id: 1, text: text, logProbability: -0.5, entropy: 0.5, margin: 1)
    }

    @Test("The text and the figures of what was taken back are gone, and the answer goes on from there")
    func rolledBack() throws {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        stage.ask("Write about rain.")
        for piece in ["Rain falls.", " Rain", " falls.", " Rain", " falls."] {
            stage.act(.turn(.local(.token(token(piece)))))
        }
        #expect(stage.screen.contains("Rain falls. Rain falls. Rain falls."))
        stage.act(.turn(.local(.rolledBack(Rollback(tokens: 4, textBytes: 24)))))
        #expect(stage.screen.contains("Rain falls.") && !stage.screen.contains("Rain falls. Rain"))
        #expect(stage.state.meters.generatedTokens == 1 && stage.state.meters.tokens.count == 1)
        stage.act(.turn(.local(.token(token(" The ground drinks.")))))
        #expect(stage.screen.contains("Rain falls. The ground drinks."))
    }

    @Test("Text that had to be made safe is taken back by what came, not by what is shown")
    func unsafeText() {
        var text = ForeignText("safe")
        _ = text.append("\u{1B}[31mred")
        text.removeLast(8)
        #expect(text.shown == "safe")
    }

    @Test("An answer that was cut because it repeated itself says so and has no figure")
    func loop() {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        stage.ask("Write about rain.")
        stage.act(.turn(.local(.token(token("Rain falls.")))))
        let doubts = [RouteReason(.repeatsItself, "The local answer repeats itself.")]
        stage.act(.turn(.ended(.loop, doubts: doubts)))
        #expect(stage.screen.contains("repeats itself"))
        #expect(stage.state.lastAnswer?.probability == nil && stage.state.lastAnswer?.confidence == nil)
    }
}
