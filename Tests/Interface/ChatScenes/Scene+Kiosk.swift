internal import AssistantCore
internal import ChatUI

/// Moments of a screen that anybody may walk up to.
extension Scene {
    func kioskStage(_ size: Size) -> Stage {
        var stage = Stage(size, kiosk: KioskRules(hasPIN: true))
        stage.act(.talk(.status(TalkStatus(.ready))))
        if self == .attract {
            stage.act(.tick, after: .seconds(9))
            return stage
        }
        stage.press(.enter)
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        if self == .kioskListening {
            stage.press(.function(2))
            var shown = TalkStatus.Recording(elapsed: .milliseconds(2_100), hasSpeech: true, text: "And in the")
            shown.level = SoundLevel(
                rmsDecibels: -24, peakDecibels: -9, noiseFloorDecibels: -58, isClipping: false, isSpeech: true)
            stage.act(.talk(.status(TalkStatus(.recording(shown), method: .hold))), after: .milliseconds(2_100))
        }
        if self == .kioskAnswering {
            stage.ask("And in the southern hemisphere?")
            stage.stream("South of the equator the sun stands in the north, so the shaded side of a trunk is the")
        }
        if self == .pin {
            stage.press(.character("q"), .control)
            stage.type("123")
        }
        if self == .warning {
            stage.act(.tick, after: .seconds(121))
            stage.act(.tick, after: .seconds(7))
        }
        return stage
    }
}
