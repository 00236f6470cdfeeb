import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// Every way in which the double can fail, at every moment: what the client makes of it and what it may have cost.
struct FailureTableTests {
    struct Row: Sendable {
        var behaviour: Behaviour
        var kind: CloudFailure.Kind
        var billing: CloudFailure.Billing
        var status: Int?
        var usage: CloudUsage?
    }

    static let refusals: [Row] = [
        Row(behaviour: .unauthorised, kind: .unauthorised, billing: .refused, status: 401),
        Row(behaviour: .forbidden, kind: .unauthorised, billing: .refused, status: 403),
        Row(behaviour: .budget, kind: .budgetExhausted, billing: .refused, status: 402),
        Row(behaviour: .unknownModel, kind: .modelUnknown, billing: .refused, status: 404),
        Row(
            behaviour: .overflow, kind: .contextOverflow(limit: 4096, requested: 5214), billing: .refused, status: 400),
        Row(behaviour: .openAIError, kind: .badRequest, billing: .refused, status: 400),
        Row(behaviour: .unprocessable, kind: .badRequest, billing: .refused, status: 422),
        Row(behaviour: .rateLimited, kind: .rateLimited(retryAfter: .zero), billing: .refused, status: 429),
        Row(behaviour: .rateLimitedLong, kind: .rateLimited(retryAfter: .seconds(600)), billing: .refused, status: 429),
        Row(behaviour: .quota, kind: .budgetExhausted, billing: .refused, status: 429),
        Row(behaviour: .fault, kind: .unavailable(retryAfter: nil), billing: .refused, status: 500),
        Row(behaviour: .proxyPage, kind: .unavailable(retryAfter: nil), billing: .refused, status: 502),
        Row(behaviour: .busy, kind: .unavailable(retryAfter: nil), billing: .refused, status: 503),
        Row(behaviour: .gatewayTimeout, kind: .unavailable(retryAfter: nil), billing: .sent, status: 504),
        Row(behaviour: .redirect, kind: .redirected, billing: .refused, status: 302),
    ]

    static let beforeText: [Row] = [
        Row(behaviour: .closeBeforeHead, kind: .brokenStream, billing: .sent),
        Row(behaviour: .resetBeforeHead, kind: .brokenStream, billing: .sent),
        Row(behaviour: .closeBeforeToken, kind: .brokenStream, billing: .sent, status: 200),
        Row(behaviour: .errorBeforeToken, kind: .unavailable(retryAfter: nil), billing: .sent, status: 200),
        Row(behaviour: .compressed, kind: .invalidReply, billing: .sent, status: 200),
        Row(behaviour: .portal, kind: .invalidReply, billing: .sent, status: 200),
    ]

    static let inText: [Row] = [
        Row(behaviour: .endWithoutDone, kind: .brokenStream, billing: .partlyAnswered, status: 200),
        Row(
            behaviour: .aborted, kind: .unavailable(retryAfter: nil), billing: .partlyAnswered, status: 200,
            usage: CloudUsage(promptTokens: 21, completionTokens: 3)),
        Row(behaviour: .errorInStream, kind: .unavailable(retryAfter: nil), billing: .partlyAnswered, status: 200),
        Row(behaviour: .garbageInStream, kind: .invalidReply, billing: .partlyAnswered, status: 200),
        Row(behaviour: .giantLine, kind: .invalidReply, billing: .partlyAnswered, status: 200),
    ]

    @Test(
        "a refusal, or a failure before the first text, is told by its kind, with what it may have cost and no text",
        arguments: [false, true])
    func beforeTheFirstText(http2: Bool) async throws {
        try await Harness.run(http2: http2) { harness in
            for row in Self.refusals + Self.beforeText {
                let outcome = await harness.client.ask(row.behaviour)
                let failure = try #require(outcome.failure, "\(row.behaviour)")
                #expect(failure.kind == row.kind, "\(row.behaviour)")
                #expect(failure.billing == row.billing, "\(row.behaviour)")
                #expect(failure.status == row.status, "\(row.behaviour)")
                #expect(outcome.text.isEmpty, "\(row.behaviour)")
                #expect(Self.isSentence(failure.message), "\(failure.message)")
            }
        }
    }

    @Test("a failure in mid-stream leaves the text that came, and the usage where it came", arguments: [false, true])
    func inMidStream(http2: Bool) async throws {
        try await Harness.run(http2: http2) { harness in
            for row in Self.inText {
                let outcome = await harness.client.ask(row.behaviour)
                let failure = try #require(outcome.failure, "\(row.behaviour)")
                #expect(failure.kind == row.kind, "\(row.behaviour)")
                #expect(failure.billing == row.billing, "\(row.behaviour)")
                #expect(failure.usage == row.usage, "\(row.behaviour)")
                #expect(failure.requestID == "req-0001" && failure.inferenceID == "inf-0001", "\(row.behaviour)")
                #expect(outcome.text == "Paris is the", "\(row.behaviour)")
                #expect(Self.isSentence(failure.message), "\(failure.message)")
            }
        }
    }

    @Test(
        "a connection that closes or resets in mid-stream may take text with it, but never the reservation",
        arguments: [false, true])
    func brokenConnection(http2: Bool) async throws {
        try await Harness.run(http2: http2) { harness in
            for behaviour in [Behaviour.closeInStream, .resetInStream] {
                let outcome = await harness.client.ask(behaviour)
                let failure = try #require(outcome.failure)
                #expect(failure.kind == .brokenStream)
                #expect("Paris is the".hasPrefix(outcome.text))
                #expect(failure.billing == (outcome.text.isEmpty ? .sent : .partlyAnswered))
            }
        }
    }

    @Test("what is no HTTP is no answer")
    func garbage() async throws {
        try await Harness.run(NebiusDouble.always(.garbage)) { harness in
            let failure = try #require(await harness.client.ask().failure)
            #expect(failure.kind == .invalidReply && failure.billing == .sent)
        }
    }

    @Test("however badly it ends, a question that may have been charged is sent once", arguments: [false, true])
    func sentOnce(http2: Bool) async throws {
        try await Harness.run(http2: http2, adjust: { $0.retries.maxRetries = 3 }) { harness in
            var asked = 0
            for row in Self.beforeText + Self.inText + Self.refusals where row.billing.mayBeCharged {
                #expect(await harness.client.ask(row.behaviour).failure?.attempts == 1, "\(row.behaviour)")
                asked += 1
                #expect(harness.double.seen.requests.count == asked, "\(row.behaviour)")
            }
        }
    }

    /// One line that ends like a sentence.
    static func isSentence(_ message: String) -> Bool {
        message.hasSuffix(".") && !message.contains { $0.isNewline } && message.count < 500 && !message.contains("..")
    }
}
