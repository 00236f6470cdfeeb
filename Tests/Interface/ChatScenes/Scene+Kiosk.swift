internal import AssistantCore
internal import ChatUI

/// Moments of a screen that anybody may walk up to.
extension Scene {
    func kioskStage(_ size: Size) -> Stage {
        var stage = Stage(size, kiosk: KioskRules(pin: "1234"))
        stage.act(.talk(.status(TalkStatus(.ready))))
        if self == .attract {
            stage.act(.tick, after: .seconds(9))
            return stage
        }
        stage.press(.enter)
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
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
