import Foundation
import NebiusDouble
import Testing

@testable import ModelCatalogue

@Suite struct HubTests {
    private static let address = "hf:owner/repo/tiny.gguf"
    private static let file = "owner/repo/tiny.gguf"

    private func place(_ hub: HubDouble, token: String? = nil) throws -> ModelsPlace {
        var place = try ModelsPlace()
        place.environment["HF_ENDPOINT"] = hub.endpoint
        place.environment["HF_TOKEN"] = token
        return place
    }

    @Test("A file is pulled, recorded, and lies in the shared cache as huggingface_hub lays it out")
    func pulls() async throws {
        let bytes = Weights.make(30_000)
        let hub = try await HubDouble(files: [Self.file: bytes])
        let place = try place(hub)
        let entry = try await place.pull(Self.address)
        #expect(entry.name == "tiny")
        #expect(try place.bytes(of: entry) == bytes)
        #expect(try place.names == ["pulled/tiny.gguf", "pulled/tiny.json"])
        #expect(try place.library.path(of: "tiny", kind: .language) == place.models + "/pulled/tiny.gguf")

        let repository = place.cache + "/models--owner--repo"
        let digest = Weights.sha256(bytes)
        let pointer = "\(repository)/snapshots/\(HubDouble.commit)/tiny.gguf"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: pointer) == "../../blobs/\(digest)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: pointer)) == Data(bytes))
        #expect(try String(contentsOfFile: repository + "/refs/main", encoding: .utf8) == HubDouble.commit)
        #expect(try FileManager.default.contentsOfDirectory(atPath: repository + "/blobs") == [digest])
        try await hub.server.stop()
    }

    @Test("What another program left in the cache is used: without a download, and without a network")
    func usesCache() async throws {
        let bytes = Weights.make(5_000)
        let hub = try await HubDouble(files: [Self.file: bytes])
        var place = try place(hub)
        _ = try await place.pull(Self.address)
        try FileManager.default.removeItem(atPath: place.models)
        _ = try await place.pull(Self.address)
        #expect(hub.server.seen.requests.filter { $0.method == "GET" }.count == 1)
        try await hub.server.stop()
        // The hub has gone, then may not be asked.
        for offline in ["0", "1"] {
            place.environment["HF_HUB_OFFLINE"] = offline
            try FileManager.default.removeItem(atPath: place.models)
            #expect(try place.bytes(of: await place.pull(Self.address)) == bytes)
        }
    }

    @Test("A damaged file of the cache is not taken, and makes room for the right one")
    func damagedCache() async throws {
        let bytes = Weights.make(5_000)
        let hub = try await HubDouble(files: [Self.file: bytes])
        let place = try place(hub)
        let entry = ModelEntry(
            name: "tiny", kind: .language, summary: "s",
            files: [.init(path: "tiny.gguf", bytes: 5_000, sha256: Weights.sha256(bytes), address: Self.address)])
        try place.catalogue([entry])
        let blobs = place.cache + "/models--owner--repo/blobs"
        try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
        try Data(Weights.make(5_000, seed: 9)).write(to: URL(fileURLWithPath: blobs + "/" + Weights.sha256(bytes)))
        _ = try await place.fetcher().fetch(entry) { _ in }
        #expect(try place.bytes(of: entry) == bytes)
        let blob = try Data(contentsOf: URL(fileURLWithPath: blobs + "/" + Weights.sha256(bytes)))
        #expect(Array(blob) == bytes)
        try await hub.server.stop()
    }

    @Test("The token goes to the endpoint's server and to no other, however often it points elsewhere")
    func tokenStaysHome() async throws {
        let bytes = Weights.make(9_000)
        let storage = try await NebiusDouble.start(.plain) { request, _ in
            FileReplies.file(bytes, to: request, cut: FileReplies.start(of: request) == nil ? 4_000 : nil)
        }
        let elsewhere = String(storage.url.dropLast(3))
        let hub = try await HubDouble(files: [Self.file: bytes], storage: elsewhere, token: "hf_secret")
        let place = try place(hub, token: "hf_secret")
        #expect(try place.bytes(of: await place.pull(Self.address)) == bytes)
        #expect(hub.server.seen.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        #expect(storage.seen.requests.count == 2)
        #expect(storage.seen.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(storage.seen.requests.allSatisfy { !"\($0)".contains("hf_secret") })
        try await hub.server.stop()
        try await storage.stop()
    }

    @Test("The token is read from its file, and one that cannot stand in a header is none")
    func tokenFile() async throws {
        let hub = try await HubDouble(files: [Self.file: Weights.make(100)], token: "hf_filed")
        var place = try place(hub)
        let file = place.root + "/token"
        try "hf_filed\n".write(toFile: file, atomically: true, encoding: .utf8)
        place.environment["HF_TOKEN_PATH"] = file
        _ = try await place.pull(Self.address)
        try "hf_filed\r\nX-Evil: 1\r\nmore".write(toFile: file, atomically: true, encoding: .utf8)
        let before = hub.server.seen.requests.count
        _ = try? await place.pull("hf:owner/repo/other.gguf")
        #expect(hub.server.seen.requests.dropFirst(before).allSatisfy { $0.headers["authorization"] == nil })
        try await hub.server.stop()
    }

    @Test(
        "Each refusal of a hub is one sentence with the next step, and leaves nothing behind",
        arguments: [
            (401, "HF_TOKEN", CatalogueError.Code.refused), (403, "terms", .refused), (404, "revision", .notThere),
            (429, "wait", .downloadFailed), (500, "later", .downloadFailed), (503, "later", .downloadFailed),
            (418, "another source", .downloadFailed),
        ])
    func refusals(status: Int, hint: String, code: CatalogueError.Code) async throws {
        let hub = try await HubDouble(files: [:]) { _, _ in FileReplies.raw(status) }
        let place = try place(hub)
        let error = await #expect(throws: CatalogueError.self) { try await place.pull(Self.address) }
        #expect(error?.code == code)
        #expect(error?.description.contains(hint) == true && error?.description.contains("\(status)") == true)
        #expect(error?.description.contains("\n") == false)
        #expect(try place.names.isEmpty)
        // What may pass is asked again, what is settled is not.
        #expect(hub.server.seen.requests.count == (status == 429 || status >= 500 ? 4 : 1))
        try await hub.server.stop()
    }

    @Test("A server that asks for time gets it; one that asks for too much is left alone at once")
    func retryAfter() async throws {
        let bytes = Weights.make(100)
        let hub = try await HubDouble(files: [Self.file: bytes]) { _, number in
            number == 1 ? FileReplies.raw(429, [("retry-after", "0")]) : nil
        }
        _ = try await place(hub).pull(Self.address)
        let stern = try await HubDouble(files: [:]) { _, _ in FileReplies.raw(429, [("retry-after", "7200")]) }
        await #expect(throws: CatalogueError.self) { try await place(stern).pull(Self.address) }
        #expect(stern.server.seen.requests.count == 1)
        try await hub.server.stop()
        try await stern.server.stop()
    }

    @Test("What the hub announces and what it sends have to be the same bytes")
    func wrongBytes() async throws {
        let wrong = Weights.make(9_000, seed: 2)
        let hub = try await HubDouble(files: [Self.file: Weights.make(9_000)]) { request, _ in
            request.method == "GET" ? FileReplies.file(wrong, to: request) : nil
        }
        let place = try place(hub)
        let error = await #expect(throws: CatalogueError.self) { try await place.pull(Self.address) }
        #expect(error?.code == .corrupted)
        #expect(try place.names.isEmpty)
        let blobs = place.cache + "/models--owner--repo/blobs"
        #expect(try FileManager.default.contentsOfDirectory(atPath: blobs).isEmpty)
        try await hub.server.stop()
    }

    @Test("A small file is verified by git's identifier, which is what its ETag is")
    func gitIdentifier() async throws {
        let bytes = Array("GGUF".utf8)
        // printf GGUF | git hash-object --stdin
        let path = NSTemporaryDirectory() + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try HubCarrier.matches(path, "6fa8a39a7b4d0fd2f7ba1d8a9d13c1d4f9ec1ba3") == false)
        #expect(try HubCarrier.matches(path, Self.gitHash))
        #expect(try HubCarrier.matches(path, "some-version"))
    }

    @Test(
        "Sizes and numbers from a server are bounded before anybody computes with them",
        arguments: ["9223372036854775807", "-1", "x", "", "99999999999999999999"])
    func numbers(text: String) async throws {
        let bytes = Weights.make(2_000)
        let hub = try await HubDouble(files: [Self.file: bytes]) { request, number in
            guard request.method == "HEAD" else { return FileReplies.file(bytes, to: request) }
            let digest = Weights.sha256(bytes)
            if number == 1 { return FileReplies.raw(503, [("retry-after", text == "-1" ? text : "0")]) }
            return FileReplies.raw(
                302,
                [
                    ("x-linked-etag", "\"\(digest)\""), ("x-linked-size", text), ("x-repo-commit", text),
                    ("location", "http://127.0.0.1:9/elsewhere"), ("content-range", "bytes \(text)-\(text)/\(text)"),
                ])
        }
        let place = try place(hub)
        // What is no size is no size: the digest still decides.
        #expect(try place.bytes(of: await place.pull(Self.address)) == bytes)
        try await hub.server.stop()
    }

    static let gitHash = "53b7dcdfb2702f3512ca9b967b2a138fcfe9bea9"

    @Test("A split model is pulled whole, all pieces of it")
    func split() async throws {
        let pieces = (1...3).map { Weights.make(1_000 * $0, seed: UInt8($0)) }
        let names = (1...3).map { "owner/repo/m-0000\($0)-of-00003.gguf" }
        let hub = try await HubDouble(files: Dictionary(uniqueKeysWithValues: zip(names, pieces)))
        let place = try place(hub)
        let entry = try await place.pull("hf:owner/repo/m-00001-of-00003.gguf")
        #expect(entry.name == "m" && entry.files.map(\.bytes) == [1_000, 2_000, 3_000])
        #expect(try place.library.state(of: entry) == .present(directory: place.models))
        try await hub.server.stop()
    }

    @Test("What the hub sends that is no GGUF file is refused")
    func noModel() async throws {
        let hub = try await HubDouble(files: [Self.file: Array("<html>".utf8)])
        let place = try place(hub)
        let error = await #expect(throws: CatalogueError.self) { try await place.pull(Self.address) }
        #expect(error?.code == .corrupted && error?.description.contains("no GGUF") == true)
        #expect(try place.names.isEmpty)
        try await hub.server.stop()
    }
}
