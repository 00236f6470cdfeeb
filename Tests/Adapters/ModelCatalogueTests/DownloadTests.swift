import Foundation
import NebiusDouble
import Synchronization
import Testing

@testable import ModelCatalogue

/// Downloads from a server of the web that fails in every way it can.
@Suite struct DownloadTests {
    private func server(
        _ respond: @escaping @Sendable (SeenRequest, Int) -> Script
    ) async throws -> (NebiusDouble, (String) -> String) {
        let server = try await NebiusDouble.start(.plain, respond: respond)
        let url = String(server.url.dropLast(3))
        return (server, { "\(url)/tiny.gguf#sha256=\($0)" })
    }

    @Test("100 downloads that are cut at random bytes, again and again, are exact to the bit")
    func cuts() async throws {
        for run in 0..<100 {
            let bytes = Weights.make(Int.random(in: 1_000...40_000), seed: UInt8(run))
            let cuts = (0..<Int.random(in: 1...4)).map { _ in Int.random(in: 0..<bytes.count) }
            let (server, address) = try await server { request, number in
                let last: Script.Step = Bool.random() ? .close : .reset
                return FileReplies.file(
                    bytes, to: request, cut: number <= cuts.count ? cuts[number - 1] : nil, by: last)
            }
            let place = try ModelsPlace()
            let timeouts = DownloadTimeouts(stall: .seconds(5), attempts: 8, backOff: .milliseconds(1))
            let entry = try await place.pull(address(Weights.sha256(bytes)), timeouts)
            #expect(try place.bytes(of: entry) == bytes)
            #expect(try place.names == ["pulled/tiny.gguf", "pulled/tiny.json"])
            // Nothing that has arrived is fetched twice.
            let starts = server.seen.requests.map { FileReplies.start(of: $0) ?? 0 }
            #expect(starts == starts.sorted())
            try await server.stop()
            try FileManager.default.removeItem(atPath: place.root)
        }
    }

