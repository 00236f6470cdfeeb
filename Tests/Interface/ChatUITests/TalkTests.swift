import AssistantCore
import ChatScenes
import Foundation
import Testing

@testable import ChatUI

/// Talking, as the screen sees it.
@Suite("Talk on the screen") struct TalkTests {
    private func stage(isPossible: Bool = true) -> Stage {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        if isPossible { stage.act(.talk(.status(TalkStatus(.ready)))) }
        return stage
    }

    private func recording(_ stage: inout Stage, _ recording: TalkStatus.Recording = .init()) {
        stage.act(.talk(.status(TalkStatus(.recording(recording), method: .tap))))
    }

    private func spoken(_ text: String, isUnsure: Bool = false) -> ChatAction {
        .talk(
            .spoken(
                SpokenText(
                    text: text, confidence: isUnsure ? 0.4 : 0.9, isUnsure: isUnsure, audioDuration: .seconds(2),
                    releaseToText: .milliseconds(90))))
    }

    @Test("F2 and Space on an empty line are the key to talk; Space after text is a blank")
    func keys() {
        var stage = stage()
        #expect(stage.press(.function(2)) == [.talk(.press(isReleaseReported: false))])
        #expect(stage.press(.character(" ")) == [.talk(.press(isReleaseReported: false))])
        stage.type("a b")
        #expect(stage.state.editor.text == "a b")
        #expect(self.stage(isPossible: false).state.editor.isEmpty)
        var mute = self.stage(isPossible: false)
        #expect(mute.press(.character(" ")) == [] && mute.state.editor.text == " ")
        // Somebody has to say why.
        #expect(mute.press(.function(2)) == [.talk(.press(isReleaseReported: false))])
    }

    @Test("F9 shuts the microphone, forgets what it records, and says so until it is opened")
    func mute() {
        var stage = stage()
        recording(&stage)
        #expect(stage.press(.function(9)) == [.talk(.cancel), .muteMicrophone(true)])
        #expect(stage.screen.contains("mic shut"))
        stage.act(.talk(.status(TalkStatus(.ready))))
        #expect(stage.press(.function(2)) == [] && stage.press(.character(" ")) == [])
        #expect(stage.state.editor.isEmpty && stage.screen.contains("F9 opens it"))
        #expect(stage.press(.function(9)) == [.muteMicrophone(false)])
        #expect(!stage.screen.contains("mic shut"))
        #expect(stage.press(.function(2)) == [.talk(.press(isReleaseReported: false))])
    }

    @Test("Where the terminal tells releases, they are passed on while recording, and repeats are not")
    func releases() {
        var stage = stage()
        stage.act(.input(.keyboardProtocol(flags: 3)))
        #expect(stage.press(.function(2)) == [.talk(.press(isReleaseReported: true))])
        // Text keys are told apart only with another flag.
        #expect(stage.press(.character(" ")) == [.talk(.press(isReleaseReported: false))])
        recording(&stage)
        #expect(stage.act(.input(.key(KeyEvent(.function(2), [], .repeat)))) == [])
        #expect(stage.act(.input(.key(KeyEvent(.function(2), [], .release)))) == [.talk(.release)])
        #expect(stage.act(.input(.key(KeyEvent(.enter, [], .release)))) == [])
        stage.act(.input(.keyboardProtocol(flags: 11)))
        #expect(stage.press(.character(" ")) == [.talk(.press(isReleaseReported: true))])
    }

    @Test("While recording Esc and Ctrl-C forget it and Enter ends it; otherwise they mean what they always mean")
    func whileRecording() {
        var stage = stage()
        recording(&stage)
        #expect(stage.press(.escape) == [.talk(.cancel)])
        #expect(stage.press(.character("c"), .control) == [.talk(.cancel)])
        #expect(stage.press(.enter) == [.talk(.press(isReleaseReported: false))])
        stage.act(.talk(.status(TalkStatus(.hearing))))
        #expect(stage.state.isAnimated)
        #expect(stage.press(.escape) == [.talk(.cancel)])
        stage.act(.talk(.status(TalkStatus(.ready))))
        #expect(!stage.state.isAnimated)
        #expect(stage.press(.escape) == [])
    }

