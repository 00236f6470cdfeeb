package import AssistantCore

/// Keeps a device from asking a cloud that does not answer: closed, open, half-open. A pure machine; time and randomness
/// come in.
///
/// `allowedFails` failures in a row open it for `cooldown`. Then one request is let through as a probe: its success closes
/// the breaker, its failure opens it again, for twice as long each time up to `maxCooldown`. A 429 counts as no failure,
/// but its `Retry-After` is waited for. What only a person can mend (a refused key, an exhausted account, a model that is
/// gone) blocks until the configuration changes.
///
/// Requests may overlap. Each admission is a ``Ticket``; what an earlier episode's request comes back with no longer
/// changes a later one.
package struct CircuitBreaker: Sendable, Hashable {
    package struct Settings: Sendable, Hashable {
        /// Failures in a row that open the breaker (≥ 1).
        package var allowedFails: Int
        /// How long it stays open the first time.
        package var cooldown: Duration
        /// The longest that it stays open.
        package var maxCooldown: Duration
        /// The part of a cool-down that is added by chance at most, so that many devices do not come back together.
        package var jitter: Double
        /// The longest `Retry-After` that is believed.
        package var maxRetryAfter: Duration

        package init(
            allowedFails: Int = 3, cooldown: Duration = .seconds(30), maxCooldown: Duration = .seconds(600),
            jitter: Double = 0.2, maxRetryAfter: Duration = .seconds(3600)
        ) {
            self.allowedFails = max(1, allowedFails)
            self.cooldown = max(.zero, cooldown)
            self.maxCooldown = max(max(.zero, cooldown), maxCooldown)
            self.jitter = jitter.isFinite ? min(max(jitter, 0), 1) : 0
            self.maxRetryAfter = max(.zero, maxRetryAfter)
        }
    }

    /// Proof of one admitted request; give it back with what became of it.
    package struct Ticket: Sendable, Hashable {
        fileprivate let episode: Int
        /// Whether this request decides if the breaker closes.
        package let isProbe: Bool
    }

    /// What became of an admitted request.
    package enum Outcome: Sendable, Hashable {
        case answered
        case failed(CloudFailure.Kind)
        /// Given up by us before there was an outcome: says nothing about the cloud.
        case abandoned
    }

    private enum State: Sendable, Hashable {
        case closed(fails: Int)
        case open(until: ContinuousClock.Instant)
        case halfOpen(isProbing: Bool)
        case blocked(CloudFailure.Kind)
    }

    package let settings: Settings
    private var state = State.closed(fails: 0)
    /// Grows whenever the state changes in kind; tickets of an older episode are stale.
    private var episode = 0
    /// Cool-downs since the last success.
    private var openings = 0
    /// The end of the pause that a 429 asked for.
    private var heldUntil: ContinuousClock.Instant?

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Asks to send a request now; `nil` where it must not be sent. An open breaker whose time is over lets one through.
    package mutating func admit(at now: ContinuousClock.Instant) -> Ticket? {
        if let heldUntil, now < heldUntil { return nil }
        heldUntil = nil
        switch state {
        case .closed:
            return Ticket(episode: episode, isProbe: false)
        case .open(let until):
            guard now >= until else { return nil }
        case .halfOpen(let isProbing):
            guard !isProbing else { return nil }
        case .blocked:
            return nil
        }
        enter(.halfOpen(isProbing: true))
        return Ticket(episode: episode, isProbe: true)
    }

    /// Takes in what became of an admitted request; each ticket is given back once.
    ///
    /// - Parameter random: uniform in 0 ..< 1.
    package mutating func record(
        _ outcome: Outcome, of ticket: Ticket, at now: ContinuousClock.Instant, random: Double
    ) {
        guard ticket.episode == episode else { return }
        switch outcome {
        case .answered:
            openings = 0
            settle(.closed(fails: 0), after: ticket)
        case .abandoned:
            release(ticket)
        case .failed(let kind):
            record(kind, of: ticket, at: now, random: random)
        }
    }

    /// Something was changed by a person (key, model, address): blocked or not, begin anew.
    package mutating func configurationChanged() {
        openings = 0
        heldUntil = nil
        enter(.closed(fails: 0))
    }

    /// What a router and a status line need to know.
    package func state(at now: ContinuousClock.Instant) -> BreakerState {
        let wait = heldUntil.map { now.duration(to: $0) } ?? .zero
        switch state {
        case .blocked(let kind): return .blocked(kind)
        case .open(let until) where now < until: return .open(for: now.duration(to: until))
        case _ where wait > .zero: return .rateLimited(for: wait)
        case .open, .halfOpen(isProbing: false): return .halfOpen
        case .halfOpen(isProbing: true): return .probing
        case .closed(let fails): return .closed(fails: fails)
        }
    }

    private mutating func record(
        _ kind: CloudFailure.Kind, of ticket: Ticket, at now: ContinuousClock.Instant, random: Double
    ) {
        if let pause = kind.retryAfter { hold(for: pause, at: now) }
        switch kind.effectOnBreaker {
        case .none:
            release(ticket)
        case .block:
            enter(.blocked(kind))
        case .fail:
            if case .closed(let fails) = state, fails + 1 < settings.allowedFails {
                state = .closed(fails: fails + 1)
            } else {
                enter(.open(until: now + nextCooldown(random)))
            }
        }
    }

    /// A request that said nothing about the cloud gives its place back.
    private mutating func release(_ ticket: Ticket) {
        if ticket.isProbe { settle(.halfOpen(isProbing: false), after: ticket) }
    }

    private mutating func settle(_ next: State, after ticket: Ticket) {
        if ticket.isProbe { enter(next) } else { state = next }
    }

    private mutating func enter(_ next: State) {
        state = next
        episode += 1
    }

    private mutating func hold(for pause: Duration, at now: ContinuousClock.Instant) {
        let end = now + min(max(pause, .zero), settings.maxRetryAfter)
        heldUntil = max(heldUntil ?? end, end)
    }

    private mutating func nextCooldown(_ random: Double) -> Duration {
        var length = settings.cooldown
        for _ in 0..<min(openings, 32) where length < settings.maxCooldown { length *= 2 }
        openings += 1
        let chance = random.isFinite ? min(max(random, 0), 1) : 0.5
        return min(length, settings.maxCooldown) * (1 + settings.jitter * chance)
    }
}

extension CloudFailure.Kind {
    fileprivate enum EffectOnBreaker { case none, fail, block }

    fileprivate var effectOnBreaker: EffectOnBreaker {
        switch self {
        case .unavailable, .timeout, .brokenStream, .invalidReply, .tls, .unreachable: .fail
        case .noCredential, .unauthorised, .budgetExhausted, .modelUnknown, .refusedPlainHTTP, .redirected: .block
        case .rateLimited, .contextOverflow, .badRequest, .cancelled, .withheld: .none
        }
    }
}
