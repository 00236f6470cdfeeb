import Foundation
import Testing

@testable import Updates

@Suite("Releases and their stages")
struct RolloutTests {
    private static let device = FleetDevice(
        identifier: "device-1", group: "default", processor: "aarch64", memoryBytes: 4 << 30)

    /// A target with what its signer says of it.
    private static func target(
        _ number: Int64 = 1, kind: String = "calibration", name: String = "m", status: String = "running",
        groups: [(String, Int64)] = [("*", 100)], change: (inout [String: MetadataValue]) -> Void = { _ in }
    ) throws -> TargetDescription {
        var brim: [String: MetadataValue] = [
            "format": .number(1), "kind": .string(kind), "name": .string(name), "number": .number(number),
            "rollout": .object([
                "status": .string(status),
                "groups": .array(
                    groups.map { .object(["name": .string($0.0), "percent": .number($0.1)]) }),
            ]),
        ]
        change(&brim)
        return try TargetDescription(
            "\(kind)s/\(name)/\(number)",
            .object([
                "length": .number(10),
                "hashes": .object(["sha256": .string(Digest.sha256(Array("\(kind) \(name) \(number)".utf8)))]),
                "custom": .object(["brim": .object(brim)]),
            ]))
    }

    private static func release(_ target: TargetDescription) throws -> Release { try #require(try Release(target)) }

    private static func installed(_ target: TargetDescription) throws -> InstalledRelease {
        let release = try release(target)
        return InstalledRelease(
            kind: release.kind.rawValue, name: release.name, number: release.number, digest: release.digest, bytes: 10,
            file: "f")
    }

    private static let place = RolloutPlan.Place(kind: .calibration, name: "m")

    private func entry(
        _ targets: [TargetDescription], installed: TargetDescription? = nil, quarantine: [TargetDescription] = [],
        device: FleetDevice = device
    ) throws -> RolloutPlan.Entry {
        let plan = RolloutPlan(
            targets, installed: try installed.map { [Self.place: try Self.installed($0)] } ?? [:], device: device,
            quarantine: Set(try quarantine.map { try Self.release($0).digest }))
        #expect(plan.warnings == [])
        return try #require(plan.entries.first)
    }

    static let wrong: [(name: String, change: @Sendable (inout [String: MetadataValue]) -> Void)] = [
        ("another format", { $0["format"] = .number(2) }), ("no kind", { $0["kind"] = nil }),
        ("an unknown kind", { $0["kind"] = .string("firmware") }), ("no name", { $0["name"] = nil }),
        ("a name that leads elsewhere", { $0["name"] = .string("../m") }),
        ("a hidden name", { $0["name"] = .string(".m") }), ("an empty name", { $0["name"] = .string("") }),
        ("a long name", { $0["name"] = .string(String(repeating: "m", count: 101)) }),
        ("a name with a line in it", { $0["name"] = .string("m\n") }), ("number 0", { $0["number"] = .number(0) }),
        ("no roll-out", { $0["rollout"] = nil }),
        (
            "a companion that leads elsewhere",
            { $0["companions"] = companions([("a/..", String(repeating: "0", count: 64))]) }
        ),
        (
            "a companion in the place of its file",
            { $0["companions"] = companions([("a/2", String(repeating: "0", count: 64))]) }
        ),
        ("a companion without a hash", { $0["companions"] = companions([("a/b", "")]) }),
        ("an unknown status", { $0["rollout"] = .object(["status": .string("rushing")]) }),
        (
            "more than all devices",
            {
                $0["rollout"] = .object([
                    "status": .string("running"),
                    "groups": .array([.object(["name": .string("*"), "percent": .number(101)])]),
                ])
            }
        ),
        ("devices that are a number", { $0["devices"] = .object(["identifiers": .array([.number(1)])]) }),
        ("memory in words", { $0["devices"] = .object(["memory_bytes": .string("much")]) }),
        ("less than no memory", { $0["devices"] = .object(["memory_bytes": .number(-1)]) }),
        ("a self-test without an output", { $0["self_test"] = .array([.object(["prompt": .string("a")])]) }),
        (
            "a probability above 1",
            {
                $0["self_test"] = .array([
                    .object([
                        "prompt": .string("a"), "output": .string("b"), "milli_log_probability": .number(1),
                        "tolerance": .number(1),
                    ])
                ])
            }
        ),
    ]

    @Test("A release that is not understood is passed over with a sentence, and hides no other", arguments: wrong)
    func passedOver(name: String, change: @Sendable (inout [String: MetadataValue]) -> Void) throws {
        let good = try Self.target(1)
        let bad = try Self.target(2, change: change)
        let plan = RolloutPlan([good, bad], installed: [:], device: Self.device, quarantine: [])
        #expect(plan.warnings.count == 1, "\(name)")
        #expect(plan.entries.map(\.step) == [.install(try Self.release(good))])
    }

    @Test("A target of which nothing is said is no release")
    func noRelease() throws {
        let target = try TargetDescription(
            "a", .object(["length": .number(1), "hashes": .object(["sha256": .string("00")])]))
        #expect(try Release(target) == nil)
    }

    @Test("A small thing is not as large as a model")
    func largest() throws {
        let value: MetadataValue = .object([
            "length": .number(1 << 30), "hashes": .object(["sha256": .string(String(repeating: "0", count: 64))]),
            "custom": try #require(try Self.target().custom),
        ])
        #expect(throws: UpdateError.self) { try Release(try TargetDescription("a", value)) }
    }

    // MARK: Stages

    @Test("A share of all devices has its turn, the same devices each time, and more of them in a larger share")
    func share() throws {
        let devices = (0..<4_000).map {
            FleetDevice(identifier: "device-\($0)", group: "default", processor: "aarch64", memoryBytes: 1 << 30)
        }
        var before: Set<String> = []
        for percent: Int64 in [0, 1, 10, 25, 50, 100] {
            let release = try Self.release(Self.target(groups: [("default", percent)]))
            let chosen = Set(devices.filter { release.obstacle(for: $0, quarantine: []) == nil }.map(\.identifier))
            // Four standard deviations of a binomial draw.
            let share = Double(percent) / 100
            #expect(abs(Double(chosen.count) - 4_000 * share) <= 4 * (4_000 * share * (1 - share)).squareRoot())
            #expect(chosen.isSuperset(of: before))
            before = chosen
        }
    }

    @Test("No device is first in every roll-out")
    func draws() throws {
        let places = try (1...200).map { Self.device.place(in: try Self.release(Self.target(Int64($0)))) }
        #expect(Set(places).count > 190)
        #expect(places.allSatisfy { (0..<10_000).contains($0) })
        #expect(places.contains { $0 < 1_000 } && places.contains { $0 > 9_000 })
    }

    @Test("A group has its own share; a star stands for those that are not named before it")
    func groups() throws {
        let release = try Self.release(Self.target(groups: [("canary", 100), ("*", 0)]))
        func device(_ group: String) -> FleetDevice {
            FleetDevice(identifier: "x", group: group, processor: "aarch64", memoryBytes: 1)
        }
        #expect(release.obstacle(for: device("canary"), quarantine: []) == nil)
        #expect(release.obstacle(for: device("default"), quarantine: [])?.contains("turn") == true)
        let none = try Self.release(Self.target(groups: []))
        #expect(none.obstacle(for: device("canary"), quarantine: []) != nil)
    }

    @Test(
        "Each status says who takes it",
        arguments: [("running", true), ("finished", true), ("paused", false), ("stopped", false)])
    func status(status: String, isTaken: Bool) throws {
        let release = try Self.release(Self.target(status: status, groups: [("*", status == "finished" ? 0 : 100)]))
        #expect((release.obstacle(for: Self.device, quarantine: []) == nil) == isTaken)
    }

    @Test("A release is for the devices that it names")
    func devices() throws {
        for (devices, isTaken): ([String: MetadataValue], Bool) in [
            (["identifiers": .array([.string("device-1")])], true),
            (["identifiers": .array([.string("device-2")])], false),
            (["processors": .array([.string("aarch64")])], true),
            (["processors": .array([.string("x86_64")])], false),
            (["memory_bytes": .number(4 << 30)], true), (["memory_bytes": .number(5 << 30)], false),
        ] {
            let release = try Self.release(Self.target { $0["devices"] = .object(devices) })
            #expect((release.obstacle(for: Self.device, quarantine: []) == nil) == isTaken)
        }
    }

    @Test("Every kind is taken", arguments: Release.Kind.allCases)
    func kinds(kind: Release.Kind) throws {
        let release = try Self.release(Self.target(kind: kind.rawValue))
        #expect(release.kind == kind && release.obstacle(for: Self.device, quarantine: []) == nil)
    }

    private static func companions(_ files: [(String, String)]) -> MetadataValue {
        .array(files.map { .object(["path": .string($0.0), "sha256": .string($0.1)]) })
    }

    @Test("A release of several files is another one as soon as one of them is another")
    func companions() throws {
        let (one, two) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))
        let plain = try Self.release(Self.target())
        let first = try Self.release(Self.target { $0["companions"] = Self.companions([("voices/m.json", one)]) })
        let second = try Self.release(Self.target { $0["companions"] = Self.companions([("voices/m.json", two)]) })
        #expect(first.companions.map(\.file) == ["m.json"])
        #expect(first.content == plain.content && plain.content == plain.digest)
        #expect(Set([plain.digest, first.digest, second.digest]).count == 3)
    }

    // MARK: Plans

    @Test("The newest release whose turn it is is taken; a newer one says why not")
    func newest() throws {
        let targets = [
            try Self.target(1), try Self.target(2), try Self.target(3, groups: [("canary", 100)]),
        ]
        let entry = try entry(targets)
        #expect(entry.step == .install(try Self.release(targets[1])))
        #expect(entry.newest?.number == 3)
        #expect(entry.obstacle?.contains("turn") == true)
    }

    @Test("What runs is kept where nothing newer has its turn, also when its own share became smaller")
    func kept() throws {
        let one = try Self.target(1)
        let two = try Self.target(2, groups: [("*", 0)])
        #expect(try entry([one, two], installed: two).step == nil)
        #expect(try entry([one, two], installed: one).step == nil)
        #expect(try entry([one], installed: two).step == nil, "what the repository no longer lists is kept")
        #expect(try entry([one, try Self.target(2, status: "paused")], installed: two).step == nil)
    }

    @Test("What was stopped is left: for an older release that has its turn, else for what ran before")
    func stopped() throws {
        let one = try Self.target(1)
        let two = try Self.target(2, status: "stopped")
        #expect(try entry([one, two], installed: two).step == .install(try Self.release(one)))
        #expect(try entry([two], installed: two).step == .goBack(number: 2))
        let three = try Self.target(3)
        #expect(try entry([one, two, three], installed: two).step == .install(try Self.release(three)))
    }

    @Test("What failed here is not tried again, and a newer release is")
    func quarantine() throws {
        let one = try Self.target(1)
        let two = try Self.target(2)
        #expect(try entry([one, two], installed: one, quarantine: [two]).step == nil)
        #expect(try entry([one, two], installed: one, quarantine: [two]).obstacle?.contains("failed") == true)
        let three = try Self.target(3)
        #expect(
            try entry([one, two, three], installed: one, quarantine: [two]).step == .install(try Self.release(three)))
    }
}

