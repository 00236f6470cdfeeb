import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// Answers that are said aloud, as the screen sees it.
@Suite("Speaking on the screen") struct SpeakingTests {
    private func stage(_ answer: String, _ size: Size = Size(columns: 80, rows: 24)) -> Stage {
        var stage = Stage(size)
        stage.ready()
        stage.act(.talk(.status(TalkStatus(.ready))))
        stage.exchange("Well?", answer)
        return stage
    }

    private func say(_ stage: inout Stage, _ first: String, _ last: String? = nil, latency: Duration? = nil) {
        stage.act(.speaking(SpeakingProgress(first: first, last: last ?? first, level: -20, latency: latency)))
    }

    /// What is underlined, row by row.
    private func marked(_ stage: Stage) -> [String] {
        let frame = stage.state.render(Capabilities())
        return (0..<frame.size.rows).compactMap { row in
            let cells = (0..<frame.size.columns).map { frame[row, $0] }.filter {
                $0.style.emphasis.contains(.underline)
            }
            return cells.isEmpty ? nil : cells.map(\.text).joined()
        }
    }

    @Test("what is being said is underlined, through Markdown and across lines, and nothing is once it was said")
    func mark() {
        var stage = stage("A **bold** start, and more. Then `code` follows. A **bold** start, and more again.")
        #expect(marked(stage).isEmpty)
        say(&stage, "A **bold** start,", " and more.")
        #expect(marked(stage) == ["A bold start, and more"])
        #expect(stage.screen.contains("saying it"))
        say(&stage, " Then `code` follows.")
        #expect(marked(stage) == ["Then code follows"])
        // The same words a second time are those behind.
        say(&stage, " A **bold** start,")
        #expect(stage.state.transcript.entries.count == 2)
        #expect(marked(stage).joined().hasSuffix("start") && marked(stage).joined().hasPrefix("A"))
        say(&stage, "words of the voice's own")
        #expect(marked(stage).isEmpty && stage.screen.contains("SAYING"))
        stage.act(.speaking(nil))
        #expect(marked(stage).isEmpty && !stage.screen.contains("SAYING") && !stage.screen.contains("saying"))
    }

    @Test("a long sentence is marked on all of its lines, whatever the width, while the answer goes on")
    func longMark() {
        let sentence = (1...60).map { "word\($0)" }.joined(separator: " ") + "."
        for columns in [40, 80, 120] {
            var stage = Stage(Size(columns: columns, rows: 36))
            stage.ready()
            stage.ask("Well?")
            stage.stream("Before. " + sentence + " And then")
            say(&stage, " " + sentence)
            #expect(marked(stage).joined(separator: " ").split(separator: " ").count == 60)
            #expect(stage.screen.contains("and saying it"))
            let before = marked(stage)
            let token = GeneratedToken(id: 1, text: " some more", logProbability: -0.1, entropy: 0.2, margin: 2)
            stage.act(.turn(.local(.token(token), confidence: nil)))
            #expect(marked(stage) == before)
        }
    }

    @Test("Esc and Ctrl-C silence first, and stop the answer then; the key to talk silences and listens")
    func silence() {
        for (key, modifiers) in [(Key.escape, Modifiers()), (.character("c"), .control)] {
            var stage = stage("It is so.")
            stage.ask("And?")
            stage.stream("Since")
            say(&stage, "Since")
            #expect(stage.press(key, modifiers) == [.silence])
            stage.act(.speaking(nil))
            #expect(stage.press(key, modifiers) == [.stopAnswer])
        }
        var stage = stage("It is so.")
        say(&stage, "It is so.")
        #expect(stage.screen.contains("Esc silence"))
        #expect(stage.press(.function(2)) == [.silence, .talk(.press(isReleaseReported: false))])
        #expect(stage.press(.character(" ")) == [.silence, .talk(.press(isReleaseReported: false))])
        stage.press(.function(9))
        #expect(stage.press(.function(2)) == [.silence], "a shut microphone is no reason to go on")
        stage.press(.function(1))
        #expect(stage.press(.escape) == [.silence], "also over a panel")
    }

    @Test("a spoken question says so before it is sent; /speak and its key choose, and silence what is being said")
    func choice() {
        var stage = stage("It is so.")
        let spoken = SpokenText(
            text: "And now?", confidence: 0.9, isUnsure: false, audioDuration: .seconds(1),
            releaseToText: .milliseconds(90))
        #expect(stage.act(.talk(.spoken(spoken))) == [.answerAloud(hearing: .milliseconds(90)), .submit("And now?")])
        stage.end()
        #expect(stage.press(.character("v"), .alt) == [.setSpeaking("")])
        stage.type("/speak always")
        #expect(stage.press(.enter) == [.setSpeaking("always")])
        say(&stage, "It is so.")
        #expect(stage.press(.character("v"), .alt) == [.silence])
        #expect(stage.press(.character("."), .alt) == [.changeVolume(by: 10)])
        #expect(stage.press(.character(","), .alt) == [.changeVolume(by: -10)])
        stage.type("/volume")
        #expect(stage.screen.contains("louder") && stage.screen.contains("quieter"))
    }

    @Test("the time to the first sound is counted once an answer; the meters say what is not known")
    func meters() {
        var stage = stage("It is so.", Size(columns: 120, rows: 36))
        #expect(stage.screen.contains("SPEAKER") && stage.screen.contains("n/a"))
        stage.act(.speaker("to spoken questions"))
        #expect(stage.screen.contains("to spoken questions"))
        say(&stage, "")
        say(&stage, "It is so.", latency: .milliseconds(200))
        say(&stage, "It is so.", latency: .milliseconds(200))
        #expect(stage.screen.contains("-20 dB"))
        stage.act(.speaking(SpeakingProgress(level: -20, latency: .milliseconds(200), gaps: 2)))
        #expect(stage.screen.contains("2 gaps"))
        stage.act(.speaking(nil))
        say(&stage, "It is so.", latency: .milliseconds(400))
        #expect(!stage.screen.contains("gap"))
        #expect(stage.state.session.firstSound.samples == [.milliseconds(200), .milliseconds(400)])
        #expect(stage.screen.contains("sound"))
    }

    @Test("a kiosk does not fall asleep while it speaks, and forgets with the visitor what was said")
    func kiosk() {
        var stage = Scene.kiosk.stage(Size(columns: 80, rows: 24))
        stage.act(.speaker("to spoken questions"))
        stage.exchange("Well?", "It is so.")
        for _ in 0..<200 {
            say(&stage, "It is so.")
            #expect(!stage.act(.tick, after: .seconds(2)).contains(.forgetConversation))
        }
        stage.act(.speaking(nil))
        for _ in 0..<200 { stage.act(.tick, after: .seconds(2)) }
        #expect(stage.effects.contains(.forgetConversation))
        #expect(stage.state.speaker == "to spoken questions" && stage.state.speaking == nil)
    }
}