    @Test("A recording shows its time, level, marks and the words so far; then how long the hearing takes")
    func picture() {
        var stage = stage()
        var shown = TalkStatus.Recording(elapsed: .seconds(63), text: "what is the")
        shown.level = SoundLevel(rmsDecibels: -23, peakDecibels: 0, isClipping: true, isSpeech: true)
        shown.overruns = 2
        recording(&stage, shown)
        for words in ["REC 1:03", "-23 dB", "speech", "CLIP", "xruns 2", "what is the", "F2 send", "Esc forget it"] {
            #expect(stage.screen.contains(words), "\(words)")
        }
        shown.problem = "The microphone was unplugged."
        recording(&stage, shown)
        #expect(stage.screen.contains("The microphone was unplugged."))
        stage.act(.talk(.status(TalkStatus(.hearing))))
        stage.act(.tick, after: .milliseconds(120))
        #expect(stage.screen.contains("hearing") && stage.screen.contains("120 ms"))
    }

    @Test("Sure words are sent, marked as spoken with what they took; what was typed stays")
    func sure() throws {
        var stage = stage()
        stage.type("half a thought")
        #expect(
            stage.act(spoken("What is moss?")) == [
                .answerAloud(hearing: .milliseconds(90)), .submit("What is moss?"),
            ])
        #expect(stage.state.editor.text == "half a thought")
        for words in ["What is moss?", "spoken", "heard in 90 ms", "conf 0.90"] {
            #expect(stage.screen.contains(words), "\(words)")
        }
    }

    @Test("Unsure words come into the input line and are sent by Enter, still marked as spoken")
    func unsure() {
        var stage = stage()
        #expect(stage.act(spoken("We're right.", isUnsure: true)) == [])
        #expect(stage.state.editor.text == "We're right." && stage.screen.contains("40%"))
        for _ in 0..<12 { stage.press(.backspace) }
        stage.type("Rear right.")
        #expect(stage.press(.enter) == [.answerAloud(hearing: .milliseconds(90)), .submit("Rear right.")])
        #expect(stage.screen.contains("spoken") && stage.screen.contains("unsure"))
        stage.end()
        stage.ask("typed")
        #expect(stage.screen.components(separatedBy: "spoken").count == 2)
    }

    @Test("Words that come before the answer has fallen silent wait for it")
    func bargeIn() {
        var stage = stage()
        stage.ask("Tell me a story.")
        stage.stream("Once upon a time")
        #expect(stage.act(spoken("Stop, what is moss?")) == [])
        let effects = stage.act(.turn(.ended(.stopped)))
        #expect(effects == [.answerAloud(hearing: .milliseconds(90)), .submit("Stop, what is moss?")])
        #expect(stage.state.isAnswering)
    }

    @Test("A short notice stands on the status line until the next key, a long one in the conversation")
    func notices() {
        var stage = stage()
        stage.act(.talk(.notice("No speech was heard.")))
        #expect(stage.screen.contains("No speech was heard.") && stage.state.transcript.entries.isEmpty)
        stage.act(.talk(.notice(String(repeating: "long ", count: 30))))
        #expect(stage.state.transcript.entries.count == 1)
    }

    @Test("On a screen too small for anything else talking still works")
    func small() {
        var stage = Stage(Size(columns: 30, rows: 8))
        stage.ready()
        stage.act(.talk(.status(TalkStatus(.ready))))
        #expect(stage.press(.function(2)) == [.talk(.press(isReleaseReported: false))])
        recording(&stage)
        #expect(stage.screen.contains("REC 0:00"))
    }
}
