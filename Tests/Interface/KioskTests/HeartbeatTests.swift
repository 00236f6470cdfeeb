import Testing

@testable import Kiosk

/// When the service manager is told that all is well.
struct HeartbeatTests {
    private static let timeout = Duration.seconds(5)

    @Test("ready is said once, when every part has answered; alive for as long as they do")
    func ready() {
        var heartbeat = Heartbeat(parts: 2, timeout: Self.timeout)
        #expect(heartbeat.ask() == [0, 1])
        heartbeat.answered(0, isWell: true, at: .seconds(1))
        #expect(heartbeat.message(at: .seconds(1)) == nil)
        heartbeat.answered(1, isWell: true, at: .seconds(2))
        #expect(heartbeat.message(at: .seconds(2))?.hasPrefix("READY=1") == true)
        #expect(heartbeat.message(at: .seconds(5)) == "WATCHDOG=1")
        #expect(heartbeat.message(at: .seconds(7)) == nil)
    }

    @Test("a part that hangs is asked once, and starves the watchdog however well the others are")
    func hangs() {
        var heartbeat = Heartbeat(parts: 3, timeout: Self.timeout)
        _ = heartbeat.ask()
        for index in 0..<3 { heartbeat.answered(index, isWell: true, at: .zero) }
        #expect(heartbeat.message(at: .zero) != nil)
        _ = heartbeat.ask()
        var fed = 0
        for second in 1...60 {
            for index in [0, 2] { heartbeat.answered(index, isWell: true, at: .seconds(second)) }
            #expect(heartbeat.ask() == [0, 2])
            if heartbeat.message(at: .seconds(second)) != nil { fed += 1 }
        }
        #expect(fed == 5)
    }

    @Test("a part that answers that it is not well is no answer")
    func unwell() {
        var heartbeat = Heartbeat(parts: 1, timeout: Self.timeout)
        _ = heartbeat.ask()
        heartbeat.answered(0, isWell: false, at: .zero)
        #expect(heartbeat.message(at: .zero) == nil && heartbeat.ask() == [0])
    }
}