    @Test("What a process left when it was ended is gone on with by the next")
    func resumes() async throws {
        let bytes = Weights.make(60_000)
        let (server, address) = try await server { request, number in
            number == 1
                ? FileReplies.file(bytes, to: request, cut: 25_000, by: .hang) : FileReplies.file(bytes, to: request)
        }
        let place = try ModelsPlace()
        let (arrivals, tell) = AsyncStream.makeStream(of: Int64.self)
        let fetcher = try place.fetcher(DownloadTimeouts(stall: .seconds(60)))
        let target = try ModelAddress(address(Weights.sha256(bytes)))
        let first = Task {
            try await fetcher.pull(target) {
                if case .downloading(let bytes, _) = $0 { tell.yield(bytes) }
            }
        }
        for await count in arrivals where count == 25_000 { break }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try place.names.allSatisfy { $0.hasPrefix(".fetch-") })
        let entry = try await place.pull(address(Weights.sha256(bytes)))
        #expect(try place.bytes(of: entry) == bytes)
        #expect(server.seen.requests.last.map(FileReplies.start) == 25_000)
        #expect(try place.names == ["pulled/tiny.gguf", "pulled/tiny.json"])
        try await server.stop()
    }

    @Test("A file that changed on the server in the middle of a download is fetched anew")
    func changes() async throws {
        let (old, new) = (Weights.make(8_000, seed: 1), Weights.make(9_000, seed: 2))
        let (server, address) = try await server { request, number in
            number == 1 ? FileReplies.file(old, to: request, cut: 3_000) : FileReplies.file(new, to: request)
        }
        let place = try ModelsPlace()
        let entry = try await place.pull(address(Weights.sha256(new)))
        #expect(try place.bytes(of: entry) == new)
        try await server.stop()
    }

    @Test("A server that ignores ranges sends all of it once more, and the file is exact")
    func ignoresRanges() async throws {
        let bytes = Weights.make(8_000)
        let (server, address) = try await server { _, number in
            number == 1
                ? FileReplies.raw(200, [], Array(bytes.prefix(3_000)), announced: 8_000, then: .close)
                : FileReplies.raw(200, [], bytes)
        }
        let place = try ModelsPlace()
        #expect(try place.bytes(of: await place.pull(address(Weights.sha256(bytes)))) == bytes)
        try await server.stop()
    }

    @Test("A range that begins elsewhere, or is of a file of another length, is not joined to what is here")
    func wrongRanges() async throws {
        for range in ["bytes 0-7999/8000", "bytes 5000-7999/8000", "bytes x", "bytes 3000-9/10", ""] {
            let bytes = Weights.make(8_000)
            let hub = try await HubDouble(files: ["o/r/tiny.gguf": bytes]) { request, number in
                guard request.method == "GET" else { return nil }
                if FileReplies.start(of: request) == nil, number == 2 {
                    return FileReplies.file(bytes, to: request, cut: 3_000)
                }
                guard FileReplies.start(of: request) != nil else { return nil }
                return FileReplies.raw(206, [("content-range", range)], Array(bytes[3_000...]))
            }
            var place = try ModelsPlace()
            place.environment["HF_ENDPOINT"] = hub.endpoint
            #expect(try place.bytes(of: await place.pull("hf:o/r/tiny.gguf")) == bytes)
            try await hub.server.stop()
        }
    }

    @Test("A range that the server does not have starts the download over")
    func unsatisfiable() async throws {
        let bytes = Weights.make(8_000)
        let (server, address) = try await server { request, number in
            guard FileReplies.start(of: request) == nil else {
                return FileReplies.raw(416, [("content-range", "bytes */100")])
            }
            return FileReplies.file(bytes, to: request, cut: number <= 3 ? 3_000 : nil)
        }
        let place = try ModelsPlace()
        #expect(try place.bytes(of: await place.pull(address(Weights.sha256(bytes)))) == bytes)
        try await server.stop()
    }

    /// A way to fail, by name: closures have none.
    enum Failure: String, CaseIterable, Sendable {
        case gzip, garbage, tooLong, stall, circle, toClearText, toFile, wrongByte, redirectWithoutEnd

        var hint: String {
            switch self {
            case .gzip: "compresses"
            case .garbage: "does not speak HTTP"
            case .tooLong: "another SHA-256"
            case .stall: "sent nothing for too long"
            case .circle, .toClearText, .toFile, .redirectWithoutEnd: "points to an address that may not be asked"
            case .wrongByte: "another SHA-256"
            }
        }

        func script(_ request: SeenRequest, _ bytes: [UInt8]) -> Script {
            switch self {
            case .gzip: return FileReplies.raw(200, [("content-encoding", "gzip")], [0x1f, 0x8b, 8, 0])
            case .garbage: return Script([.raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .close])
            case .tooLong: return FileReplies.raw(200, [], bytes + [0])
            case .stall: return FileReplies.file(bytes, to: request, cut: 0, by: .hang)
            case .circle: return FileReplies.raw(302, [("location", request.uri)])
            case .toClearText: return FileReplies.raw(302, [("location", "http://example.com/x")])
            case .toFile: return FileReplies.raw(302, [("location", "file:///etc/passwd")])
            case .redirectWithoutEnd: return FileReplies.raw(307, [("location", request.path + "x")])
            case .wrongByte:
                var wrong = bytes
                wrong[wrong.count / 2] ^= 1
                return FileReplies.file(wrong, to: request)
            }
        }
    }

    @Test("Each way to fail is one clear sentence, and nothing half-named stays", arguments: Failure.allCases)
    func failures(failure: Failure) async throws {
        let bytes = Weights.make(5_000)
        let (server, address) = try await server { request, _ in failure.script(request, bytes) }
        let place = try ModelsPlace()
        var timeouts = ModelsPlace.timeouts
        if failure == .stall { timeouts.stall = .milliseconds(300) }
        let error = await #expect(throws: CatalogueError.self) {
            try await place.pull(address(Weights.sha256(bytes)), timeouts)
        }
        #expect(error?.description.contains(failure.hint) == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains("\n") == false)
        #expect(try place.names.isEmpty)
        try await server.stop()
    }

    @Test("Nobody listening, a name that nobody knows and a server without TLS are told apart")
    func unreachable() async throws {
        let digest = String(repeating: "0", count: 64)
        let server = try await NebiusDouble.start(.plain)
        let port = server.port
        let place = try ModelsPlace()
        func failure(_ address: String) async -> String? {
            let error = await #expect(throws: CatalogueError.self) { try await place.pull(address) }
            #expect(error?.code == .unreachable)
            return error?.description
        }
        #expect(await failure("https://localhost:\(port)/x#sha256=\(digest)")?.contains("cannot be trusted") == true)
        try await server.stop()
        let start = ContinuousClock.now
        #expect(await failure("http://127.0.0.1:\(port)/x#sha256=\(digest)")?.contains("nothing listens") == true)
        #expect(await failure("https://no-such-host.invalid/x#sha256=\(digest)")?.contains("not known") == true)
        // A hub that is not there must not hold up the next carrier.
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("What the catalogue knows is the catalogue's model, whatever it was called")
    func knownModel() async throws {
        let bytes = Weights.make(700)
        let (server, address) = try await server { request, _ in FileReplies.file(bytes, to: request) }
        let place = try ModelsPlace()
        let known = ModelEntry(
            name: "known", kind: .language, summary: "s",
            files: [.init(path: "known.gguf", bytes: 700, sha256: Weights.sha256(bytes), address: "hf:o/r/f.gguf")])
        try place.catalogue([known])
        #expect(try await place.pull(address(Weights.sha256(bytes))) == known)
        #expect(try place.names == ["known.gguf"])
        try await server.stop()
    }

    @Test("A file of this device becomes a model by its name; two of one name stay apart")
    func localFiles() async throws {
        let place = try ModelsPlace()
        for (folder, seed) in [("a", UInt8(1)), ("b", 2)] {
            try FileManager.default.createDirectory(
                atPath: "\(place.root)/\(folder)", withIntermediateDirectories: true)
            let bytes = Weights.make(600, seed: seed)
            let path = "\(place.root)/\(folder)/Mine.gguf"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let entry = try await place.pull(path)
            #expect(entry.name.hasPrefix("mine"))
            #expect(try place.bytes(of: entry) == bytes)
        }
        #expect(Set(try place.library.entries.map(\.name)).count == 2)
        let missing = await #expect(throws: CatalogueError.self) { try await place.pull("/nonexistent/x.gguf") }
        #expect(missing?.code == .notThere)
    }
}
