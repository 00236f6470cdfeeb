/// When a failed request to the cloud is sent again, and after which pause. A pure value: the attempt's number and
/// randomness come in.
///
/// A request is repeated only where that cannot cost twice and nobody has read a part of the answer: before the first
/// visible text, where nothing was sent or the server refused.
package struct RetryPolicy: Sendable, Hashable {
    /// How often a request is repeated at most, after the first attempt; 0 never repeats.
    package var maxRetries: Int
    /// The pause before the first repetition, before jitter. It doubles from one repetition to the next.
    package var initialDelay: Duration
    /// No pause of our own choice is longer.
    package var maxDelay: Duration
    /// A server that asks for a longer pause than this is not waited for: somebody sits before the screen.
    package var maxRetryAfter: Duration

    package init(
        maxRetries: Int = 2, initialDelay: Duration = .milliseconds(400), maxDelay: Duration = .seconds(8),
        maxRetryAfter: Duration = .seconds(10)
    ) {
        self.maxRetries = maxRetries
        self.initialDelay = initialDelay
        self.maxDelay = maxDelay
        self.maxRetryAfter = maxRetryAfter
    }

    /// What to do about a failure.
    package enum Decision: Sendable, Hashable {
        case retry(after: Duration)
        case giveUp(GiveUpReason)
    }

    /// Why a request is not sent again.
    package enum GiveUpReason: String, Sendable, Hashable {
        /// A part of the answer has been shown.
        case answerBegun = "answer_begun"
        /// The failed attempt may be charged, so another could cost twice.
        case mayBeCharged = "may_be_charged"
        /// It would fail in the same way.
        case pointless
        /// All repetitions are used up.
        case exhausted
        /// The server asks for a longer pause than anybody would wait.
        case waitTooLong = "wait_too_long"
    }

    /// Decides about attempt number `attempt` (from 1) that has failed.
    ///
    /// - Parameters:
    ///   - isAnswerVisible: whether any text of the reply, reasoning included, has been passed on.
    ///   - random: uniform in 0 ..< 1; half of each pause depends on it, so that many devices do not come back together.
    package func decision(
        after failure: CloudFailure, attempt: Int, isAnswerVisible: Bool, random: Double
    ) -> Decision {
        if isAnswerVisible { return .giveUp(.answerBegun) }
        if failure.billing.mayBeCharged { return .giveUp(.mayBeCharged) }
        guard failure.kind.mayPass else { return .giveUp(.pointless) }
        guard attempt <= maxRetries else { return .giveUp(.exhausted) }
        let pause = backoff(beforeRetry: max(1, attempt), random: random)
        guard let asked = failure.kind.retryAfter, asked > .zero else { return .retry(after: pause) }
        guard asked <= maxRetryAfter else { return .giveUp(.waitTooLong) }
        return .retry(after: max(pause, asked + initialDelay * clamped(random)))
    }

    /// Half to all of `initialDelay` × 2^(retry − 1), at most `maxDelay`.
    private func backoff(beforeRetry retry: Int, random: Double) -> Duration {
        var delay = initialDelay
        for _ in 1..<min(retry, 32) where delay < maxDelay { delay *= 2 }
        return min(delay, maxDelay) * (0.5 + 0.5 * clamped(random))
    }

    private func clamped(_ random: Double) -> Double {
        random.isFinite ? min(max(random, 0), 1) : 0.5
    }
}

extension CloudFailure.Kind {
    /// Whether the same request may succeed a moment later.
    package var mayPass: Bool {
        switch self {
        case .rateLimited, .unavailable, .timeout, .brokenStream, .unreachable: true
        case .noCredential, .unauthorised, .budgetExhausted, .modelUnknown, .contextOverflow, .badRequest,
            .invalidReply, .tls, .refusedPlainHTTP, .redirected, .cancelled, .withheld:
            false
        }
    }

    /// The pause that the server asked for.
    package var retryAfter: Duration? {
        switch self {
        case .rateLimited(let pause), .unavailable(let pause): pause
        default: nil
        }
    }
}
