import Foundation
import Testing

@testable import Updates

@Suite("Updating the metadata")
struct WorkflowTests {
    @Test("An update asks for what it needs, in order, and trusts what came to the byte")
    func basic() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        #expect(device.versions == ["root": 1])
        #expect(await device.refresh(repository) == nil)
        #expect(device.requests == ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"])
        for role in ["root", "timestamp", "snapshot", "targets"] {
            #expect(device.text(of: role) == repository.published[role]?.last)
        }
        #expect(await device.refresh(repository) == nil)
        #expect(device.requests == ["2.root.json", "timestamp.json"], "what is here already is not fetched again")
    }

    @Test("Without consistent snapshots, names have no version")
    func inconsistent() async throws {
        let repository = TestRepository()
        repository.signed["root"]?["consistent_snapshot"] = .bool(false)
        repository.publish("root")
        repository.add("a", "content")
        repository.publish("targets", "snapshot", "timestamp")
        let device = try TestDevice(repository)
        #expect(await device.download("a", from: repository) == nil)
        #expect(
            device.requests == ["2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json", "a"])
        #expect(device.downloads == ["content"])
    }

    @Test("Bytes are kept as they came, blanks and all")
    func bytes() async throws {
        let repository = TestRepository()
        repository.tamper("timestamp") { $0 += "  \n" }
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == nil)
        #expect(device.text(of: "timestamp") == repository.published["timestamp"]?.last)
    }

    @Test("Members that nobody knows are part of what is signed")
    func unknownMembers() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.signed["root"]?["custom"] = .object(["é": .array([.null, .bool(true)])])
        repository.edit("root", "roles", "root", "another") { $0 = .string("value") }
        repository.setKeys(of: "timestamp", [.ed25519(extra: ["owner": .string("me")])], threshold: 1)
        repository.edit("root", "roles", "mirrors") { $0 = .object(["keyids": .array([]), "threshold": .number(1)]) }
        let key = TestKey.ed25519(extra: ["keyid_hash_algorithms": .array([.string("md5")])])
        repository.setKeys(of: "timestamp", [key], threshold: 1)
        repository.signers["timestamp"] = [key]
        repository.publish("root", "timestamp")
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions["root"] == 2)
        repository.publish("timestamp")
        repository.tamper("timestamp") { $0 = $0.replacing("1.0.34", with: "1.0.35") }
        #expect(await device.refresh(repository) == .unsigned)
    }

    // MARK: The first root

    static let badRoots: [(name: String, change: @Sendable (TestRepository) -> Void)] = [
        ("no version", { $0.signed["root"]?["version"] = nil }),
        ("version 0", { $0.setVersion(of: "root", 0) }),
        ("a version in words", { $0.signed["root"]?["version"] = .string("1") }),
        ("no date", { $0.signed["root"]?["expires"] = nil }),
        ("a broken date", { $0.setExpiry(of: "root", "tomorrow") }),
        ("no keys", { $0.signed["root"]?["keys"] = nil }),
        ("no roles", { $0.signed["root"]?["roles"] = nil }),
        ("a role too few", { $0.edit("root", "roles", "snapshot") { $0 = nil } }),
        ("threshold 0", { $0.edit("root", "roles", "root", "threshold") { $0 = .number(0) } }),
        ("threshold -1", { $0.edit("root", "roles", "timestamp", "threshold") { $0 = .number(-1) } }),
        ("an enormous threshold", { $0.edit("root", "roles", "root", "threshold") { $0 = .number(.max) } }),
        ("another type", { $0.signed["root"]?["_type"] = .string("snapshot") }),
        ("no type", { $0.signed["root"]?["_type"] = nil }),
        ("another specification", { $0.signed["root"]?["spec_version"] = .string("2.0.0") }),
        ("no specification", { $0.signed["root"]?["spec_version"] = nil }),
        (
            "a key twice",
            { $0.edit("root", "roles", "root", "keyids") { $0 = .array(($0?.array ?? []) + ($0?.array ?? [])) } }
        ),
        ("consistency in words", { $0.signed["root"]?["consistent_snapshot"] = .string("yes") }),
        ("keys that are none", { $0.edit("root", "keys", "x") { $0 = .number(1) } }),
        ("no signer", { $0.signers["root"] = [] }),
        ("another signer", { $0.signers["root"] = [.ed25519()] }),
        ("its signer under a name of its own", { $0.setKeys(of: "root", [.ed25519()], threshold: 1) }),
    ]

    @Test("A first root that is none is refused before anything is written or asked for", arguments: badRoots)
    func badRoot(name: String, change: @Sendable (TestRepository) -> Void) throws {
        let repository = TestRepository()
        change(repository)
        let text = repository.envelope(of: "root")
        let directory = NSTemporaryDirectory() + "brim-updates-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(text).write(to: URL(fileURLWithPath: directory + "/r.json"))
        #expect(throws: UpdateError.self, "\(name)") {
            try MetadataDirectory(directory + "/metadata").begin(with: directory + "/r.json")
        }
        #expect(!FileManager.default.fileExists(atPath: directory + "/metadata"))
        #expect(throws: UpdateError.self) { try TrustedMetadata(root: text, now: 0) }
    }

    @Test("A trusted root that was damaged on the disk stops an update before it asks for anything")
    func damagedRoot() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: device.metadata + "/root.json"))
        #expect(await device.refresh(repository) == .noRoot)
        #expect(device.requests == [])
        try FileManager.default.removeItem(atPath: device.metadata + "/root.json")
        #expect(await device.refresh(repository) == .noRoot)
        #expect(device.requests == [])
    }

    // MARK: Signatures

    @Test(
        "Metadata that its role has not signed is refused; what came before it is trusted",
        arguments: [
            ("root", ["root": 1]), ("timestamp", ["root": 2]), ("snapshot", ["root": 2, "timestamp": 2]),
            ("targets", ["root": 2, "timestamp": 2, "snapshot": 2]),
        ] as [(String, [String: Int64])])
    func unsigned(role: String, trusted: [String: Int64]) async throws {
        for signers in [[], [TestKey.ed25519()]] {
            let repository = TestRepository()
            let device = try TestDevice(repository)
            repository.signers[role] = signers
            repository.publish("root", "targets", "snapshot", "timestamp")
            #expect(await device.refresh(repository) == .unsigned)
            #expect(device.versions == trusted)
        }
    }

    @Test(
        "Metadata of another version than its name says is refused",
        arguments: [
            ("root", ["root": 1]), ("snapshot", ["root": 2, "timestamp": 2]),
            ("targets", ["root": 2, "timestamp": 2, "snapshot": 2]),
        ] as [(String, [String: Int64])])
    func versionMismatch(role: String, trusted: [String: Int64]) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("root", "targets", "snapshot", "timestamp")
        repository.setVersion(of: role, 7)
        repository.published[role]?.removeLast()
        repository.published[role]?.append(repository.envelope(of: role))
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.versions == trusted)
    }

    @Test(
        "Metadata of one type does not stand for another, though the right key has signed it",
        arguments: ["root", "timestamp", "snapshot", "targets"])
    func wrongType(role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.signed[role]?["_type"] = .string(role == "targets" ? "snapshot" : "targets")
        repository.publish("root", "targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == .malformed)
        #expect(device.versions[role] == (role == "root" ? 1 : nil))
    }

    @Test(
        "Metadata that is missing ends the update, but for a next root",
        arguments: [
            ("timestamp", ["root": 1]), ("snapshot", ["root": 1, "timestamp": 1]),
            ("targets", ["root": 1, "timestamp": 1, "snapshot": 1]),
        ] as [(String, [String: Int64])])
    func missing(role: String, trusted: [String: Int64]) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.published[role] = []
        #expect(await device.refresh(repository) == .absent)
        #expect(device.versions == trusted)
    }

    @Test("Each kind of key counts, and a wrong signature of its form does not", arguments: 0..<5)
    func kinds(index: Int) async throws {
        let key =
            switch index {
            case 0: TestKey.ed25519()
            case 1: TestKey.p256()
            case 2: TestKey.p384()
            case 3: try TestKey.rsa()
            default: try TestKey.rsa("rsa-pkcs1v15-sha256")
            }
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let first = try #require(repository.signers["root"]?.first)
        repository.setKeys(of: "root", [first, key], threshold: 2)
        repository.signers["root"] = [first, key]
        repository.publish("root")
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions["root"] == 2)

        let old = try #require(repository.published["root"]?.last)
        let signatures = try MetadataValue(parsing: old)["signatures"]?.array
        let stale = try #require(signatures?.first { $0["keyid"]?.string == key.identifier }?["sig"]?.string)
        repository.publish("root")
        let fresh = try MetadataValue(parsing: try #require(repository.published["root"]?.last))["signatures"]?.array
        let right = try #require(fresh?.first { $0["keyid"]?.string == key.identifier }?["sig"]?.string)
        for wrong in [stale, "", "00", "zz", String(right.dropLast(2)), right + "00"] {
            repository.tamper("root") { $0 = $0.replacing(right, with: wrong) }
            #expect(await device.refresh(repository) == .unsigned, "\(wrong.prefix(20))")
            repository.published["root"]?.removeLast()
            repository.published["root"]?.append(repository.envelope(of: "root"))
            if index != 0 { break }
        }
        #expect(device.versions["root"] == 2)
    }

    @Test("A signature that is wrong spoils nothing where enough others are right")
    func oneWrong() async throws {
        for wrong in ["", "00", "no number", String(repeating: "ab", count: 64)] {
            let repository = TestRepository()
            let device = try TestDevice(repository)
            let old = try #require(repository.signers["timestamp"]?.first)
            let new = TestKey.ed25519()
            repository.setKeys(of: "timestamp", [old, new, .unknown()], threshold: 1)
            repository.signers["timestamp"] = [old, new]
            repository.publish("root", "timestamp")
            let text = try MetadataValue(parsing: try #require(repository.published["timestamp"]?.last))
            let signature = try #require(text["signatures"]?.array?.first?["sig"]?.string)
            repository.tamper("timestamp") { $0 = $0.replacing(signature, with: wrong) }
            #expect(await device.refresh(repository) == nil)
            #expect(device.versions["timestamp"] == 2)
        }
    }

    @Test("A key that signs twice makes metadata malformed")
    func twice() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let key = try #require(repository.signers["snapshot"]?.first)
        repository.signers["snapshot"] = [key, key]
        repository.publish("snapshot", "timestamp")
        #expect(await device.refresh(repository) == .malformed)
        #expect(device.versions["snapshot"] == nil)
    }

    @Test("One key counts once, under however many identifiers it is listed and signs")
    func sameKey() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let key = TestKey.p256()
        repository.setKeys(of: "snapshot", [key], threshold: 1)
        for name in ["alias", "another"] { repository.edit("root", "keys", name) { $0 = key.value } }
        repository.edit("root", "roles", "snapshot") {
            $0 = .object([
                "keyids": .array([.string(key.identifier), .string("alias"), .string("another")]),
                "threshold": .number(2),
            ])
        }
        repository.signers["snapshot"] = [key]
        repository.publish("root", "snapshot", "timestamp")
        let text = try #require(repository.published["snapshot"]?.last)
        let signature = try #require(try MetadataValue(parsing: text)["signatures"]?.array?.first?["sig"]?.string)
        repository.tamper("snapshot") {
            $0 = $0.replacing(
                "\"signatures\":[", with: "\"signatures\":[{\"keyid\":\"alias\",\"sig\":\"\(signature)\"},")
        }
        #expect(await device.refresh(repository) == .unsigned)
        #expect(device.versions == ["root": 2, "timestamp": 2])
    }

    @Test("Fewer keys than the threshold can never do")
    func tooFewKeys() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let keys = (0..<5).map { _ in TestKey.ed25519() }
        repository.setKeys(of: "snapshot", keys, threshold: 6)
        repository.signers["snapshot"] = keys
        repository.publish("root", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == .unsigned)
        #expect(device.versions == ["root": 2, "timestamp": 2])
    }

    @Test("Keys that the role does not list do not count for it")
    func foreignKeys() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        // The root's own key signs the timestamp: it is listed among the keys, and not for this role.
        repository.signers["timestamp"] = repository.signers["root"]
        repository.publish("timestamp")
        #expect(await device.refresh(repository) == .unsigned)
    }
}