@Suite("Two slots")
struct SlotPairTests {
    private let directory = NSTemporaryDirectory() + "brim-slots-\(UUID().uuidString)"
    private let place = RolloutPlan.Place(kind: .calibration, name: "m")

    private func release(_ number: Int64) throws -> (release: Release, content: String) {
        let content = "content of \(number)"
        let target = try TargetDescription(
            "calibrations/m/\(number)",
            .object([
                "length": .number(Int64(content.utf8.count)),
                "hashes": .object(["sha256": .string(Digest.sha256(Array(content.utf8)))]),
                "custom": .object([
                    "brim": .object([
                        "format": .number(1), "kind": .string("calibration"), "name": .string("m"),
                        "number": .number(number), "rollout": .object(["status": .string("running")]),
                    ])
                ]),
            ]))
        return (try #require(try Release(target)), content)
    }

    private func install(_ number: Int64, _ pair: SlotPair) throws {
        let (release, content) = try release(number)
        let file = try pair.prepare(release).file(of: release.target)
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        try pair.activate(release, file: file)
    }

    private func running(_ pair: SlotPair) throws -> String? {
        try pair.currentFile.map { try String(contentsOfFile: $0, encoding: .utf8) }
    }

    @Test("One slot runs, the other is filled; each swap is one rename, and the one before can be gone back to")
    func swap() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let pair = SlotPair(place, in: directory)
        #expect(pair.current == nil && pair.previous == nil && pair.currentFile == nil)
        try install(1, pair)
        #expect(try running(pair) == "content of 1")
        #expect(pair.previous == nil)
        for number: Int64 in 2...5 {
            try install(number, pair)
            #expect(try running(pair) == "content of \(number)")
            #expect(pair.previous?.number == number - 1)
        }
        #expect(SlotPair.installed(in: directory).map(\.value.number) == [5])
        #expect(try pair.goBack()?.number == 4)
        #expect(try running(pair) == "content of 4")
        #expect(pair.previous == nil, "what failed is nothing to go back to")
        #expect(try pair.goBack() == nil)
        #expect(pair.current == nil, "what ships with Brim runs again")
        try install(6, pair)
        #expect(try running(pair) == "content of 6")
    }

