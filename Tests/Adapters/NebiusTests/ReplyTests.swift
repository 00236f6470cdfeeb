import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// Replies that come through, however odd they look.
struct ReplyTests {
    static let whole = Behaviour.words.joined()

    @Test("a polite reply comes whole, with its usage, its identifiers and its end", arguments: [false, true])
    func polite(http2: Bool) async throws {
        try await Bench.run(http2: http2) { bench in
            let outcome = await bench.client.ask()
            #expect(outcome.text == Self.whole)
            let summary = try #require(outcome.summary)
            #expect(summary.stop == .ended && summary.attempts == 1)
            #expect(summary.usage == CloudUsage(promptTokens: 21, completionTokens: 7))
            let toFirst = try #require(summary.timeToFirstToken)
            #expect(toFirst >= .zero && toFirst <= summary.duration)
            #expect(outcome.events.first == .sending)
            guard case .connected(let connection) = outcome.events[1] else {
                Issue.record("the second event is \(outcome.events[1])")
                return
            }
            #expect(connection.model == "double/echo")
            #expect(connection.requestID == "req-0001" && connection.inferenceID == "inf-0001")
            #expect(connection.quota?.requests.remaining == .count(599))
            #expect(connection.quota?.tokens.remaining == .fraction(0.97))
        }
    }

    @Test("the same words come however they are wrapped", arguments: [false, true])
    func wrapped(http2: Bool) async throws {
        try await Bench.run(http2: http2) { bench in
            for behaviour in [
                Behaviour.oneByteAtATime, .doubleDone, .byteOrderMark, .comments, .notStreamed, .slowStart, .slowly,
            ] {
                let outcome = await bench.client.ask(behaviour)
                #expect(outcome.text == Self.whole, "\(behaviour)")
                #expect(outcome.summary?.usage?.completionTokens == 7, "\(behaviour)")
                #expect(outcome.failure == nil, "\(behaviour)")
            }
        }
    }

    @Test("reasoning is kept apart, and newlines before the answer are dropped")
    func reasoning() async throws {
        try await Bench.run(NebiusDouble.always(.reasoning)) { bench in
            let outcome = await bench.client.ask()
            #expect(outcome.reasoning == "The user asks for a city.")
            #expect(outcome.text == "Paris.")
            #expect(outcome.summary?.usage?.reasoningTokens == 6)
        }
    }

    @Test("a megabyte in one piece comes through", arguments: [false, true])
    func megabyte(http2: Bool) async throws {
        try await Bench.run(NebiusDouble.always(.megabyte), http2: http2) { bench in
            let outcome = await bench.client.ask()
            #expect(outcome.text.hasPrefix("piece0 xxx") && outcome.text.utf8.count > 1 << 20)
            #expect(outcome.summary?.usage?.completionTokens == 60)
        }
    }

    @Test("an answer cut by its length says so, and an empty one is an end without text")
    func ends() async throws {
        try await Bench.run { bench in
            let cut = await bench.client.ask(.cutByLength)
            #expect(cut.text == "Paris is the" && cut.summary?.stop == .length && cut.summary?.usage == nil)
            let empty = await bench.client.ask(.empty)
            #expect(empty.text.isEmpty && empty.summary?.stop == .ended && empty.summary?.timeToFirstToken == nil)
        }
    }

    @Test("bytes that are no UTF-8 become replacement characters")
    func invalidUTF8() async throws {
        try await Bench.run(NebiusDouble.always(.invalidUTF8)) { bench in
            let outcome = await bench.client.ask()
            #expect(outcome.text == "caf\u{FFFD}(\u{FFFD}")
            #expect(outcome.summary != nil)
        }
    }

    @Test("nobody waits for a server that does not close a complete reply")
    func stallAfterDone() async throws {
        let clock = ManualClock()
        try await Bench.run(NebiusDouble.always(.stallAfterDone), time: TimeSource(clock)) { bench in
            // The clock stands still: only the reply itself can end the stream.
            let outcome = await bench.client.ask()
            #expect(outcome.text == Self.whole && outcome.failure == nil)
            clock.advance(by: .seconds(2))
            await bench.double.wait { $0.closed == 1 }
        }
    }

    @Test(
        "the request is what Nebius documents: the key, one limit, usage wanted, reasoning as little as the model can")
    func request() async throws {
        try await Bench.run { bench in
            let messages = [Message(.system, "Be brief."), Message(.user, "Hi \u{1F44B}\n\"there\"")]
            let request = CloudRequest(
                messages, maxTokens: 77, temperature: 0.5, stop: ["END"], model: "openai/gpt-oss-120b")
            #expect(await Outcome(bench.client.stream(request)).failure == nil)
            let seen = try #require(bench.double.seen.requests.last)
            #expect(seen.method == "POST" && seen.uri == "/v1/chat/completions")
            #expect(seen.headers["authorization"] == "Bearer \(Bench.key)")
            #expect(seen.headers["content-type"] == "application/json")
            #expect(seen.headers["accept-encoding"] == "identity")
            #expect(
                seen.text
                    == #"{"max_tokens":77,"messages":[{"content":"Be brief.","role":"system"},"#
                    + #"{"content":"Hi 👋\n\"there\"","role":"user"}],"model":"openai/gpt-oss-120b","#
                    + #""reasoning_effort":"low","stop":["END"],"stream":true,"#
                    + #""stream_options":{"include_usage":true},"temperature":0.5}"#)
        }
    }

    @Test("a setting that is no number is refused before anything is sent")
    func notANumber() async throws {
        try await Bench.run { bench in
            let request = CloudRequest([Message(.user, "Hi")], temperature: .nan)
            let failure = try #require(await Outcome(bench.client.stream(request)).failure)
            #expect(failure.kind == .badRequest && failure.billing == .nothingSent)
            #expect(bench.double.seen.connections == 0)
        }
    }

    @Test("one connection serves one request after the other")
    func persistent() async throws {
        try await Bench.run(http2: true) { bench in
            for _ in 0..<5 { #expect(await bench.client.ask().text == Self.whole) }
            #expect(bench.double.seen.connections == 1)
        }
    }
}