@Suite("Roots that follow each other")
struct RootRotationTests {
    struct Version: Sendable {
        var keys: [Int]
        var threshold: Int64
        var signers: [Int]
    }

    static let cases: [(name: String, versions: [Version], succeeds: Bool)] = [
        ("one key for another", [v([1], 1, [1]), v([2], 1, [2, 1]), v([2], 1, [2])], true),
        ("with signatures of no use", [v([1], 1, [3, 1, 4]), v([2], 1, [3, 2, 1, 4]), v([2], 1, [3, 2, 4])], true),
        (
            "3 of 5 in other choices",
            [
                v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([0, 1, 2, 3, 4], 3, [0, 4, 1]), v([0, 1, 2, 3, 4], 3, [0, 1, 3]),
            ], true
        ),
        ("3 of 5, one replaced", [v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([0, 1, 3, 4, 5], 3, [0, 4, 1])], true),
        (
            "3 of 5, one replaced in two steps",
            [
                v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]),
                v([0, 1, 3, 4, 5], 3, [0, 4, 5]),
            ], true
        ),
        (
            "3 of 5, all replaced",
            [
                v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
                v([5, 6, 7, 8, 9], 3, [5, 6, 7]),
            ], true
        ),
        ("a higher threshold", [v([1, 2, 3], 1, [1]), v([1, 2, 3], 2, [1, 2])], true),
        ("a lower threshold", [v([1, 2, 3], 2, [1, 2]), v([1, 2, 3], 1, [1, 2]), v([1, 2, 3], 1, [1])], true),
        ("a key more, and both needed", [v([1], 1, [1]), v([1, 2], 2, [1, 2])], true),
        ("not by the old key", [v([1], 1, [1]), v([2], 1, [2, 3, 4])], false),
        ("not by the new key", [v([1], 1, [1]), v([2], 1, [1, 3, 4])], false),
        ("not by 3 of the new", [v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([0, 1, 3, 4, 5], 3, [0, 2, 4])], false),
        ("not by 3 of the old", [v([0, 1, 2, 3, 4], 3, [0, 2, 4]), v([0, 1, 3, 4, 5], 3, [0, 4, 5])], false),
        ("below the new threshold", [v([1, 2, 3], 1, [1]), v([1, 2, 3], 2, [2])], false),
        ("below the old threshold", [v([1, 2, 3], 2, [1, 2]), v([1, 2, 3], 1, [1])], false),
    ]

    private static func v(_ keys: [Int], _ threshold: Int64, _ signers: [Int]) -> Version {
        Version(keys: keys, threshold: threshold, signers: signers)
    }

    @Test("A root is trusted when the one before and it itself have signed it", arguments: cases)
    func rotation(name: String, versions: [Version], succeeds: Bool) async throws {
        let keys = (0..<10).map { _ in TestKey.ed25519() }
        let repository = TestRepository()
        repository.published["root"] = nil
        repository.setVersion(of: "root", 1)
        for version in versions {
            repository.setKeys(of: "root", version.keys.map { keys[$0] }, threshold: version.threshold)
            repository.signers["root"] = version.signers.map { keys[$0] }
            repository.publish("root")
        }
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == (succeeds ? nil : .unsigned))
        let roots = try #require(repository.published["root"])
        #expect(device.text(of: "root") == roots[succeeds ? roots.count - 1 : roots.count - 2])
    }

    static let others: [(keys: [Int], threshold: Int64, signers: [Int], succeeds: Bool)] = [
        ([2], 1, [2], true), ([1], 1, [3, 1, 4], true), ([2], 1, [1, 3, 4], false),
        ([0, 1, 3, 4, 5], 3, [0, 2, 4], false), ([0, 1, 3, 4, 5], 3, [0, 4], false),
        ([0, 1, 2, 3, 4], 3, [0, 2, 4], true), ([0, 1, 2, 3, 4], 3, [0, 4, 1], true),
        ([0, 1, 2, 3, 4], 3, [2, 3, 4], true),
    ]

    @Test("The other roles are signed as the last root says", arguments: others)
    func otherRoles(keys: [Int], threshold: Int64, signers: [Int], succeeds: Bool) async throws {
        let all = (0..<6).map { _ in TestKey.ed25519() }
        for role in ["timestamp", "snapshot", "targets"] {
            let repository = TestRepository()
            let device = try TestDevice(repository)
            repository.setKeys(of: role, keys.map { all[$0] }, threshold: threshold)
            repository.signers[role] = signers.map { all[$0] }
            repository.publish("root", "targets", "snapshot", "timestamp")
            #expect(await device.refresh(repository) == (succeeds ? nil : .unsigned), "\(role)")
            if succeeds { #expect(device.text(of: role) == repository.published[role]?.last) }
        }
    }

    @Test("A device that was off for long goes through every root, and no further than is allowed in one update")
    func manyRoots() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        for _ in 0..<40 { repository.rotateRoot() }
        device.limits.roots = 30
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions["root"] == 31)
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions["root"] == 41)
    }

    @Test("A root between may be past its date; the last may not, and is kept all the same")
    func expiredRoot() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.setExpiry(of: "root", "2025-12-31T00:00:00Z")
        repository.publish("root")
        #expect(await device.refresh(repository) == .expired)
        #expect(device.versions == ["root": 2])
        repository.setExpiry(of: "root", "2026-12-31T00:00:00Z")
        repository.publish("root")
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions["root"] == 3)
    }
}

