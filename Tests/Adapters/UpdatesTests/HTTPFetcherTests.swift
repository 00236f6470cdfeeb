import Foundation
import NebiusDouble
import Testing

@testable import Updates

@Suite("Fetching over HTTP")
struct HTTPFetcherTests {
    /// Fetches from a server that answers with `script`; gives the bytes, or the code of the failure.
    private func fetch(
        limit: Int64 = 1000, _ change: (inout HTTPFetcher.Timeouts) -> Void = { _ in },
        _ script: @escaping @Sendable (SeenRequest, Int) -> Script
    ) async throws -> Result<[UInt8], UpdateError> {
        let server = try await NebiusDouble.start(.plain, respond: script)
        var timeouts = HTTPFetcher.Timeouts()
        // Beside tests that make keys, a connection may take long.
        (timeouts.connect, timeouts.stall) = (.seconds(60), .seconds(60))
        change(&timeouts)
        let fetcher = try HTTPFetcher(environment: [:], timeouts: timeouts)
        let result: Result<[UInt8], UpdateError>
        do {
            result = .success(try await fetcher.fetch(server.url + "/file", limit: limit))
        } catch {
            result = .failure(try #require(error as? UpdateError))
        }
        await fetcher.shutDown()
        try await server.stop()
        return result
    }

    private func code(_ result: Result<[UInt8], UpdateError>) -> UpdateError.Code? {
        guard case .failure(let error) = result else { return nil }
        #expect(!error.description.contains("\n") && error.description.contains(";"))
        return error.code
    }

    private static func reply(_ status: Int, _ headers: [(String, String)] = [], _ body: String = "") -> Script {
        Script([.head(status: status, headers: headers), .body(Array(body.utf8)), .end])
    }

    @Test("The body of a reply is handed on")
    func body() async throws {
        #expect(try await fetch { _, _ in Self.reply(200, [], "hello") } == .success(Array("hello".utf8)))
    }

    @Test("Each refusal has its code", arguments: [403, 404, 410, 400, 401, 429, 500, 503, 204, 206, 304])
    func statuses(status: Int) async throws {
        let code = code(try await fetch { _, _ in Self.reply(status) })
        #expect(code == ([403, 404, 410].contains(status) ? .absent : .unreachable))
    }

    @Test("More bytes than may come are not taken, however many there are")
    func tooMuch() async throws {
        #expect(code(try await fetch(limit: 4) { _, _ in Self.reply(200, [], "hello") }) == .tooMuch)
        let endless = Script(
            [.head(status: 200, headers: [])] + (0..<200).map { _ in .body(Array(repeating: 1, count: 65_536)) } + [
                .end
            ])
        #expect(code(try await fetch(limit: 100_000) { _, _ in endless }) == .tooMuch)
    }

    @Test("A server that is silent, or dribbles, is given up")
    func slow() async throws {
        let begun = Script([.head(status: 200, headers: []), .body([1]), .hang])
        for script in [Script([.hang]), begun] {
            #expect(code(try await fetch({ $0.stall = .milliseconds(500) }) { _, _ in script }) == .unreachable)
        }
        let drops = Script(
            [.head(status: 200, headers: [])]
                + (0..<100).flatMap { _ in [Script.Step.body([1]), .pause(.milliseconds(50))] } + [.end])
        let result = try await fetch({
            $0.patience = .milliseconds(300)
            $0.slowest = 100
        }) { _, _ in drops }
        #expect(code(result) == .tooMuch)
    }

    @Test("A reply that breaks off is no reply")
    func broken() async throws {
        let half = Script([.raw(Array("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".utf8)), .close])
        #expect(code(try await fetch { _, _ in half }) == .unreachable)
        #expect(code(try await fetch { _, _ in Script([.reset]) }) == .unreachable)
        #expect(
            code(try await fetch { _, _ in Script([.raw(Array("SSH-2.0\r\n\r\n".utf8)), .close]) }) == .unreachable)
    }

    @Test("Redirects are followed, a few times, and not to where nothing may be asked")
    func redirects() async throws {
        let once = try await fetch { request, _ in
            request.path.hasSuffix("/there") ? Self.reply(200, [], "moved") : Self.reply(302, [("location", "/there")])
        }
        #expect(once == .success(Array("moved".utf8)))
        #expect(code(try await fetch { request, _ in Self.reply(301, [("location", request.path)]) }) == .badAddress)
        for place in ["file:///etc/passwd", "ftp://localhost/x", "", "http://"] {
            #expect(code(try await fetch { _, _ in Self.reply(302, [("location", place)]) }) == .badAddress, "\(place)")
        }
    }

    @Test("Names are asked for as they are encoded")
    func encoded() async throws {
        let server = try await NebiusDouble.start(.plain, respond: { request, _ in Self.reply(200, [], request.path) })
        let fetcher = try HTTPFetcher(environment: [:])
        for name in ["1.%3F.json", "1.%23.json", "1.%2Fx.json", "1...%2Fx.json", "a%20b"] {
            let path = String(decoding: try await fetcher.fetch(server.url + "/" + name, limit: 100), as: UTF8.self)
            #expect(path.hasSuffix("/" + name))
        }
        await fetcher.shutDown()
        try await server.stop()
    }

    @Test(
        "What is no address is refused",
        arguments: ["", "repository", "ftp://host/", "http://", "https://:1/", "http://a b/"])
    func addresses(text: String) async throws {
        let fetcher = try HTTPFetcher(environment: [:])
        await #expect(throws: UpdateError.self) { try await fetcher.fetch(text, limit: 1) }
        await fetcher.shutDown()
    }

    @Test("An environment that names no usable proxy or authority says so")
    func environment() {
        #expect(throws: UpdateError.self) { try HTTPFetcher(environment: ["HTTPS_PROXY": "ftp://x:1"]) }
        #expect(throws: UpdateError.self) { try HTTPFetcher(environment: ["SSL_CERT_FILE": "/nonexistent"]) }
    }

    @Test("Nobody there is one sentence")
    func nobody() async throws {
        let fetcher = try HTTPFetcher(environment: [:])
        do {
            _ = try await fetcher.fetch("http://127.0.0.1:9/x", limit: 1)
            Issue.record("something listens on port 9")
        } catch {
            #expect((error as? UpdateError)?.code == .unreachable)
            #expect("\(error)".contains("nothing listens there"))
        }
        await fetcher.shutDown()
    }
}
