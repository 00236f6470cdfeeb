import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// A screen that anybody may walk up to.
struct KioskTests {
    private static let size = Size(columns: 80, rows: 24)

    @Test(
        "the picture that waits for somebody moves, keeps whole, and asks for a timer and not for ten pictures a second"
    )
    func attract() {
        var stage = Scene.attract.stage(Self.size)
        #expect(!stage.state.isAnimated && stage.state.nextChange == .seconds(12))
        var pictures: Set<String> = []
        for _ in 0..<40 {
            stage.act(.tick, after: .seconds(4))
            let screen = stage.screen
            pictures.insert(screen)
            #expect(screen.contains("ask me anything") && screen.contains("hold F2 and speak"))
        }
        #expect(pictures.count > 30)
    }

    @Test("the key that wakes it does nothing else; the one to talk talks at once")
    func wakes() {
        var stage = Scene.attract.stage(Self.size)
        #expect(stage.press(.character("x")) == [] && stage.state.editor.isEmpty)
        #expect(stage.screen.contains("answers are made on this device"))
        stage = Scene.attract.stage(Self.size)
        #expect(stage.press(.function(2)) == [.talk(.press(isReleaseReported: false))])
    }

    @Test("no key but the PIN's gets out, to a shell, to the money, or to what others have said")
    func locked() {
        let keys: [(Key, Modifiers)] =
            (1...12).map { (.function($0), []) }
            + "abcdefghijklmnopqrstuvwxyz".flatMap { [(.character($0), .control), (.character($0), .alt)] }
        for (key, modifiers) in keys {
            var stage = Scene.kiosk.stage(Self.size)
            for effect in stage.press(key, modifiers) {
                #expect(
                    effect == .redraw || effect == .forgetConversation
                        || effect == .talk(.press(isReleaseReported: false))
                )
            }
        }
        var stage = Scene.kiosk.stage(Self.size)
        stage.type("/quit")
        #expect(stage.press(.enter) == [.submit("/quit")])
    }

    @Test("the PIN is looked at elsewhere, one at a time; the right one quits, after wrong ones none is looked at")
    func pin() {
        var stage = Scene.pin.stage(Self.size)
        #expect(!stage.screen.contains("123"))
        stage.type("4")
        #expect(stage.press(.enter) == [.checkPIN("1234")])
        stage.type("5678")
        #expect(stage.press(.enter) == [] && stage.screen.contains("One moment"))
        #expect(stage.act(.pin(.wrong(lockedFor: .zero))) == [])
        #expect(stage.press(.enter) == [.checkPIN("5678")], "what was typed meanwhile is not lost")
        #expect(stage.act(.pin(.right)) == [.quit])
        stage = Scene.kiosk.stage(Self.size)
        stage.press(.function(10))
        #expect(stage.press(.enter) == [])
        stage.type("9999")
        #expect(stage.press(.enter) == [.checkPIN("9999")])
        #expect(stage.act(.pin(.wrong(lockedFor: .zero))) == [] && stage.screen.contains("Wrong number"))
        stage.type("9998")
        #expect(stage.press(.enter) == [.checkPIN("9998")])
        stage.act(.pin(.wrong(lockedFor: .seconds(60))))
        #expect(stage.screen.contains("Wait 60 s") && stage.state.nextChange == stage.state.now + .seconds(1))
        stage.type("1234")
        #expect(stage.press(.enter) == [])
        stage.act(.tick, after: .seconds(61))
        stage.type("1234")
        #expect(stage.press(.enter) == [.checkPIN("1234")])
        stage = Stage(Self.size, kiosk: KioskRules())
        stage.press(.enter)
        stage.press(.function(10))
        #expect(stage.press(.enter) == [] && stage.screen.contains("This screen stays on"))
    }

    @Test("after the warning everything that was said is gone, from the screen, the history and the store")
    func forgets() {
        var stage = Scene.kiosk.stage(Self.size)
        stage.act(.tick, after: .seconds(119))
        #expect(!stage.screen.contains("still there"))
        stage.act(.tick, after: .seconds(1))
        #expect(stage.screen.contains("In 20 s this conversation is forgotten"))
        #expect(stage.act(.tick, after: .seconds(19)) == [])
        stage.press(.left)
        #expect(!stage.screen.contains("still there"))
        stage.act(.tick, after: .seconds(120))
        #expect(stage.act(.tick, after: .seconds(20)) == [.forgetConversation])
        #expect(stage.state.transcript.entries.isEmpty && stage.state.kiosk?.phase == .attract)
        stage.press(.enter)
        stage.press(.up)
        #expect(stage.state.editor.isEmpty)
    }

    @Test("a lock outlives the visitor who brought it about")
    func lockOutlivesForgetting() {
        var stage = Scene.pin.stage(Self.size)
        stage.press(.enter)
        stage.act(.pin(.wrong(lockedFor: .seconds(3_600))))
        stage.press(.escape)
        stage.act(.tick, after: .seconds(130))
        #expect(stage.act(.tick, after: .seconds(30)) == [.forgetConversation])
        stage.press(.enter)
        stage.press(.character("n"), .control)
        stage.press(.function(10))
        stage.type("1234")
        #expect(stage.press(.enter) == [] && stage.screen.contains("Wait 57 min"))
    }

    @Test(
        "a new conversation in a kiosk is one without the last: not on the screen, not in the history, not in the store"
    )
    func anew() {
        var stage = Scene.kiosk.stage(Self.size)
        stage.type("half a sentence")
        #expect(stage.press(.character("n"), .control) == [.forgetConversation])
        #expect(stage.state.transcript.entries.isEmpty && stage.state.kiosk?.phase == .active)
        stage.press(.up)
        #expect(stage.state.editor.isEmpty)
        // While an answer is at work, once it has ended.
        stage.ask("Why is moss green?")
        #expect(stage.press(.character("n"), .control) == [.stopAnswer])
        #expect(stage.act(.turn(.ended(.stopped))) == [.forgetConversation])
        #expect(stage.state.transcript.entries.isEmpty)
        stage.press(.up)
        #expect(stage.state.editor.isEmpty)
    }

    @Test("an answer at work, and somebody who speaks, are somebody")
    func nobodyIsReset() {
        var stage = Stage(Self.size, kiosk: KioskRules())
        stage.press(.enter)
        stage.ask("Why?")
        stage.act(.tick, after: .seconds(600))
        #expect(stage.state.kiosk?.phase == .active)
        stage.act(.turn(.ended()))
        stage.act(.talk(.status(TalkStatus(.recording(TalkStatus.Recording(elapsed: .zero, hasSpeech: false))))))
        stage.act(.tick, after: .seconds(600))
        #expect(stage.state.kiosk?.phase == .active)
    }
}
