import Foundation
import NebiusDouble
import Testing

@testable import Updates

@Suite("Downloads that were cut off")
struct ResumedDownloadTests {
    private static let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private static func target() throws -> TargetDescription {
        try TargetDescription(
            "models/m",
            .object([
                "length": .number(Int64(content.count)),
                "hashes": .object(["sha256": .string(Digest.sha256(content))]),
            ]))
    }

    /// Downloads into a directory from a server that answers with `script`; gives the ranges that were asked for.
    private func download(
        into directory: String, _ script: @escaping @Sendable (SeenRequest, Int) -> Script
    ) async throws -> (ranges: [String?], error: UpdateError?) {
        let server = try await NebiusDouble.start(.plain, respond: script)
        let fetcher = try HTTPFetcher(environment: [:])
        var error: UpdateError?
        do {
            _ = try await TargetDirectory(directory).download(Self.target(), from: server.url + "/m", fetcher, { _ in })
        } catch let failure as UpdateError {
            error = failure
        }
        let ranges = server.seen.requests.map { $0.headers["range"] }
        await fetcher.shutDown()
        try await server.stop()
        return (ranges, error)
    }

    private static func whole() -> Script {
        Script([.head(status: 200, headers: []), .body(content), .end])
    }

    private static func part(from offset: Int) -> Script {
        Script([
            .head(
                status: 206, headers: [("content-range", "bytes \(offset)-\(content.count - 1)/\(content.count)")]),
            .body(Array(content[offset...])), .end,
        ])
    }

    private static let cut = Script([
        .raw(Array("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".utf8) + content.prefix(40_000)), .close,
    ])

    private func withDirectory(_ work: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "brim-resume-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await work(directory)
    }

    private func isWhole(_ directory: String) throws -> Bool {
        let path = TargetDirectory(directory).file(of: try Self.target())
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return FileManager.default.contents(atPath: path) == Data(Self.content) && names.count == 1
    }

    @Test("The next run goes on where the last one was cut off")
    func goesOn() async throws {
        try await withDirectory { directory in
            let first = try await download(into: directory) { _, _ in Self.cut }
            #expect(first.error?.code == .unreachable && first.ranges == [nil])
            let second = try await download(into: directory) { request, _ in
                let offset = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
                return Self.part(from: offset ?? 0)
            }
            let range = try #require(second.ranges.first ?? nil)
            #expect(second.error == nil && second.ranges.count == 1 && range != "bytes=0-" && range.hasPrefix("bytes="))
            #expect(try isWhole(directory))
        }
    }

    @Test("A server that sends the whole is taken from the beginning")
    func whole() async throws {
        try await withDirectory { directory in
            _ = try await download(into: directory) { _, _ in Self.cut }
            #expect(try await download(into: directory) { _, _ in Self.whole() }.error == nil)
            #expect(try isWhole(directory))
        }
    }

    @Test("A start that was wrong is thrown away, and the whole is fetched")
    func wrongStart() async throws {
        try await withDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let growing = TargetDirectory(directory).growingFile(of: try Self.target())
            try Data(repeating: 1, count: 30_000).write(to: URL(fileURLWithPath: growing))
            let result = try await download(into: directory) { request, _ in
                request.headers["range"] == nil ? Self.whole() : Self.part(from: 30_000)
            }
            #expect(result.error == nil && result.ranges == ["bytes=30000-", nil])
            #expect(try isWhole(directory))
        }
    }

    @Test("What is wrong from the beginning is refused once, and leaves nothing")
    func wrong() async throws {
        try await withDirectory { directory in
            let bad = Script([
                .head(status: 200, headers: []), .body([UInt8](repeating: 0, count: Self.content.count)), .end,
            ])
            let result = try await download(into: directory) { _, _ in bad }
            #expect(result.error?.code == .mismatched && result.ranges.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            let other = Script([.head(status: 206, headers: [("content-range", "bytes 5-9/10")]), .body([1]), .end])
            try Data(Self.content.prefix(10)).write(
                to: URL(fileURLWithPath: TargetDirectory(directory).growingFile(of: try Self.target())))
            #expect(try await download(into: directory) { _, _ in other }.error?.code == .unreachable)
        }
    }
}
