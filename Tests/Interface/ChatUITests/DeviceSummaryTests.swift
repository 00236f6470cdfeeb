import AssistantCore
import Testing

@testable import ChatUI

@Suite("How the device is, in the header")
struct DeviceSummaryTests {
    @Test("a device that tells nothing takes no room")
    func nothing() {
        let words = DeviceSummary(DeviceHealth())
        #expect(words.figures.isEmpty && words.warnings.isEmpty)
    }

    @Test("figures are rounded, so that the picture changes only where it looks different")
    func figures() {
        var health = DeviceHealth()
        health.celsius = 61.2
        health.watts = 7.34
        health.hatWatts = 1.75
        #expect(DeviceSummary(health).figures == "61 \u{B0}C 7.3 W HAT+ 1.8 W")
        let before = DeviceSummary(health)
        health.celsius = 60.9
        health.availableMemoryBytes = 5
        #expect(DeviceSummary(health) == before)
    }

    @Test("what is wrong now is said; what was wrong once is not")
    func warnings() {
        var health = DeviceHealth()
        health.throttling = [.underVoltage, .capped]
        #expect(DeviceSummary(health).warnings == ["low voltage", "throttled"])
        health.throttling = [.underVoltageHappened, .throttledHappened]
        #expect(DeviceSummary(health).warnings.isEmpty)
    }

    @Test("the header shows them beside the cloud, and the board beside LOCAL")
    func header() {
        var health = DeviceHealth()
        health.celsius = 61
        health.throttling = .throttled
        var state = ChatState()
        for action in [
            ChatAction.resized(Size(columns: 100, rows: 24)), .device(DeviceSummary(health)), .backend("HAT+"),
            .model(.ready(ModelIdentity(name: "qwen", quantisation: "HEF", contextLength: 2048, fingerprint: "f"))),
        ] {
            _ = state.reduce(action, at: .zero)
        }
        let header = state.render(Capabilities()).text(row: 0)
        #expect(header.contains("61 \u{B0}C  throttled"))
        #expect(header.contains("LOCAL HAT+"))
    }
}