    @Test("A slot that was damaged is not gone back to")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let pair = SlotPair(place, in: directory)
        try install(1, pair)
        let first = try #require(pair.currentFile).replacing("/current/", with: "/a/")
        try install(2, pair)
        try Data("content of X".utf8).write(to: URL(fileURLWithPath: first))
        #expect(try pair.goBack() == nil)
        #expect(pair.current == nil)
    }

    @Test("While the other slot is filled, the one that runs is not touched")
    func half() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let pair = SlotPair(place, in: directory)
        try install(1, pair)
        let file = try pair.prepare(try release(2).release).file(of: try release(2).release.target)
        #expect(try running(pair) == "content of 1")
        try Data("cont".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try running(pair) == "content of 1")
        try install(3, pair)
        #expect(try running(pair) == "content of 3")
        #expect(!FileManager.default.fileExists(atPath: file), "what was left half is swept away")
    }

    @Test("What a device remembers is read again, and a damaged record is an empty one")
    func record() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var record = UpdateRecord()
        record.add(UpdateRecord.Failure(try release(1).release, reason: "why"))
        record.add(UpdateRecord.Failure(try release(1).release, reason: "why again"))
        record.lastResult = "failure: x"
        try record.write(in: directory)
        #expect(UpdateRecord.read(in: directory) == record)
        #expect(record.quarantine.count == 1)
        try Data("{".utf8).write(to: URL(fileURLWithPath: directory + "/state.json"))
        #expect(UpdateRecord.read(in: directory) == UpdateRecord())
    }
}
