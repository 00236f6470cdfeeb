import AssistantCore
import ChatScenes
import Foundation
import Testing

@testable import ChatUI

/// What the screen says and does where the cloud plays a part.
struct CloudTests {
    private static let size = Size(columns: 100, rows: 30)

    private static func answers(_ stage: Stage) -> [Answer] {
        stage.state.transcript.entries.compactMap { if case .answer(let answer) = $0.content { answer } else { nil } }
    }

    @Test("nothing is handed over before the panel showed what would leave and Enter was pressed")
    func consent() {
        var stage = Scene.unsure.stage(Self.size)
        #expect(stage.press(.function(6)) == [.previewHandOver])
        #expect(!stage.state.isAnswering)
        stage = Scene.consent.stage(Self.size)
        let shown = stage.screen
        #expect(shown.contains("<EMAIL_1>") && shown.contains("<CARD_1>") && shown.contains("2 redacted"))
        #expect(!stage.effects.contains(.handOver))
        var refused = stage
        #expect(refused.press(.escape) == [] && !refused.state.isAnswering)
        #expect(stage.press(.enter) == [.handOver] && stage.state.isAnswering)
    }

    @Test("what may not leave cannot be sent from the panel")
    func obstacle() {
        var stage = Scene.obstacle.stage(Self.size)
        #expect(stage.screen.contains("It stays here: There is no key"))
        #expect(stage.press(.enter) == [])
        #expect(!stage.state.isAnswering)
    }

    @Test("F6 says why where there is nothing to hand over")
    func nothingToHandOver() {
        var empty = Stage(Self.size)
        empty.ready()
        #expect(empty.press(.function(6)) == [] && empty.screen.contains("ask something first"))
        var remote = Scene.escalating.stage(Self.size)
        #expect(remote.press(.function(6)) == [] && remote.screen.contains("at work on it already"))
        var done = Scene.escalated.stage(Self.size)
        #expect(done.press(.function(6)) == [] && done.screen.contains("answered this already"))
    }

    @Test("F5 asks for the lock, and shows it only once it holds")
    func lock() {
        var stage = Scene.unsure.stage(Self.size)
        #expect(stage.press(.function(5)) == [.setLocalOnly(true)])
        #expect(!stage.screen.contains("LOCAL ONLY"))
        stage.act(.cloud(CloudStatus(.notAllowed, isLocked: true)))
        #expect(stage.screen.contains("LOCAL ONLY"))
        #expect(stage.press(.function(5)) == [.setLocalOnly(false)])
    }

    @Test("F5 locks before anybody has said how the cloud stands, and a second press does not wait for that either")
    func lockAtOnce() {
        var stage = Stage(Self.size)
        #expect(stage.press(.function(5)) == [.setLocalOnly(true)])
        #expect(stage.press(.function(5)) == [.setLocalOnly(false)])
        #expect(stage.press(.function(5)) == [.setLocalOnly(true)])
        stage.act(.cloud(CloudStatus(.open(), isLocked: true)))
        #expect(stage.press(.function(5)) == [.setLocalOnly(false)])
    }

    @Test("Of what is typed in lines, only what stops, locks or quits does not wait for the answer at work")
    func urgentLines() {
        var conversation = PlainConversation()
        for (line, isUrgent) in [
            ("/stop", true), (" /local ", true), ("/loc", true), ("/quit", true), ("/cost", false), ("/new", false),
            ("local", false), ("Why?", false), ("", false), ("/", false),
        ] {
            #expect(conversation.isUrgent(line, isTyped: true) == isUrgent, "\(line)")
        }
        #expect(!conversation.isUrgent("/quit", isTyped: false), "what is piped in is answered first")
        #expect(conversation.take(line: "/local", at: .zero).effects == [.setLocalOnly(true)])
        #expect(!conversation.isUrgent("/local", isTyped: true), "to unlock waits its turn")
        #expect(conversation.take(line: "/local", at: .zero).effects == [.setLocalOnly(false)])
        #expect(conversation.isUrgent("/local", isTyped: true))
    }

    @Test("F5 stops a reply that is on its way")
    func lockStops() {
        var stage = Scene.escalating.stage(Self.size)
        #expect(stage.press(.function(5)) == [.setLocalOnly(true), .stopAnswer])
    }

    @Test("a draft that the cloud answered stays, and the reply has figures of its own")
    func escalated() {
        let stage = Scene.escalated.stage(Self.size)
        let answers = Self.answers(stage)
        #expect(answers.count == 2)
        #expect(answers[0].isDraft && answers[0].origin == .local && answers[0].probability != nil)
        #expect(answers[1].origin == .cloud && answers[1].probability == nil)
        #expect(answers[1].figures.costMicroUSD == 1_240 && stage.state.session.spent == Money(microUSD: 1_240))
        #expect(stage.screen.contains("$0.0012"))
    }