extension TestRepository {
    /// The next root has a new key, and the old one signs it too.
    fileprivate func rotateRoot() {
        let old = signers["root"] ?? []
        let key = TestKey.ed25519()
        setKeys(of: "root", [key], threshold: 1)
        signers["root"] = [key] + old.prefix(1)
        publish("root")
        signers["root"] = [key]
    }
}

@Suite("Old metadata")
struct RollbackTests {
    @Test("An older timestamp is refused, and one of the same version changes nothing")
    func timestamp() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("timestamp")
        #expect(await device.refresh(repository) == nil)
        let trusted = device.text(of: "timestamp")
        repository.edit("timestamp", "meta", "snapshot.json") { $0 = .object(["version": .number(100)]) }
        repository.publish("timestamp", bumping: false)
        #expect(await device.refresh(repository) == nil)
        #expect(device.requests.last == "timestamp.json")
        #expect(device.text(of: "timestamp") == trusted)
        repository.setVersion(of: "timestamp", 1)
        repository.publish("timestamp", bumping: false)
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.text(of: "timestamp") == trusted)
    }

    @Test("A timestamp that names an older snapshot is refused", arguments: [false, true])
    func snapshotOfTimestamp(withHashes: Bool) async throws {
        let repository = TestRepository()
        repository.describesMetadata = withHashes
        let device = try TestDevice(repository)
        repository.publish("snapshot", "timestamp")
        #expect(await device.refresh(repository) == nil)
        repository.setVersion(of: "snapshot", 1)
        repository.publish(["snapshot"], bumping: false)
        repository.publish("timestamp")
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.requests.last == "timestamp.json")
        #expect(device.versions == ["root": 1, "timestamp": 2, "snapshot": 2, "targets": 1])
    }

    @Test("A snapshot that lists older targets is refused", arguments: [false, true])
    func targets(withHashes: Bool) async throws {
        let repository = TestRepository()
        repository.describesMetadata = withHashes
        let device = try TestDevice(repository)
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == nil)
        repository.setVersion(of: "targets", 1)
        repository.publish(["targets"], bumping: false)
        repository.publish("snapshot", "timestamp")
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.versions == ["root": 1, "timestamp": 3, "snapshot": 2, "targets": 2])
    }

    @Test("A snapshot that no longer lists a role is refused")
    func vanished() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "extra")
        repository.publish("extra", "targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == nil)
        repository.edit("snapshot", "meta", "extra.json") { $0 = nil }
        repository.publish("snapshot", "timestamp")
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.versions["snapshot"] == 2)
        #expect(device.error?.description.contains("extra.json") == true)
    }

    @Test("An old snapshot under the new name is refused")
    func replayedSnapshot() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("snapshot", "timestamp")
        let first = try #require(repository.published["snapshot"]?.first)
        repository.published["snapshot"]?[1] = first
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.versions == ["root": 1, "timestamp": 2])
    }

    @Test("A snapshot of long ago still guards, though its date is over and its timestamp's hash is another's")
    func staleGuard() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == nil)
        repository.describesMetadata = true
        for role in ["root", "timestamp", "snapshot", "targets"] {
            repository.setExpiry(of: role, "2027-01-01T00:00:00Z")
        }
        repository.setVersion(of: "targets", 1)
        repository.publish(["targets"], bumping: false)
        repository.publish("root", "snapshot", "timestamp")
        #expect(await device.refresh(repository, at: TestRepository.start + 60 * TestRepository.day) == .rolledBack)
        #expect(device.versions["snapshot"] == 2)
    }

    // MARK: Fast-forward attacks

    @Test(
        "Versions that an attacker drove up are forgotten when the role's keys are replaced",
        arguments: ["timestamp", "snapshot", "targets"])
    func recovery(role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.setVersion(of: role, 99_998)
        if role == "timestamp" {
            repository.publish("timestamp")
        } else {
            repository.publish([role] + (role == "targets" ? ["snapshot"] : []), bumping: true)
            repository.publish("timestamp")
        }
        // Files of the server are named by their place; this one by its version.
        if role != "timestamp" { repository.aliases[role] = [99_999: repository.published[role]?.last ?? []] }
        #expect(await device.refresh(repository) == nil)
        #expect(device.versions[role] == 99_999)
        repository.aliases = [:]

        repository.setVersion(of: role, 0)
        repository.published[role] = []
        if role == "targets" {
            repository.publish(["targets"])
            repository.publish("snapshot", "timestamp")
            #expect(await device.refresh(repository) == .rolledBack, "without new keys it is an attack")
            repository.rotate("snapshot")
            repository.publish("root", "snapshot", "timestamp")
        } else {
            if role == "snapshot" {
                repository.publish(["snapshot"])
                repository.publish("timestamp")
            } else {
                repository.publish(["timestamp"])
            }
            #expect(await device.refresh(repository) == .rolledBack, "without new keys it is an attack")
            repository.rotate("timestamp")
            repository.rotate("snapshot")
            repository.publish("root", "snapshot", "timestamp")
        }
        #expect(await device.refresh(repository) == nil, "\(device.error?.description ?? "")")
        #expect((device.versions[role] ?? 0) < 100)
    }

    @Test("A key more is no replacement: what was seen still guards")
    func addedKey() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("timestamp")
        repository.publish("timestamp")
        #expect(await device.refresh(repository) == nil)
        let key = try #require(repository.signers["timestamp"]?.first)
        repository.setKeys(of: "timestamp", [key, .ed25519()], threshold: 1)
        repository.publish("root")
        repository.setVersion(of: "timestamp", 1)
        repository.publish("timestamp", bumping: false)
        #expect(await device.refresh(repository) == .rolledBack)
        #expect(device.versions["timestamp"] == 3)
    }
}

