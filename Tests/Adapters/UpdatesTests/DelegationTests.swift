import Foundation
import Testing

@testable import Updates

@Suite("Delegated roles")
struct DelegationTests {
    struct Edge: Sendable {
        var from: String
        var to: String
        var paths = ["*"]
        var terminating = false

        init(_ from: String, _ to: String, _ paths: [String] = ["*"], terminating: Bool = false) {
            self.from = from
            self.to = to
            self.paths = paths
            self.terminating = terminating
        }
    }

    static let graphs: [(name: String, edges: [Edge], order: [String])] = [
        ("one role", [Edge("targets", "A")], ["A"]),
        ("two roles", [Edge("targets", "A"), Edge("targets", "B")], ["A", "B"]),
        ("two levels", [Edge("targets", "A"), Edge("targets", "B"), Edge("B", "C")], ["A", "B", "C"]),
        (
            "down before on", [Edge("targets", "A"), Edge("targets", "B"), Edge("A", "C"), Edge("A", "D")],
            ["A", "C", "D", "B"]
        ),
        (
            "down twice before on", [Edge("targets", "A"), Edge("targets", "B"), Edge("A", "C"), Edge("C", "D")],
            ["A", "C", "D", "B"]
        ),
        (
            "the last word of a role below",
            [Edge("targets", "A"), Edge("targets", "B"), Edge("A", "C", terminating: true), Edge("A", "D")], ["A", "C"]
        ),
        (
            "the last word, and what is below it",
            [Edge("targets", "A"), Edge("targets", "B"), Edge("A", "C", terminating: true), Edge("C", "D")],
            ["A", "C", "D"]
        ),
        (
            "the last word of a role that does not speak for the path",
            [Edge("targets", "A", ["*.py"], terminating: true), Edge("targets", "B")], ["B"]
        ),
        ("other paths", [Edge("targets", "A", ["*.py"]), Edge("targets", "B"), Edge("A", "C")], ["B"]),
        (
            "other paths below",
            [Edge("targets", "A"), Edge("targets", "B"), Edge("A", "C", ["*.py"]), Edge("C", "D")],
            ["A", "B"]
        ),
        (
            "a circle",
            [Edge("targets", "A"), Edge("targets", "B"), Edge("B", "C"), Edge("C", "D"), Edge("D", "B")],
            ["A", "B", "C", "D"]
        ),
        ("a role that delegates to itself", [Edge("targets", "A"), Edge("A", "A"), Edge("A", "B")], ["A", "B"]),
        (
            "two ways to one role", [Edge("targets", "A"), Edge("targets", "B"), Edge("B", "C"), Edge("A", "C")],
            ["A", "C", "B"]
        ),
        (
            "two ways, one of them for other paths",
            [Edge("targets", "A"), Edge("targets", "B"), Edge("B", "C"), Edge("A", "C", ["*.py"])], ["A", "B", "C"]
        ),
    ]

