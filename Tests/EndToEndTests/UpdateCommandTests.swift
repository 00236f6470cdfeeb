import Foundation
import Testing

@Suite struct UpdateCommandTests {
    /// A repository of a fleet on a web server, and a device that takes its updates from it.
    private final class Fleet {
        private static let fixture = Brim.root + "/Tests/Adapters/UpdatesTests/Fixtures/fleet"
        static let name = "smollm2-135m-instruct-q4_1"
        private let directory = NSTemporaryDirectory() + "brim-fleet-\(UUID().uuidString)"
        private let server: FileServer
        private let environment: [String: String]

        init(group: String = "default") throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Self.fixture, toPath: directory + "/repository")
            server = try FileServer(directory + "/repository")
            environment = Brim.environment().merging([
                "BRIM_UPDATES_URL": server.address + "/metadata",
                "BRIM_UPDATES_ROOT": Self.fixture + "/metadata/1.root.json", "BRIM_UPDATES_DEVICE": "kiosk-1",
                "BRIM_UPDATES_GROUP": group, "XDG_DATA_HOME": directory + "/data",
            ]) { $1 }
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        /// Puts the repository into one of its states.
        func publish(_ state: Int) throws {
            let metadata = directory + "/repository/metadata"
            let text = try Data(contentsOf: URL(fileURLWithPath: metadata + "/timestamp-\(state).json"))
            try text.write(to: URL(fileURLWithPath: metadata + "/timestamp.json"))
        }

        func run(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(Brim.executable, ["update"] + arguments, environment: environment)
        }

        /// The only release, as `brim update … --json` says it.
        func release(_ arguments: String..., status: Int32 = 0) throws -> (release: [String: Any], whole: [String: Any])
        {
            let result = try Shell.run(Brim.executable, ["update"] + arguments + ["--json"], environment: environment)
            #expect(result.status == status, "\(result.error)")
            let whole = try #require(Brim.objects(result.output).first)
            let releases = try #require(whole["releases"] as? [[String: Any]])
            return (try #require(releases.first), whole)
        }

        /// The file that runs.
        func running() throws -> Int {
            let slot = directory + "/data/brim/updates/slots/calibration/\(Self.name)/current"
            let names = try FileManager.default.contentsOfDirectory(atPath: slot).filter { $0 != "release.json" }
            #expect(names.count == 1)
            let text = try String(contentsOfFile: slot + "/" + (names.first ?? ""), encoding: .utf8)
            // The fixture's releases differ in how many line feeds they end with.
            return text.reversed().prefix { $0 == "\n" }.count
        }
    }

    @Test("Without a repository, brim update says what to set and asks nobody")
    func unset() throws {
        let status = try Brim.run("update")
        #expect(status.status == 0, "\(status.error)")
        #expect(status.output.contains("updates.url"))
        let check = try Brim.run("update", "check")
        #expect(check.status == 1)
        #expect(check.error.contains("set updates.url and updates.root"), "\(check.error)")
        let half = try Brim.run("update", "check", environment: ["BRIM_UPDATES_URL": "http://127.0.0.1:9/metadata"])
        #expect(half.status == 1 && half.error.contains("updates.root"), "\(half.error)")
    }

    @Test("Releases are offered, taken, followed, gone back from and never taken again")
    func rollout() throws {
        let fleet = try Fleet()
        try fleet.publish(1)
        var offer = try fleet.release("check").release
        #expect(offer["step"] as? String == "install" && offer["newest"] as? Int == 1 && offer["installed"] == nil)
        let applied = try fleet.run("apply")
        #expect(applied.status == 0 && applied.output.contains("1 runs"), "\(applied.error)")
        let first = try fleet.running()

        try fleet.publish(2)
        offer = try fleet.release("apply").release
        #expect(offer["installed"] as? Int == 2 && offer["can_go_back_to"] as? Int == 1)
        #expect(try fleet.running() == first + 1)
        #expect(try fleet.release().release["installed"] as? Int == 2, "what is remembered says the same")

        let back = try fleet.run("back", "calibration", Fleet.name)
        #expect(back.status == 0 && back.error.contains("1 runs in place of 2"), "\(back.error)")
        #expect(try fleet.running() == first)
        offer = try fleet.release("apply").release
        #expect(offer["installed"] as? Int == 1)
        #expect((offer["why_not"] as? String)?.contains("failed") == true)
        #expect(try fleet.run("back", "calibration", "nothing").status == 1)
    }

    @Test("A release that is stopped is left, one that fails its self-test is quarantined, and the device works on")
    func failure() throws {
        let fleet = try Fleet()
        try fleet.publish(2)
        #expect(try fleet.release("apply").release["installed"] as? Int == 2)
        try fleet.publish(3)
        let (release, whole) = try fleet.release("apply", status: 1)
        #expect(release["installed"] as? Int == 1, "2 was stopped, 3 is no calibration, and 4 is for another group")
        #expect((whole["quarantined"] as? [String])?.first?.contains(" 3: ") == true)
        #expect((release["why_not"] as? String)?.contains("turn") == true)
        let again = try fleet.release("apply").release
        #expect(again["installed"] as? Int == 1)
        let canary = try Fleet(group: "canary")
        try canary.publish(3)
        #expect(try canary.release("apply").release["installed"] as? Int == 4)
    }

    @Test("A repository that is gone, older or damaged changes nothing, and what runs runs on")
    func hostile() throws {
        let fleet = try Fleet()
        try fleet.publish(2)
        #expect(try fleet.run("apply").status == 0)
        let running = try fleet.running()
        try fleet.publish(1)
        let old = try fleet.run("apply")
        #expect(old.status == 1 && old.error.contains("was seen already"), "\(old.error)")
        #expect(try fleet.running() == running)
        let (release, whole) = try fleet.release()
        #expect(release["installed"] as? Int == 2)
        #expect((whole["problem"] as? String)?.contains("was seen already") == true)
        try fleet.publish(2)
        #expect(try fleet.release("apply").whole["problem"] == nil)
    }
}