@Suite("Dates")
struct ExpiryTests {
    @Test(
        "Metadata past its date is not trusted; what came before it is",
        arguments: [
            ("timestamp", ["root": 1, "timestamp": 1, "snapshot": 1, "targets": 1]),
            ("snapshot", ["root": 1, "timestamp": 2, "snapshot": 1, "targets": 1]),
            ("targets", ["root": 1, "timestamp": 2, "snapshot": 2, "targets": 1]),
        ] as [(String, [String: Int64])])
    func expired(role: String, trusted: [String: Int64]) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == nil)
        repository.setExpiry(of: role, "2025-12-31T23:59:59Z")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == .expired)
        #expect(device.versions == trusted)
        #expect(device.error?.description.contains("clock") == true)
    }

    @Test("The last second of a date is over with it", arguments: ["root", "timestamp", "snapshot", "targets"])
    func boundary(role: String) async throws {
        let repository = TestRepository()
        repository.setExpiry(of: role, "2026-01-02T00:00:00Z")
        repository.publish("root", "targets", "snapshot", "timestamp")
        let moment = TestRepository.start + TestRepository.day
        #expect(try await TestDevice(repository).refresh(repository, at: moment - 1) == nil)
        #expect(try await TestDevice(repository).refresh(repository, at: moment) == .expired)
    }

    @Test("What is past its date here is a way to what is not")
    func expiredHere() async throws {
        let repository = TestRepository()
        for role in ["root", "targets", "snapshot"] { repository.setExpiry(of: role, "2026-03-01T00:00:00Z") }
        repository.setExpiry(of: "timestamp", "2026-01-08T00:00:00Z")
        repository.publish("root", "targets", "snapshot", "timestamp")
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == nil)
        repository.setExpiry(of: "timestamp", "2026-01-22T00:00:00Z")
        repository.publish("targets", "snapshot", "timestamp")
        let later = TestRepository.start + 18 * TestRepository.day
        #expect(await device.refresh(repository, at: later) == nil)
        #expect(device.versions == ["root": 2, "timestamp": 3, "snapshot": 3, "targets": 3])
    }

    @Test("A repository that stands still is noticed when the timestamp's date is over")
    func frozen() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == nil)
        #expect(await device.refresh(repository, at: TestRepository.start + 60 * TestRepository.day) == .expired)
        #expect(device.versions == ["root": 1, "timestamp": 1, "snapshot": 1, "targets": 1])
    }
}

