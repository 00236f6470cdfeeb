import Foundation
import Testing

@testable import Updates

@Suite("Updates that are cut off")
struct UpdateCrashTests {
    private static let fixture = Bundle.module.bundlePath + "/Fixtures/fleet"

    /// How long the probe takes until a release runs.
    private static func microsecondsUntilRelease(_ probe: URL) throws -> UInt32 {
        let directory = NSTemporaryDirectory() + "brim-update-crash-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = probe
        process.arguments = [directory, fixture]
        process.standardError = FileHandle.nullDevice
        let start = ContinuousClock.now
        try process.run()
        while SlotPair.installed(in: directory + "/slots").isEmpty, start.duration(to: .now) < .seconds(10) {
            usleep(1_000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return UInt32(start.duration(to: .now) / .microseconds(1))
    }

    /// How often: `BRIM_UPDATE_CRASHES`, or 200 times.
    private static let count = ProcessInfo.processInfo.environment["BRIM_UPDATE_CRASHES"].flatMap(Int.init) ?? 200

    @Test("A device that is killed in the middle of updates, again and again, has a whole release and whole metadata")
    func kills() throws {
        let directory = NSTemporaryDirectory() + "brim-update-crash-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let probe = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "UpdateCrashProbe")
        var delays = SystemRandomNumberGenerator()
        // On a machine that has much else to do, a program takes long to start.
        let ready = try Self.microsecondsUntilRelease(probe)
        var hasRun = false
        var numbers: Set<Int64> = []
        for kill in 0..<Self.count {
            let process = Process()
            process.executableURL = probe
            process.arguments = [directory, Self.fixture]
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 1_000...max(60_000, ready * 2), using: &delays))
            #expect(process.isRunning, "the probe ended by itself at kill \(kill)")
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()

            let place = RolloutPlan.Place(kind: .calibration, name: "smollm2-135m-instruct-q4_1")
            let pair = SlotPair(place, in: directory + "/slots")
            if let current = pair.current {
                hasRun = true
                numbers.insert(current.number)
                let file = try #require(pair.currentFile)
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
                #expect(Digest.sha256(bytes) == current.digest, "kill \(kill)")
            } else {
                #expect(!hasRun, "a release ran before kill \(kill), and none does now")
            }
            let metadata = MetadataDirectory(directory + "/metadata")
            guard let root = try metadata.read("root") else { continue }
            var trusted = try TrustedMetadata(root: root, now: Int64(Date().timeIntervalSince1970))
            for role in ["timestamp", "snapshot", "targets"] {
                guard let text = try metadata.read(role) else { continue }
                #expect((try? SignedEnvelope(text, type: role)) != nil, "kill \(kill): \(role)")
            }
            if let text = try metadata.read("timestamp") {
                trusted.recall(timestamp: text)
                #expect(trusted.snapshotFile != nil)
            }
        }
        #expect(hasRun && (numbers.count > 1 || Self.count < 100), "the kills left one release and another")
    }
}
