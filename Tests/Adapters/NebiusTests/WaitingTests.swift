import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// Time-outs, repetitions and cancelling. The clock is the test's own: nothing here depends on how fast the machine is.
struct WaitingTests {
    @Test("a server that takes the connection and says nothing is given up after the connect time-out, nothing sent")
    func connect() async throws {
        let clock = ManualClock()
        try await NebiusDouble.run(.silent) { double in
            var configuration = try Harness.configuration(double.url)
            configuration.timeouts.connect = .seconds(10)
            try await NebiusClient.run(configuration, time: TimeSource(clock)) { client in
                async let outcome = client.ask()
                await double.wait { $0.bytes > 0 }  // the TLS handshake has begun
                clock.advance(by: .seconds(9))
                clock.advance(by: .seconds(1))
                let failure = try #require(await outcome.failure)
                #expect(failure.kind == .timeout(.connect) && failure.billing == .nothingSent)
                try await double.stop()
            }
        }
    }

    @Test(
        "a server that does not begin to answer is given up after the first-token time-out",
        arguments: [Behaviour.silentBeforeHead, .silentBeforeToken], [false, true])
    func firstToken(behaviour: Behaviour, http2: Bool) async throws {
        let clock = ManualClock()
        try await Harness.run(NebiusDouble.always(behaviour), http2: http2, time: TimeSource(clock)) { harness in
            let outcome = await harness.client.ask { event in
                switch event {
                case .sending where behaviour == .silentBeforeHead: clock.advance(by: .seconds(60))
                case .connected: clock.advance(by: .seconds(60))
                default: break
                }
            }
            let failure = try #require(outcome.failure)
            #expect(failure.kind == .timeout(.firstToken) && failure.billing == .sent)
        }
    }

    @Test("a reply that stops in the middle is given up after the stall time-out", arguments: [false, true])
    func stall(http2: Bool) async throws {
        let clock = ManualClock()
        try await Harness.run(NebiusDouble.always(.stall), http2: http2, time: TimeSource(clock)) { harness in
            let outcome = await harness.client.ask { event in
                if event == .content(" the") { clock.advance(by: .seconds(20)) }
            }
            let failure = try #require(outcome.failure)
            #expect(failure.kind == .timeout(.stall) && failure.billing == .partlyAnswered)
            #expect(outcome.text == "Paris is the")
        }
    }

    @Test("the whole request has its own limit")
    func total() async throws {
        let clock = ManualClock()
        try await Harness.run(
            NebiusDouble.always(.stall), time: TimeSource(clock), adjust: { $0.timeouts.total = .seconds(15) }
        ) { harness in
            let outcome = await harness.client.ask { event in
                if event == .content(" the") { clock.advance(by: .seconds(15)) }
            }
            #expect(outcome.failure?.kind == .timeout(.total))
            #expect(outcome.text == "Paris is the")
        }
    }

    @Test("a refusal that passes is repeated after a pause, and the answer comes")
    func repeated() async throws {
        try await Harness.run(
            NebiusDouble.inTurn([.busy, .rateLimited, .polite]), time: .continuous,
            adjust: { $0.retries.maxRetries = 2 }
        ) { harness in
            let outcome = await harness.client.ask()
            #expect(outcome.text == ReplyTests.whole)
            #expect(outcome.summary?.attempts == 3)
            let retries = outcome.events.compactMap { if case .retrying(let retry) = $0 { retry } else { nil } }
            #expect(retries.map(\.attempt) == [1, 2])
            #expect(retries.map(\.failure.status) == [503, 429])
            #expect(retries.allSatisfy { !$0.failure.billing.mayBeCharged && $0.delay > .zero })
        }
    }

    @Test("repetitions come to an end, and the last reason is told")
    func exhausted() async throws {
        try await Harness.run(NebiusDouble.always(.busy), time: .continuous, adjust: { $0.retries.maxRetries = 2 }) {
            harness in
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.attempts == 3 && failure.status == 503)
            #expect(harness.double.seen.requests.count == 3)
        }
    }

    @Test("what does not pass is not repeated, nor is a pause longer than a person would wait")
    func hopeless() async throws {
        let hopeless: [Behaviour] = [
            .unauthorised, .budget, .unknownModel, .unprocessable, .overflow, .rateLimitedLong,
        ]
        try await Harness.run(adjust: { $0.retries.maxRetries = 3 }) { harness in
            for behaviour in hopeless { #expect(await harness.client.ask(behaviour).failure?.attempts == 1) }
            #expect(harness.double.seen.requests.count == hopeless.count)
        }
    }

    @Test("a closed port is tried again and then told as unreachable, nothing sent")
    func refusedConnection() async throws {
        // A port that was open a moment ago may be another test's by now; nothing listens on the one of "discard".
        var configuration = try Harness.configuration("http://localhost:9/v1")
        configuration.retries.maxRetries = 1
        try await NebiusClient.run(configuration) { client in
            let failure = try #require(await client.ask().failure)
            #expect(failure.kind == .unreachable && failure.billing == .nothingSent && failure.attempts == 2)
        }
    }

    @Test("who stops listening closes the stream at once", arguments: [false, true])
    func cancel(http2: Bool) async throws {
        try await Harness.run(NebiusDouble.always(.stall), http2: http2) { harness in
            let reader = Task { await harness.client.ask() }
            await harness.double.wait { $0.played == 1 }
            reader.cancel()
            await harness.double.wait { $0.closed == 1 }
            #expect(await reader.value.summary == nil)
        }
    }

    @Test("who stops listening during a pause ends the request")
    func cancelPause() async throws {
        let clock = ManualClock()
        try await Harness.run(
            NebiusDouble.always(.busy), time: TimeSource(clock), adjust: { $0.retries.maxRetries = 1 }
        ) { harness in
            for try await event in harness.client.stream(CloudRequest([Message(.user, "Hi")])) {
                guard case .retrying = event else { continue }
                while clock.sleepers == 0 { await Task.yield() }
                break
            }
            while clock.sleepers > 0 { await Task.yield() }
            #expect(harness.double.seen.requests.count == 1)
        }
    }
}