@Suite("Hashes and lengths of metadata")
struct MetadataHashTests {
    @Test(
        "Metadata with another hash or length than is listed is refused", arguments: ["snapshot", "targets"],
        ["hash", "length", "unknown"])
    func mismatch(role: String, kind: String) async throws {
        let repository = TestRepository()
        repository.describesMetadata = true
        let device = try TestDevice(repository)
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == nil)
        repository.publish("targets", "snapshot", "timestamp")
        let (lister, member) = role == "snapshot" ? ("timestamp", "snapshot.json") : ("snapshot", "targets.json")
        let version = repository.version(of: role)
        let right = repository.signed[lister]?["meta"]?[member]
        var wrong: [String: MetadataValue] = right?.object ?? [:]
        switch kind {
        case "hash": wrong["hashes"] = .object(["sha256": .string(String(repeating: "0", count: 64))])
        case "length": wrong["length"] = .number((wrong["length"]?.number ?? 0) + 1)
        default: wrong["hashes"] = .object(["md5": .string("00")])
        }
        repository.edit(lister, "meta", member) { $0 = .object(wrong) }
        // Signed anew in place of what was published.
        repository.published[lister]?.removeLast()
        repository.published[lister]?.append(repository.envelope(of: lister))
        if lister == "snapshot" {
            let text = try #require(repository.published["snapshot"]?.last)
            repository.edit("timestamp", "meta", "snapshot.json") {
                $0 = .object([
                    "version": .number(repository.version(of: "snapshot")), "length": .number(Int64(text.count)),
                    "hashes": .object(["sha256": .string(Digest.sha256(text))]),
                ])
            }
            repository.published["timestamp"]?.removeLast()
            repository.published["timestamp"]?.append(repository.envelope(of: "timestamp"))
        }
        #expect(await device.refresh(repository) == .mismatched)
        #expect(device.versions[role] == version - 1)
    }

    @Test(
        "Metadata that says nonsense is refused though it is signed",
        arguments: [
            ("timestamp", "meta", MetadataValue.object([:])), ("timestamp", "meta", .null),
            ("timestamp", "meta", .object(["snapshot.json": .object(["version": .number(0)])])),
            ("timestamp", "meta", .object(["snapshot.json": .object(["version": .number(-1)])])),
            ("timestamp", "meta", .object(["snapshot.json": .object(["version": .number(1), "length": .number(-1)])])),
            (
                "timestamp", "meta",
                .object(["snapshot.json": .object(["version": .number(1), "hashes": .object([:])])])
            ),
            (
                "timestamp", "meta",
                .object([
                    "snapshot.json": .object(["version": .number(1), "hashes": .object(["sha256": .string("xyz")])])
                ])
            ),
            ("targets", "targets", .array([])), ("targets", "targets", .object(["a": .object([:])])),
            ("targets", "targets", .object(["a": .object(["length": .number(1), "hashes": .object([:])])])),
            (
                "targets", "targets",
                .object(["a": .object(["length": .number(-1), "hashes": .object(["sha256": .string("00")])])])
            ),
            ("targets", "targets", .object(["a": .object(["hashes": .object(["sha256": .string("00")])])])),
            ("targets", "delegations", .object([:])), ("targets", "delegations", .string("all")),
            ("targets", "delegations", .object(["keys": .object([:])])),
            ("targets", "delegations", .object(["keys": .object([:]), "roles": .array([.object([:])])])),
            ("targets", "expires", .string("never")), ("targets", "version", .number(0)),
        ] as [(String, String, MetadataValue)])
    func nonsense(role: String, member: String, value: MetadataValue) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.publish("targets", "snapshot", "timestamp")
        repository.signed[role]?[member] = value
        repository.published[role]?.removeLast()
        repository.published[role]?.append(repository.envelope(of: role))
        #expect(await device.refresh(repository) == .malformed)
        #expect(device.versions[role] == nil)
    }

    @Test("A snapshot that does not list the targets is refused")
    func unlisted() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.signed["snapshot"]?["meta"] = .object([:])
        repository.publish("snapshot", "timestamp")
        #expect(await device.refresh(repository) == .malformed)
    }

    @Test(
        "Metadata larger than it may be is not taken", arguments: ["root", "timestamp", "snapshot", "targets"])
    func tooLarge(role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.signed[role]?["filler"] = .string(String(repeating: "x", count: 30_000))
        repository.publish("root", "targets", "snapshot", "timestamp")
        device.limits.rootBytes = 20_000
        device.limits.snapshotBytes = 20_000
        device.limits.targetsBytes = 20_000
        #expect(await device.refresh(repository) == .tooMuch)
        #expect(device.versions[role] == (role == "root" ? 1 : nil))
    }

    @Test("A listed length beyond all reason is refused before anything is fetched")
    func enormous() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.edit("timestamp", "meta", "snapshot.json", "length") { $0 = .number(.max) }
        repository.publish("timestamp")
        #expect(await device.refresh(repository) == .tooMuch)
        #expect(device.requests.last == "timestamp.json")
    }
}
