import Testing

@testable import Hat

@Suite("When a board is looked at next")
struct SamplerPaceTests {
    private func report(_ status: Int32?) -> LibraryReport {
        var report = LibraryReport()
        report.devices =
            status.map {
                var device = DeviceReport(id: "0001:01:00.0")
                device.status = HailoStatus($0)
                return [device]
            } ?? []
        return report
    }

    @Test("a board that answers is looked at once a second, and one that does not every ten")
    func intervals() {
        var pace = SamplerPace(interval: .seconds(1))
        #expect(pace.sampled(report(0)) == .seconds(1))
        for status: Int32? in [73, 74, 4, 77, nil] { #expect(pace.sampled(report(status)) == .seconds(10)) }
        #expect(pace.sampled(report(0)) == .seconds(1))
    }

    @Test("a child that ends again and again is started less and less often, at least once a minute")
    func backOff() {
        var pace = SamplerPace(interval: .seconds(1))
        #expect((0..<9).map { _ in pace.ended() / .seconds(1) } == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        // One sample is not yet a child that works.
        _ = pace.sampled(report(0))
        #expect(pace.ended() == .seconds(60))
        for _ in 0..<SamplerPace.steady { _ = pace.sampled(report(0)) }
        #expect(pace.ended() == .seconds(1))
    }
}
