import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// Where the key comes from, as the server sees it.
struct BearerTests {
    @Test("who no longer wants a token does not wait for the gateway, and others still get theirs")
    func cancelledWait() async throws {
        let (gate, open) = AsyncStream<Never>.makeStream()
        let slow: NebiusDouble.Responder = { request, number in
            guard request.path == "/v1/token" else { return NebiusDouble.asAsked(request, number) }
            return Script([.wait { for await _ in gate {} }, .hang])
        }
        try await Harness.run(slow, adjust: { $0.credential = .gateway(url: $0.url + "/token") }) { harness in
            let wanting = Task { await harness.client.ask() }
            await harness.double.wait { $0.requests.count == 1 }
            wanting.cancel()
            _ = await wanting.value
            await harness.double.wait { $0.closed == 1 }
            #expect(harness.double.seen.requests.count == 1)
            open.finish()
        }
    }

    @Test("a changed key file is noticed, and one that became readable stops everything before it is sent")
    func keyFile() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("first-key-0001\n", as: "key")
        try await Harness.run(adjust: { $0.credential = .file(path) }) { harness in
            #expect(await harness.client.ask().failure == nil)
            _ = try scratch.write("second-key-0002\n", as: "key")
            #expect(await harness.client.ask().failure == nil)
            _ = try scratch.write("third-key-0003", as: "key", mode: 0o644)
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.kind == .noCredential && failure.billing == .nothingSent)
            _ = try scratch.write("not a key", as: "key")
            #expect(await harness.client.ask().failure?.kind == .noCredential)
            #expect(
                harness.double.seen.requests.map { $0.headers["authorization"] }
                    == ["Bearer first-key-0001", "Bearer second-key-0002"])
        }
    }

    @Test("a server that wants no key gets none, and without any key nothing is sent")
    func none() async throws {
        try await Harness.run(adjust: { $0.credential = .none }) { harness in
            #expect(await harness.client.ask().failure == nil)
            #expect(harness.double.seen.requests.last?.headers["authorization"] == nil)
        }
        try await Harness.run(adjust: { $0.credential = .discover(environment: [:]) }) { harness in
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.kind == .noCredential && failure.billing == .nothingSent)
            #expect(harness.double.seen.connections == 0)
        }
    }

    /// A gateway that gives numbered tokens for 900 seconds each, and an endpoint that answers what it is asked.
    private static let gateway: NebiusDouble.Responder = { request, number in
        guard request.path == "/v1/token" else { return NebiusDouble.asAsked(request, number) }
        return .answer(200, #"{"access_token":"token-number-\#(number)","token_type":"Bearer","expires_in":900}"#)
    }

    private static func run(
        _ clock: ManualClock, respond: @escaping NebiusDouble.Responder = gateway,
        _ test: (Harness) async throws -> Void
    ) async throws {
        try await Harness.run(
            respond, time: TimeSource(clock), adjust: { $0.credential = .gateway(url: $0.url + "/token") }, test)
    }

    private static func tokens(_ harness: Harness) -> [String] {
        harness.double.seen.requests.map { $0.path == "/v1/token" ? "fetch" : $0.headers["authorization"] ?? "none" }
    }

    @Test("a gateway's token is used until shortly before it expires, and then renewed")
    func renewal() async throws {
        let clock = ManualClock()
        try await Self.run(clock) { harness in
            for seconds in [0, 400, 439, 2] {
                clock.advance(by: .seconds(seconds))
                #expect(await harness.client.ask().failure == nil)
            }
            #expect(
                Self.tokens(harness) == [
                    "fetch", "Bearer token-number-1", "Bearer token-number-1", "Bearer token-number-1", "fetch",
                    "Bearer token-number-5",
                ])
            let fetch = try #require(harness.double.seen.requests.first)
            #expect(fetch.method == "POST" && fetch.headers["authorization"] == nil)
            #expect(fetch.text == "grant_type=client_credentials")
        }
    }

    @Test("however many requests want a token at once, it is fetched once")
    func singleFlight() async throws {
        try await Self.run(ManualClock()) { harness in
            await withTaskGroup(of: Outcome.self) { group in
                for _ in 0..<8 { group.addTask { await harness.client.ask() } }
                for await outcome in group { #expect(outcome.failure == nil) }
            }
            #expect(Self.tokens(harness).count { $0 == "fetch" } == 1)
        }
    }

    @Test("where the renewal fails, the old token serves as long as it is valid, and then the reason is told")
    func failedRenewal() async throws {
        let clock = ManualClock()
        let once: NebiusDouble.Responder = { request, number in
            request.path == "/v1/token" && number > 1 ? Behaviour.busy.script : Self.gateway(request, number)
        }
        try await Self.run(clock, respond: once) { harness in
            #expect(await harness.client.ask().failure == nil)
            clock.advance(by: .seconds(850))
            #expect(await harness.client.ask().failure == nil)
            clock.advance(by: .seconds(60))
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.kind == .unavailable(retryAfter: nil) && failure.billing == .nothingSent)
            #expect(Self.tokens(harness).count { $0 == "Bearer token-number-1" } == 2)
        }
    }

    @Test("a token that the endpoint refuses is not used again")
    func refusedToken() async throws {
        try await Self.run(ManualClock()) { harness in
            #expect(await harness.client.ask(.unauthorised).failure?.kind == .unauthorised)
            #expect(await harness.client.ask().failure == nil)
            #expect(
                Self.tokens(harness) == ["fetch", "Bearer token-number-1", "fetch", "Bearer token-number-3"])
        }
    }

    @Test(
        "a gateway that gives no usable token is told so, and nothing is sent on",
        arguments: [
            "{}", "no json", #"{"access_token":"a b","expires_in":900}"#, #"{"access_token":"abcdefgh"}"#,
            #"{"access_token":"abcdefgh","expires_in":-1}"#, #"{"access_token":"abcdefgh","expires_in":1e99}"#,
        ])
    func uselessToken(reply: String) async throws {
        let useless: NebiusDouble.Responder = { request, number in
            request.path == "/v1/token" ? .answer(200, reply) : Self.gateway(request, number)
        }
        try await Self.run(ManualClock(), respond: useless) { harness in
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.kind == .invalidReply && failure.billing == .nothingSent)
            #expect(Self.tokens(harness) == ["fetch"])
        }
    }
}