    @Test("where the cloud brings nothing, the draft stands again, marked, and the reason is there to be read")
    func remoteFailed() {
        let stage = Scene.remoteFailed.stage(Self.size)
        let answers = Self.answers(stage)
        #expect(!answers[0].isDraft && answers[0].isUnsure && !answers[0].text.isEmpty)
        #expect(answers[1].isMissing && answers[1].origin == .cloud)
        let screen = stage.screen
        #expect(screen.contains("did not answer within 20 s") && screen.contains("UNSURE"))
        #expect(!stage.state.isAnswering)
    }

    @Test("a device that answers anew does so in its own name")
    func restarted() {
        var stage = Scene.asking.stage(Self.size)
        stage.act(.turn(.cloudFailed("No connection.")))
        stage.act(.turn(.draftRestarted))
        stage.stream("Once more, with care.")
        stage.end()
        let answers = Self.answers(stage)
        #expect(answers.count == 3)
        #expect(answers[2].origin == .local && answers[2].text.shown == "Once more, with care.")
        #expect(answers[1].text.isEmpty && answers[0].isDraft)
    }

    @Test("a hand-over that is held back leaves the answer as it was")
    func heldBack() {
        var stage = Scene.consent.stage(Self.size)
        let before = Self.answers(stage)
        stage.press(.enter)
        stage.act(.handOverBegan)
        stage.act(.turn(.cloudFailed("The budget is used up.")))
        stage.act(.turn(.ended(doubts: Stage.doubts(.consentMissing))))
        var after = Self.answers(stage)
        #expect(after.count == 1)
        after[0].failure = nil
        #expect(after == before)
        #expect(stage.screen.contains("The budget is used up."))
    }

    @Test("an answer in the works that is handed over becomes the draft")
    func handOverInMidAnswer() {
        var stage = Scene.streaming.stage(Self.size)
        #expect(stage.press(.function(6)) == [.previewHandOver])
        stage.act(.outgoing(Outgoing(endpoint: "https://example.org/v1", messages: [])))
        #expect(stage.press(.enter) == [.handOver])
        stage.end(.stopped)
        #expect(stage.state.isAnswering, "the end of the stopped answer is not the end of the hand-over")
        stage.act(.handOverBegan)
        stage.act(
            .turn(.escalation("you asked", sentTokens: 9)))
        stage.act(.turn(.text("The southern one.")))
        stage.act(.turn(.ended(origin: .cloud)))
        let answers = Self.answers(stage).suffix(2)
        #expect(answers.first?.isDraft == true && answers.last?.text.shown == "The southern one.")
    }

    @Test("a server that gave nothing and is asked again is one line that counts, over one reply")
    func attempts() {
        var stage = Scene.streaming.stage(Self.size)
        for _ in 1...3 { stage.act(.turn(.escalation("conf 0.4 < 0.8"))) }
        stage.act(.turn(.text("The southern one.")))
        stage.act(.turn(.ended(origin: .cloud)))
        let screen = stage.screen
        #expect(screen.components(separatedBy: "\u{2192} NEBIUS").count == 2)
        #expect(screen.contains("attempt 3") && screen.contains("draft kept"))
        #expect(Self.answers(stage).suffix(2).map(\.isDraft) == [true, false])
    }

    @Test("a question that goes before a word was drafted keeps no draft, and says of none")
    func withoutDraft() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("What does the statute say?")
        stage.act(.turn(.escalation("rule: law goes", sentTokens: 9)))
        let screen = stage.screen
        #expect(screen.contains("rule: law goes") && !screen.contains("draft kept"))
    }

    @Test("the wait for a cloud that is down counts down, and then stops moving")
    func countdown() {
        var stage = Scene.cloudDown.stage(Self.size)
        #expect(stage.screen.contains("cloud down, again in 24 s"))
        stage.act(.tick, after: .seconds(10))
        #expect(stage.screen.contains("again in 14 s"))
        stage.act(.tick, after: .seconds(15))
        #expect(!stage.screen.contains("again in") && !stage.state.isAnimated)
    }

    @Test("hostile words of a server never reach the screen as control bytes")
    func hostile() {
        var stage = Scene.unsure.stage(Self.size)
        let evil = "a\u{1B}[2J\u{9B}31m\u{7}"
        stage.act(
            .outgoing(
                Outgoing(
                    endpoint: evil, model: evil,
                    messages: [Outgoing.Message(.system, [.plain(evil), .placeholder(evil)])], obstacle: evil)))
        stage.act(.cloud(CloudStatus(.barred(evil))))
        #expect(
            stage.state.render(Capabilities()).cells.allSatisfy { cell in
                cell.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
            })
    }
}
