import AssistantCore
import Testing

@testable import Routing

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private let settings = CircuitBreaker.Settings(
        allowedFails: 2, cooldown: .seconds(10), maxCooldown: .seconds(35), jitter: 0.5, maxRetryAfter: .seconds(100))

    private func admit(
        _ breaker: inout CircuitBreaker, at now: ContinuousClock.Instant
    ) throws -> CircuitBreaker.Ticket {
        let ticket = breaker.admit(at: now)
        return try #require(ticket)
    }

    private func fail(
        _ breaker: inout CircuitBreaker, _ kind: CloudFailure.Kind = .unreachable, at now: ContinuousClock.Instant,
        random: Double = 0
    ) throws {
        let ticket = try admit(&breaker, at: now)
        breaker.record(.failed(kind), of: ticket, at: now, random: random)
    }

    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker(settings)
        try fail(&breaker, at: start)
        try fail(&breaker, at: start)
        return breaker
    }

    @Test("Failures in a row open it, one success in between begins the count anew")
    func opens() throws {
        var breaker = CircuitBreaker(settings)
        try fail(&breaker, at: start)
        #expect(breaker.state(at: start) == .closed(fails: 1))
        let ticket = try admit(&breaker, at: start)
        breaker.record(.answered, of: ticket, at: start, random: 0)
        try fail(&breaker, at: start)
        try fail(&breaker, at: start)
        #expect(breaker.state(at: start) == .open(for: .seconds(10)))
        #expect(breaker.admit(at: start + .milliseconds(9_999)) == nil)
    }

    @Test(
        "After the cool-down one probe passes; its success closes, its failure opens for twice as long up to the most")
    func probes() throws {
        var breaker = try opened()
        var now = start
        for cooldown in [10, 20, 35, 35] {
            now += .seconds(cooldown)
            #expect(breaker.state(at: now) == .halfOpen)
            let probe = try admit(&breaker, at: now)
            #expect(probe.isProbe)
            #expect(breaker.admit(at: now) == nil, "one probe at a time")
            #expect(breaker.state(at: now) == .probing)
            breaker.record(.failed(.timeout(.stall)), of: probe, at: now, random: 0)
        }
        now += .seconds(35)
        let ticket = try admit(&breaker, at: now)
        breaker.record(.answered, of: ticket, at: now, random: 0)
        #expect(breaker.state(at: now) == .closed(fails: 0))
        try fail(&breaker, at: now)
        try fail(&breaker, at: now)
        #expect(breaker.state(at: now) == .open(for: .seconds(10)), "a success forgets how often it was open")
    }

    @Test("Chance makes a cool-down longer, never shorter", arguments: [0, 0.5, 1, -3, 7, .nan])
    func jitter(random: Double) throws {
        var breaker = CircuitBreaker(settings)
        try fail(&breaker, at: start)
        try fail(&breaker, at: start, random: random)
        guard case .open(let rest) = breaker.state(at: start) else {
            Issue.record("not open")
            return
        }
        #expect((.seconds(10)...(.seconds(15))).contains(rest))
    }

    @Test("A probe that is given up gives its place back")
    func abandonedProbe() throws {
        var breaker = try opened()
        let now = start + .seconds(10)
        var ticket = try admit(&breaker, at: now)
        breaker.record(.abandoned, of: ticket, at: now, random: 0)
        #expect(breaker.state(at: now) == .halfOpen)
        ticket = try admit(&breaker, at: now)
        breaker.record(.failed(.badRequest), of: ticket, at: now, random: 0)
        #expect(breaker.state(at: now) == .halfOpen, "a bad request says nothing about the cloud")
    }

    @Test("A 429 is no failure, and its pause is kept within reason")
    func rateLimited() throws {
        var breaker = CircuitBreaker(settings)
        for _ in 0..<10 { try fail(&breaker, .rateLimited(retryAfter: nil), at: start) }
        #expect(breaker.state(at: start) == .closed(fails: 0))
        try fail(&breaker, .rateLimited(retryAfter: .seconds(7)), at: start)
        #expect(breaker.state(at: start) == .rateLimited(for: .seconds(7)))
        #expect(breaker.admit(at: start + .seconds(6)) == nil)
        let now = start + .seconds(7)
        #expect(breaker.state(at: now) == .closed(fails: 0))
        try fail(&breaker, .rateLimited(retryAfter: .seconds(1_000_000_000)), at: now)
        #expect(breaker.state(at: now) == .rateLimited(for: .seconds(100)))
    }

    @Test("A shorter pause never shortens a longer one")
    func longerPauseHolds() throws {
        var breaker = CircuitBreaker(settings)
        let first = try admit(&breaker, at: start)
        let second = try admit(&breaker, at: start)
        breaker.record(.failed(.rateLimited(retryAfter: .seconds(50))), of: first, at: start, random: 0)
        breaker.record(.failed(.unavailable(retryAfter: .seconds(5))), of: second, at: start, random: 0)
        #expect(breaker.state(at: start) == .rateLimited(for: .seconds(50)))
    }

    @Test(
        "What only a person can mend blocks until something is changed",
        arguments: [
            .noCredential, .unauthorised, .budgetExhausted, .modelUnknown, .refusedPlainHTTP, .redirected,
        ] as [CloudFailure.Kind])
    func blocks(kind: CloudFailure.Kind) throws {
        var breaker = CircuitBreaker(settings)
        try fail(&breaker, kind, at: start)
        #expect(breaker.state(at: start + .seconds(1_000_000)) == .blocked(kind))
        #expect(breaker.admit(at: start + .seconds(1_000_000)) == nil)
        #expect(breaker.state(at: start).sentence?.contains(":") == true)
        breaker.configurationChanged()
        #expect(breaker.admit(at: start) != nil)
    }

    @Test("What an earlier episode's request comes back with changes nothing")
    func staleTickets() throws {
        var breaker = CircuitBreaker(settings)
        let slow = try admit(&breaker, at: start)
        try fail(&breaker, at: start)
        try fail(&breaker, at: start)
        let open = breaker
        for outcome: CircuitBreaker.Outcome in [.answered, .abandoned, .failed(.unauthorised), .failed(.unreachable)] {
            breaker.record(outcome, of: slow, at: start, random: 0)
            #expect(breaker == open)
        }
    }

    @Test("Words are empty only where all is well")
    func words() {
        let states: [BreakerState] = [
            .closed(fails: 1), .open(for: .milliseconds(1)), .halfOpen, .probing, .rateLimited(for: .seconds(2)),
            .blocked(.unauthorised),
        ]
        #expect(BreakerState.closed(fails: 0).words.isEmpty)
        for state in states {
            #expect(!state.words.isEmpty)
            #expect(state.admits == (state.sentence == nil))
        }
        #expect(BreakerState.open(for: .milliseconds(1)).words == "cloud down, again in 1 s")
        #expect(BreakerState.blocked(.unauthorised).words == "cloud blocked: key refused")
    }
}
