import AssistantCore
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
    let policy = RetryPolicy(
        maxRetries: 3, initialDelay: .milliseconds(400), maxDelay: .seconds(1), maxRetryAfter: .seconds(10))

    private func failure(
        _ kind: CloudFailure.Kind, billing: CloudFailure.Billing = .nothingSent
    ) -> CloudFailure {
        CloudFailure(kind, billing: billing, message: "")
    }

    private func decide(
        _ kind: CloudFailure.Kind, billing: CloudFailure.Billing = .nothingSent, attempt: Int = 1,
        visible: Bool = false, random: Double = 1
    ) -> RetryPolicy.Decision {
        policy.decision(
            after: failure(kind, billing: billing), attempt: attempt, isAnswerVisible: visible, random: random)
    }

    @Test("Pauses double up to the longest, and half of each depends on chance")
    func backoff() {
        #expect(decide(.unreachable, attempt: 1) == .retry(after: .milliseconds(400)))
        #expect(decide(.unreachable, attempt: 1, random: 0) == .retry(after: .milliseconds(200)))
        #expect(decide(.unreachable, attempt: 2) == .retry(after: .milliseconds(800)))
        #expect(decide(.unreachable, attempt: 3) == .retry(after: .seconds(1)))
        #expect(decide(.unreachable, attempt: 4) == .giveUp(.exhausted))
        #expect(decide(.unreachable, attempt: .max) == .giveUp(.exhausted))
        #expect(decide(.unreachable, random: .nan) == .retry(after: .milliseconds(300)))
    }

    @Test("A pause that the server asks for is kept, and one that nobody would wait for ends the attempts")
    func retryAfter() {
        let limited = CloudFailure.Kind.rateLimited(retryAfter: .seconds(3))
        #expect(decide(limited, billing: .refused, random: 0) == .retry(after: .seconds(3)))
        #expect(decide(limited, billing: .refused, random: 0.5) == .retry(after: .milliseconds(3_200)))
        #expect(decide(.rateLimited(retryAfter: .seconds(11)), billing: .refused) == .giveUp(.waitTooLong))
        #expect(decide(.unavailable(retryAfter: .seconds(-5)), billing: .refused) == .retry(after: .milliseconds(400)))
        #expect(decide(.rateLimited(retryAfter: nil), billing: .refused) == .retry(after: .milliseconds(400)))
    }

    @Test("Nothing is repeated that was read, that may be charged, or that would fail again")
    func givesUp() {
        #expect(decide(.unreachable, visible: true) == .giveUp(.answerBegun))
        #expect(decide(.brokenStream, billing: .sent) == .giveUp(.mayBeCharged))
        #expect(decide(.brokenStream, billing: .partlyAnswered) == .giveUp(.mayBeCharged))
        let hopeless: [CloudFailure.Kind] = [
            .noCredential, .unauthorised, .budgetExhausted, .modelUnknown, .contextOverflow(limit: 1, requested: 2),
            .badRequest, .invalidReply, .tls, .refusedPlainHTTP, .redirected, .cancelled, .withheld,
        ]
        for kind in hopeless { #expect(decide(kind, billing: .refused) == .giveUp(.pointless)) }
        #expect(
            RetryPolicy(maxRetries: 0).decision(
                after: failure(.unreachable), attempt: 1, isAnswerVisible: false, random: 0) == .giveUp(.exhausted))
    }
}
