import TestSupport
import DeviceSensors
import Foundation
import Testing

@testable import Hat

@Suite("HailoRT, as a child process meets it")
struct BoardProbeTests {
    private func report(_ behaviour: [String: Int], limit: Duration = .seconds(20)) async throws -> LibraryReport {
        let tree = try FakeTree.wellKept(library: behaviour)
        defer { withExtendedLifetime(tree) {} }
        return try await BoardProbe.test(tree, limit: limit).report()
    }

    @Test(
        "each architecture is told from the others by what the board says",
        arguments: [(1, 4, HailoArchitecture.hailo8), (2, 4, .hailo8L), (6, 5, .hailo10H), (9, 5, .other(9))])
    func architectures(number: Int, major: Int, architecture: HailoArchitecture) async throws {
        let report = try await report(["arch": number, "major": major, "minor": 20, "revision": 0])
        #expect(report.failure == nil)
        #expect(report.version == HailoVersion(UInt32(major), 20, 0))
        let device = try #require(report.devices.first)
        #expect(device.architecture == architecture)
        #expect(device.status == .success)
    }

    @Test("every field is read from where HailoRT puts it, and made safe")
    func fields() async throws {
        let device = try #require(try await report(["fw_revision": 9]).devices.first)
        #expect(device.id == "0001:01:00.0")
        #expect(device.firmware == HailoVersion(5, 1, 9))
        #expect(device.board == "Hailo")
        #expect(device.serial == "HLDDLBB234500123")
        #expect(device.product == "AI\u{FFFD}HAT+ 2")
        #expect(device.celsius == 48.25)
        #expect(device.watts == 1.75)
    }

    @Test("two boards are both asked, each one let go before the next")
    func twoBoards() async throws {
        let devices = try await report(["boards": 2]).devices
        #expect(devices.map(\.id) == ["0001:01:00.0", "0002:01:00.0"])
        #expect(devices.allSatisfy { $0.status == .success })
    }

    @Test(
        "a status code is kept whichever call gives it",
        arguments: ["scan", "create", "identify"], [4, 6, 7, 73, 74, 76, 77, 99])
    func statusCodes(call: String, status: Int) async throws {
        let report = try await report([call: status])
        #expect(report.failure == nil)
        if call == "scan" {
            #expect(report.scan == HailoStatus(Int32(status)) && report.devices.isEmpty)
        } else {
            #expect(report.devices.map(\.status) == [HailoStatus(Int32(status))])
        }
    }

    @Test("a board without sensors is well all the same")
    func noSensors() async throws {
        let device = try #require(try await report(["temperature": 7, "power": 7]).devices.first)
        #expect(device.status == .success)
        #expect(device.celsius == nil && device.watts == nil)
        #expect(device.architecture == .hailo10H)
    }

    @Test("a library that crashes on load is refused, and only the child dies")
    func crash() async throws {
        let report = try await report(["crash": 1])
        #expect(report.failure == .crashed)
        #expect(report.path?.hasSuffix("/usr/lib/libhailort.so") == true)
        #expect(report.devices.isEmpty)
    }

    @Test("a library that does not come back is given up, and the child ends with it")
    func hang() async throws {
        #expect(try await report(["hang": 1], limit: .milliseconds(300)).failure == .hung)
    }

    @Test("a version whose layouts nobody checked is refused", arguments: [(3, 0), (4, 16), (6, 0)])
    func unknownVersion(major: Int, minor: Int) async throws {
        let report = try await report(["major": major, "minor": minor])
        #expect(report.failure == .unknownVersion)
        #expect(report.detail == "\(major).\(minor).1")
    }

    @Test("a library that will not say its version is refused")
    func noVersion() async throws {
        let report = try await report(["version": 1])
        #expect(report.failure == .noVersion && report.detail == "HAILO_STATUS_1")
    }

    @Test("what is no HailoRT, or no library at all, is refused in the loader's words")
    func noHailoRT() async throws {
        let tree = try FakeTree()
        try tree.addLibrary(variant: .withoutCalls)
        let bare = try await BoardProbe.test(tree).report()
        #expect(bare.failure == .noHailoRT && bare.detail == "hailo_get_library_version")
        let other = try FakeTree()
        try other.write("/usr/lib/libhailort.so", "not a library")
        #expect(try await BoardProbe.test(other).report().failure == .notLoaded)
    }

    @Test("without a library there is none, and no child is started")
    func missing() async throws {
        let tree = try FakeTree()
        let probe = BoardProbe(command: ["/nowhere"], root: tree.root)
        #expect(try await probe.report() == LibraryReport(failure: .missing))
        withExtendedLifetime(tree) {}
    }

    @Test("a probe that cannot be started says so")
    func noProgram() async throws {
        let tree = try FakeTree.wellKept()
        let probe = BoardProbe(command: ["/nowhere"], root: tree.root)
        await #expect { try await probe.report() } throws: { ($0 as? HatError)?.code == .probe }
        withExtendedLifetime(tree) {}
    }

    @Test("the newest library that can be used is used, after one that cannot")
    func search() async throws {
        let tree = try FakeTree()
        try tree.write("/usr/lib/libhailort.so.5.2.0", "not a library")
        try tree.addLibrary(at: "/usr/lib/aarch64-linux-gnu/libhailort.so.5.1.1")
        try tree.addLibrary(["major": 4, "minor": 20], at: "/usr/local/lib/libhailort.so.4.20.0")
        try tree.write("/usr/lib/libhailort.so.bak", "")
        #expect(
            LibrarySearch.candidates(under: tree.root).map { String($0.dropFirst(tree.path.count)) } == [
                "/usr/lib/libhailort.so.5.2.0", "/usr/lib/aarch64-linux-gnu/libhailort.so.5.1.1",
                "/usr/local/lib/libhailort.so.4.20.0",
            ])
        #expect(try await BoardProbe.test(tree).report().version == HailoVersion(5, 1, 1))
        #expect(LibrarySearch.candidates(under: SystemRoot()).first == "libhailort.so")
    }
}
