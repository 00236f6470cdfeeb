import AssistantCore
import DeviceSensors
import TestSupport
import Testing

@testable import Hat

@Suite("Health of the device and of its board")
struct HealthMonitorTests {
    @Test("the monitor has the latest sample, with what the board says")
    func monitor() async throws {
        let tree = try FakeTree.wellKept()
        try tree.write("/sys/class/thermal/thermal_zone0/temp", "50000")
        let (samples, collected) = AsyncStream<DeviceHealth>.makeStream()
        let monitor = HealthMonitor(
            PiSensors(root: tree.root), interval: .milliseconds(5), board: try BoardSampler.test(tree)
        ) { collected.yield($0) }
        var heard = samples.makeAsyncIterator()
        let first = try #require(await heard.next())
        #expect(first.celsius == 50)
        // The board comes when its child has been started: nothing waits for it.
        while let sample = await heard.next(), sample.hatCelsius != 48.25 || sample.hatWatts != 1.75 {}
        #expect(monitor.latest.celsius == 50)
        try tree.write("/sys/class/thermal/thermal_zone0/temp", "85000")
        while let sample = await heard.next(), sample.celsius != 85 {}
        #expect(monitor.latest.celsius == 85)
        monitor.stop()
    }
}