    @Test("Roles are asked in the order of a walk that goes down before it goes on", arguments: graphs)
    func order(name: String, edges: [Edge], order: [String]) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        for edge in edges {
            // One key a role, so that each delegator lists the same.
            let key = repository.signers[edge.to]?.first ?? .ed25519()
            repository.delegate(edge.from, to: edge.to, paths: edge.paths, terminating: edge.terminating, key: key)
            repository.signers[edge.to] = [key]
        }
        repository.publish(Array(Set(edges.map(\.to))).sorted() + ["targets", "snapshot", "timestamp"])
        #expect(await device.download("missing", from: repository) == .unknownTarget)
        #expect(Array(device.requests.dropFirst(4)) == order.map { "1.\($0).json" }, "\(name)")
        #expect(Set(device.versions.keys) == Set(order + ["root", "timestamp", "snapshot", "targets"]))
        #expect(await device.download("missing", from: repository) == .unknownTarget)
        #expect(device.requests.count == 2, "what is here already is not fetched again")
    }

    static let searches: [(path: String, roles: [String], isFound: Bool)] = [
        ("file", [], true), ("README.md", ["A"], true), ("releases/x/x_v1", ["B", "C"], true),
        ("releases/y/y_v1.zip", ["B", "D"], true), ("releases/z/z_v1.zip", ["B"], false), ("docs/README.md", [], false),
    ]

    @Test("A target is found where every role on the way speaks for its path", arguments: searches)
    func search(path: String, roles: [String], isFound: Bool) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A", paths: ["*.doc", "*.md"])
        repository.delegate("targets", to: "B", paths: ["releases/*/*"])
        repository.delegate("B", to: "C", paths: ["releases/x/*"])
        repository.delegate("B", to: "D", paths: ["releases/y/*.zip"])
        repository.add("file", "of the top")
        repository.add("README.md", "by A", to: "A")
        repository.add("docs/README.md", "by A, for which it does not speak", to: "A")
        repository.add("releases/x/x_v1", "by C", to: "C")
        repository.add("releases/y/y_v1.zip", "by D", to: "D")
        repository.add("releases/z/z_v1.zip", "by D, for which it does not speak", to: "D")
        repository.publish("A", "B", "C", "D", "targets", "snapshot", "timestamp")
        #expect(await device.download(path, from: repository) == (isFound ? nil : .unknownTarget))
        let metadata = device.requests.filter { $0.hasSuffix(".json") }.dropFirst(4)
        #expect(Array(metadata) == roles.map { "1.\($0).json" })
        #expect(device.downloads.count == (isFound ? 1 : 0))
    }

    @Test("The role that is asked first is believed, whatever later ones say")
    func precedence() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A")
        repository.delegate("targets", to: "B")
        repository.add("file", "by B", to: "B")
        repository.add("file", "by A", to: "A")
        repository.publish("A", "B", "targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == nil)
        #expect(device.downloads == ["by A"])
    }

    @Test("A role may speak for the paths whose hashes begin with something")
    func prefixes() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let hash = Digest.sha256(Array("bar".utf8))
        repository.delegate("targets", to: "A", paths: nil, prefixes: ["00", "zz"])
        repository.delegate("targets", to: "B", paths: nil, prefixes: ["11", String(hash.prefix(3)).uppercased()])
        repository.add("bar", "by B", to: "B")
        repository.publish("A", "B", "targets", "snapshot", "timestamp")
        #expect(await device.download("bar", from: repository) == nil)
        #expect(device.requests.dropFirst(4).first == "1.B.json")
        #expect(await device.download("other", from: repository) == .unknownTarget)
    }

    @Test(
        "Roles may share all paths by the first bits of a hash",
        arguments: [
            (1, "boo", "bin-0"), (1, "too", "bin-1"), (2, "foo", "bin-0"), (2, "doo", "bin-1"), (2, "too", "bin-2"),
            (2, "bar", "bin-3"), (8, "bar", "bin-fc"), (32, "bar", "bin-fcde2b2e"),
        ])
    func bins(bits: Int, path: String, role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let key = TestKey.ed25519()
        repository.signed[role] = TestRepository.header("targets")
        repository.signed[role]?["targets"] = .object([:])
        repository.signers[role] = [key]
        repository.add(path, "in its bin", to: role)
        repository.signed["targets"]?["delegations"] = .object([
            "keys": .object([key.identifier: key.value]),
            "succinct_roles": .object([
                "keyids": .array([.string(key.identifier)]), "threshold": .number(1),
                "bit_length": .number(Int64(bits)), "name_prefix": .string("bin"),
            ]),
        ])
        repository.publish([role, "targets", "snapshot", "timestamp"])
        #expect(await device.download(path, from: repository) == nil)
        #expect(device.requests.dropFirst(4).first == "1.\(role).json")
    }

    @Test(
        "A role of any name is asked for by it, and its file stays in the directory",
        arguments: [
            "?", "#", "/delegated", "../delegated", "..", ".", "%2e", "é", "a b", "ro\u{1}le", "root ", "Root", "a.b",
        ])
    func names(role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: role)
        repository.publish([role, "targets", "snapshot", "timestamp"])
        #expect(await device.download("missing", from: repository) == .unknownTarget)
        #expect(device.requests.last == "1.\(EncodedName.component(role)).json")
        #expect(device.versions.count == 5)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: device.directory).sorted() == [
                "first.json", "metadata",
            ])
    }

    @Test("A name that no file system takes is refused in one sentence")
    func longName() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let role = String(repeating: "é", count: 200)
        repository.delegate("targets", to: role)
        repository.publish([role, "targets", "snapshot", "timestamp"])
        #expect(await device.download("missing", from: repository) == .fileSystem)
        #expect(device.versions.count == 4)
    }

    @Test("No role takes the name of one at the top", arguments: ["root", "timestamp", "snapshot", "targets", ""])
    func reserved(role: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let key = TestKey.ed25519()
        repository.signed["targets"]?["delegations"] = .object([
            "keys": .object([key.identifier: key.value]),
            "roles": .array([
                .object([
                    "name": .string(role), "keyids": .array([.string(key.identifier)]), "threshold": .number(1),
                    "terminating": .bool(false), "paths": .array([.string("*")]),
                ])
            ]),
        ])
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == .malformed)
        #expect(device.versions["targets"] == nil)
    }

    static let badDelegations: [(name: String, change: @Sendable (TestRepository) -> Void)] = [
        ("one role twice", { $0.delegate("targets", to: "A") }),
        ("no patterns and no hashes", { $0.delegate("targets", to: "B", paths: nil) }),
        ("patterns and hashes", { $0.delegate("targets", to: "B", paths: ["*"], prefixes: ["00"]) }),
        ("roles and bins", { $0.edit("targets", "delegations", "succinct_roles") { $0 = .object([:]) } }),
        (
            "bins of no bits",
            {
                $0.edit("targets", "delegations", "roles") { $0 = nil }
                $0.edit("targets", "delegations", "succinct_roles") {
                    $0 = .object([
                        "keyids": .array([]), "threshold": .number(1), "bit_length": .number(0),
                        "name_prefix": .string("b"),
                    ])
                }
            }
        ),
        (
            "bins of 33 bits",
            {
                $0.edit("targets", "delegations", "roles") { $0 = nil }
                $0.edit("targets", "delegations", "succinct_roles") {
                    $0 = .object([
                        "keyids": .array([]), "threshold": .number(1), "bit_length": .number(33),
                        "name_prefix": .string("b"),
                    ])
                }
            }
        ),
        ("a pattern that is a number", { $0.edit("targets", "delegations", "roles") { $0 = .array([.number(1)]) } }),
        ("no keys", { $0.edit("targets", "delegations", "keys") { $0 = nil } }),
    ]

    @Test("Delegations that say two things, or nothing, are refused", arguments: badDelegations)
    func malformed(name: String, change: @Sendable (TestRepository) -> Void) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A")
        change(repository)
        repository.publish("A", "targets", "snapshot", "timestamp")
        #expect(await device.refresh(repository) == .malformed, "\(name)")
    }

    @Test("No more roles are asked than is allowed")
    func many() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let roles = (0..<40).map { "role\($0)" }
        for (index, role) in roles.enumerated() {
            repository.delegate(index == 0 ? "targets" : roles[index - 1], to: role)
        }
        repository.add("file", "deep", to: "role31")
        repository.add("deeper", "too deep", to: "role32")
        repository.publish(roles + ["targets", "snapshot", "timestamp"])
        #expect(await device.download("file", from: repository) == nil)
        #expect(await device.download("deeper", from: repository) == .unknownTarget)
    }

    @Test("What is kept of a role is looked at anew for each delegator")
    func delegators() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let mine = TestKey.ed25519()
        repository.delegate("targets", to: "A", paths: ["a/*"])
        repository.delegate("targets", to: "B", paths: ["b/*"])
        repository.delegate("A", to: "C", paths: ["*/*"], key: mine)
        // B knows C by another key, which has not signed.
        repository.delegate("B", to: "C", paths: ["*/*"], key: .ed25519())
        repository.signers["C"] = [mine]
        repository.add("a/file", "by C for A", to: "C")
        repository.add("b/file", "by C for B", to: "C")
        repository.publish("A", "B", "C", "targets", "snapshot", "timestamp")
        #expect(await device.download("a/file", from: repository) == nil)
        #expect(await device.download("b/file", from: repository) == .unsigned)
        #expect(await device.download("a/file", "b/file", from: repository) == .unsigned)
        #expect(device.downloads == ["by C for A"])
    }

    @Test("A delegator that no longer trusts a key no longer trusts what is kept")
    func revoked() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A")
        repository.add("file", "by A", to: "A")
        repository.add("another", "by A", to: "A")
        repository.publish("A", "targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == nil)
        repository.edit("targets", "delegations", "roles") { $0 = .array([]) }
        let key = repository.signers["A"] ?? []
        repository.delegate("targets", to: "A")
        repository.signers["A"] = key
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("another", from: repository) == .unsigned)
        #expect(device.downloads == ["by A"])
    }

    @Test("A delegated role past its date is not trusted, nor its targets")
    func expired() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A", paths: ["a/*"])
        repository.add("a/first", "first", to: "A")
        repository.add("a/second", "second", to: "A")
        for role in ["root", "timestamp", "snapshot", "targets"] {
            repository.setExpiry(of: role, "2026-03-01T00:00:00Z")
        }
        repository.setExpiry(of: "A", "2025-12-31T00:00:00Z")
        repository.publish("A", "targets", "snapshot", "timestamp", "root")
        #expect(await device.refresh(repository) == nil)
        #expect(await device.download("a/first", from: repository) == .expired)
        #expect(device.versions["A"] == nil)

        repository.setExpiry(of: "A", "2026-01-08T00:00:00Z")
        repository.publish("A", "snapshot", "timestamp")
        #expect(await device.download("a/first", from: repository) == nil)
        let later = TestRepository.start + 18 * TestRepository.day
        #expect(await device.download("a/second", from: repository, at: later) == .expired)
        #expect(device.downloads == ["first"])
        repository.setExpiry(of: "A", "2026-01-22T00:00:00Z")
        repository.publish("A", "snapshot", "timestamp")
        #expect(await device.download("a/second", from: repository, at: later) == nil)
        #expect(device.downloads == ["first", "second"])
    }

    @Test("A delegated role that the snapshot does not list, or the repository does not have, ends the search")
    func unlisted() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A", paths: ["a"])
        repository.delegate("targets", to: "B", paths: ["b"])
        repository.add("a", "by B, asked later", to: "B")
        repository.publish("A", "B", "targets")
        repository.edit("snapshot", "meta", "A.json") { $0 = nil }
        repository.published["B"] = []
        repository.publish("snapshot", "timestamp")
        #expect(await device.download("a", from: repository) == .malformed)
        #expect(await device.download("b", from: repository) == .absent)
    }

    @Test("A delegated role of another version or hash than the snapshot lists is refused")
    func mismatch() async throws {
        let repository = TestRepository()
        repository.describesMetadata = true
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A")
        repository.publish("A", "targets", "snapshot", "timestamp")
        repository.tamper("A") { $0 = $0.replacing("signatures", with: "signaturez") }
        #expect(await device.download("x", from: repository) == .mismatched)
        #expect(device.versions["A"] == nil)
    }
}

@Suite("Targets")
struct TargetTests {
    @Test(
        "A target is downloaded when each of its hashes is right",
        arguments: [["sha256"], ["sha384"], ["sha512"], ["sha256", "sha512"], ["sha256", "sha384", "sha512"]])
    func hashes(names: [String]) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add("file", "content", hashes: names)
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == nil)
        #expect(device.downloads == ["content"])
        #expect(await device.download("file", from: repository) == nil)
        #expect(device.requests == ["2.root.json", "timestamp.json"], "what is here already is not downloaded again")
    }

    static let wrong: [(name: String, change: @Sendable (TestRepository) -> Void, code: UpdateError.Code)] = [
        ("other bytes", { $0.targets["file"] = Array("CONTENT".utf8) }, .mismatched),
        ("a byte less", { $0.targets["file"] = Array("conten".utf8) }, .mismatched),
        ("a byte more", { $0.targets["file"] = Array("content!".utf8) }, .tooMuch),
        ("no byte", { $0.targets["file"] = [] }, .mismatched),
        ("a megabyte more", { $0.targets["file"] = Array(repeating: 0, count: 1 << 20) }, .tooMuch),
        ("nothing there", { $0.targets["file"] = nil }, .absent),
        (
            "a hash of a kind that nobody knows",
            { $0.edit("targets", "targets", "file", "hashes") { $0 = .object(["blake9": .string("00")]) } }, .mismatched
        ),
        (
            "a right hash beside one of an unknown kind",
            { $0.edit("targets", "targets", "file", "hashes", "blake9") { $0 = .string("00") } }, .mismatched
        ),
        (
            "a right hash beside a wrong one",
            {
                $0.edit("targets", "targets", "file", "hashes", "sha512") {
                    $0 = .string(String(repeating: "00", count: 64))
                }
            }, .mismatched
        ),
        ("another length", { $0.edit("targets", "targets", "file", "length") { $0 = .number(8) } }, .mismatched),
    ]

    @Test("A target that is not as described never takes its name, and what was there stays", arguments: wrong)
    func wrongTarget(name: String, change: @Sendable (TestRepository) -> Void, code: UpdateError.Code) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add("file", "before")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == nil)
        repository.add("file", "content")
        change(repository)
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == code, "\(name)")
        #expect(device.downloads == ["before"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: device.targets) == ["file"])
    }

    @Test("A target in a directory is one file of that name; a new version takes its place")
    func directory() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add("path/to/file.bin", "one")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("path/to/file.bin", from: repository) == nil)
        repository.add("path/to/file.bin", "two")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("path/to/file.bin", from: repository) == nil)
        #expect(device.downloads == ["two"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: device.targets) == ["path%2Fto%2Ffile.bin"])
    }

    @Test("A target whose path leads elsewhere is refused", arguments: ["../file", "/etc/passwd", "a/../../b", "a//b"])
    func elsewhere(path: String) async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add(path, "content")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download(path, from: repository) == .malformed)
        #expect(device.downloads == [])
    }

    @Test("Of several targets the first that fails ends the update; those before it are there")
    func several() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        for name in ["a", "b", "c"] { repository.add(name, name) }
        repository.targets["b"] = nil
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("a", "b", "c", from: repository) == .absent)
        #expect(device.downloads == ["a"])
    }

    @Test("A file that was damaged on the disk is downloaded again; a link in its place is not followed")
    func damaged() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add("file", "content")
        repository.publish("targets", "snapshot", "timestamp")
        #expect(await device.download("file", from: repository) == nil)
        try Data("CONTENT".utf8).write(to: URL(fileURLWithPath: device.targets + "/file"))
        #expect(await device.download("file", from: repository) == nil)
        #expect(device.downloads == ["content"])
        let outside = device.directory + "/outside"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: outside))
        try FileManager.default.removeItem(atPath: device.targets + "/file")
        try FileManager.default.createSymbolicLink(atPath: device.targets + "/file", withDestinationPath: outside)
        #expect(await device.download("file", from: repository) == nil)
        #expect(device.downloads == ["content"])
        #expect(FileManager.default.contents(atPath: outside) == Data("mine".utf8))
    }

    @Test("What the signer says of a target comes with it")
    func custom() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.add("file", "content", custom: .object(["kind": .string("model")]))
        repository.publish("targets", "snapshot", "timestamp")
        let client = RepositoryClient(
            MetadataDirectory(device.metadata), address: TestRepository.metadataAddress,
            fetcher: MemoryFetcher(repository.files), clock: { TestRepository.start })
        let target = try await client.target("file", try await client.refresh())
        #expect(target.custom?["kind"]?.string == "model")
        #expect(target.file.length == 7)
    }
}

@Suite("The metadata's directory")
struct MetadataDirectoryTests {
    @Test("What a cut-off update left is in nobody's way")
    func leftovers() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        for name in ["root.json.new", "timestamp.json.new", "snapshot.json.new"] {
            try Data(repeating: 7, count: 99_999).write(to: URL(fileURLWithPath: device.metadata + "/" + name))
        }
        repository.publish("root")
        #expect(await device.refresh(repository) == nil)
        #expect(device.text(of: "root") == repository.published["root"]?.last)
    }

    @Test("Files that were damaged, emptied or are no files do not stop an update, or say so in one sentence")
    func damage() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        #expect(await device.refresh(repository) == nil)
        for role in ["timestamp", "snapshot", "targets"] {
            for text in ["", "{", "{}", #"{"signed":{},"signatures":[]}"#, "\u{0}"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: device.metadata + "/\(role).json"))
                #expect(await device.refresh(repository) == nil, "\(role) \(text)")
                #expect(device.text(of: role) == repository.published[role]?.last)
            }
        }
        let file = device.metadata + "/timestamp.json"
        try FileManager.default.removeItem(atPath: file)
        #expect(unsafe mkfifo(file, 0o600) == 0)
        #expect(await device.refresh(repository) == .fileSystem)
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/etc/hostname")
        #expect(await device.refresh(repository) == .fileSystem)
    }

    @Test("Two updates of one directory do not run at the same time")
    func locked() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let lock = try MetadataDirectory(device.metadata).lock()
        #expect(await device.refresh(repository) == .fileSystem)
        withExtendedLifetime(lock) {}
    }

    @Test("Every message is one line that is safe for a terminal")
    func messages() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        let name = "\u{1B}]0;title\u{7}\nsecond line" + String(repeating: "x", count: 500)
        #expect(await device.download(name, from: repository) == .unknownTarget)
        let text = try #require(device.error?.description)
        #expect(!text.contains("\u{1B}") && !text.contains("\n") && text.count < 300)
    }
}
