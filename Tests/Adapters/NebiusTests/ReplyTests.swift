import AssistantCore
import Nebius
import NebiusDouble
import Synchronization
import Testing

/// Replies that come through, however odd they look.
struct ReplyTests {
    static let whole = Behaviour.words.joined()

    @Test("a polite reply comes whole, with its usage, its identifiers and its end", arguments: [false, true])
    func polite(http2: Bool) async throws {
        try await Harness.run(http2: http2) { harness in
            let outcome = await harness.client.ask()
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
        try await Harness.run(http2: http2) { harness in
            for behaviour in [
                Behaviour.oneByteAtATime, .doubleDone, .byteOrderMark, .comments, .notStreamed, .slowStart, .slowly,
            ] {
                let outcome = await harness.client.ask(behaviour)
                #expect(outcome.text == Self.whole, "\(behaviour)")
                #expect(outcome.summary?.usage?.completionTokens == 7, "\(behaviour)")
                #expect(outcome.failure == nil, "\(behaviour)")
            }
        }
    }

    @Test("reasoning is kept apart, and newlines before the answer are dropped")
    func reasoning() async throws {
        try await Harness.run(NebiusDouble.always(.reasoning)) { harness in
            let outcome = await harness.client.ask()
            #expect(outcome.reasoning == "The user asks for a city.")
            #expect(outcome.text == "Paris.")
            #expect(outcome.summary?.usage?.reasoningTokens == 6)
        }
    }

    @Test("a megabyte in one piece comes through", arguments: [false, true])
    func megabyte(http2: Bool) async throws {
        try await Harness.run(NebiusDouble.always(.megabyte), http2: http2) { harness in
            let outcome = await harness.client.ask()
            #expect(outcome.text.hasPrefix("piece0 xxx") && outcome.text.utf8.count > 1 << 20)
            #expect(outcome.summary?.usage?.completionTokens == 60)
        }
    }

    @Test("an answer cut by its length says so, and an empty one is an end without text")
    func ends() async throws {
        try await Harness.run { harness in
            let cut = await harness.client.ask(.cutByLength)
            #expect(cut.text == "Paris is the" && cut.summary?.stop == .length && cut.summary?.usage == nil)
            let filtered = await harness.client.ask(.filtered)
            #expect(filtered.text == "Paris is the" && filtered.summary?.stop == .contentFilter)
            let refusal = await harness.client.ask(.refusal)
            #expect(refusal.text == "I cannot help with that." && refusal.summary?.stop == .refusal)
            let thinking = await harness.client.ask(.thinking)
            #expect(thinking.reasoning == "The user asks for a city." && thinking.text == "Paris.")
            let uncounted = await harness.client.ask(.usageThenEnd)
            #expect(uncounted.summary?.stop == .ended && uncounted.summary?.usage?.completionTokens == 3)
            let empty = await harness.client.ask(.empty)
            #expect(empty.text.isEmpty && empty.summary?.stop == .ended && empty.summary?.timeToFirstToken == nil)
        }
    }

    @Test("bytes that are no UTF-8 become replacement characters")
    func invalidUTF8() async throws {
        try await Harness.run(NebiusDouble.always(.invalidUTF8)) { harness in
            let outcome = await harness.client.ask()
            #expect(outcome.text == "caf\u{FFFD}(\u{FFFD}")
            #expect(outcome.summary != nil)
        }
    }

    @Test("nobody waits for a server that does not close a complete reply")
    func stallAfterDone() async throws {
        let clock = ManualClock()
        try await Harness.run(NebiusDouble.always(.stallAfterDone), time: TimeSource(clock)) { harness in
            // The clock stands still: only the reply itself can end the stream.
            let outcome = await harness.client.ask()
            #expect(outcome.text == Self.whole && outcome.failure == nil)
            clock.advance(by: .seconds(2))
            await harness.double.wait { $0.closed == 1 }
        }
    }

    @Test(
        "the request is what Nebius documents: the key, one limit, usage wanted, reasoning as little as the model can")
    func request() async throws {
        try await Harness.run { harness in
            let messages = [Message(.system, "Be brief."), Message(.user, "Hi \u{1F44B}\n\"there\"")]
            let request = CloudRequest(
                messages, maxTokens: 77, temperature: 0.5, stop: ["END"], model: "openai/gpt-oss-120b")
            #expect(await Outcome(harness.client.stream(request)).failure == nil)
            let seen = try #require(harness.double.seen.requests.last)
            #expect(seen.method == "POST" && seen.uri == "/v1/chat/completions")
            #expect(seen.headers["authorization"] == "Bearer \(Harness.key)")
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

    @Test("a body that may no longer leave stops at the next piece, and is not repeated")
    func withheld() async throws {
        for pieces in 0..<4 {
            try await Harness.run(adjust: { $0.retries.maxRetries = 3 }) { harness in
                let asked = Mutex(0)
                let question = Message(.user, String(repeating: "long ", count: 40_000))
                let outcome = await Outcome(
                    harness.client.stream(CloudRequest([question])) { moment in
                        guard moment == .handingOut else { return true }
                        return asked.withLock { asked in
                            asked += 1
                            return asked <= pieces
                        }
                    })
                #expect(outcome.failure?.kind == .withheld)
                #expect(outcome.failure?.billing == (pieces == 0 ? .nothingSent : .sent))
                #expect(asked.withLock { $0 } == pieces + 1)
                await harness.client.shutdown()
                await harness.double.wait { $0.closed == $0.connections }
                #expect(harness.double.seen.requests.isEmpty && harness.double.seen.bodyBytes <= pieces * 16_384)
            }
        }
    }

    @Test("an attempt that may not begin opens no connection")
    func withheldBeforehand() async throws {
        try await Harness.run { harness in
            let outcome = await Outcome(harness.client.stream(CloudRequest([Message(.user, "Hi")])) { _ in false })
            #expect(outcome.failure?.kind == .withheld && outcome.failure?.billing == .nothingSent)
            #expect(harness.double.seen.connections == 0)
        }
    }

    @Test("a setting that is no number is refused before anything is sent")
    func notANumber() async throws {
        try await Harness.run { harness in
            let request = CloudRequest([Message(.user, "Hi")], temperature: .nan)
            let failure = try #require(await Outcome(harness.client.stream(request)).failure)
            #expect(failure.kind == .badRequest && failure.billing == .nothingSent)
            #expect(harness.double.seen.connections == 0)
        }
    }

    @Test("one connection serves one request after the other")
    func persistent() async throws {
        try await Harness.run(http2: true) { harness in
            for _ in 0..<5 { #expect(await harness.client.ask().text == Self.whole) }
            #expect(harness.double.seen.connections == 1)
        }
    }
}
