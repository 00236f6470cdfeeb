import TestSupport
import AssistantCore
import Testing

@testable import Routing

@Suite("Circuit breaker against a naive model")
struct CircuitBreakerModelTests {
    /// A breaker as one would first write it down: a history that is looked through for every question. Time is in whole
    /// seconds, chance is nil.
    private struct Naive {
        struct Entry {
            enum What { case answered, failed, abandoned, changed, blocked, probeSent }
            var what: What
            var time: Int
            /// How many entries that changed the state in kind came before.
            var openings = 0
        }

        var history: [Entry] = []
        var heldUntil = 0
        let allowedFails = 3

        private var sinceChange: ArraySlice<Entry> {
            history[(history.lastIndex { $0.what == .changed }.map { $0 + 1 } ?? 0)...]
        }

        var isBlocked: Bool { sinceChange.contains { $0.what == .blocked } }

        /// The time until which the latest run of failures keeps it open, and whether it is open or half-open at all.
        var openUntil: Int? {
            let run = sinceChange[
                (sinceChange.lastIndex { $0.what == .answered }.map { $0 + 1 } ?? sinceChange.startIndex)...]
            let fails = run.filter { $0.what == .failed }
            guard fails.count >= allowedFails, let last = fails.last else { return nil }
            let cooldown = min(10 << min(fails.count - allowedFails, 10), 60)
            return last.time + cooldown
        }

        var isProbing: Bool {
            guard openUntil != nil, let probe = history.lastIndex(where: { $0.what == .probeSent }) else {
                return false
            }
            return probe == history.endIndex - 1
        }

        mutating func admits(at time: Int) -> Bool {
            guard time >= heldUntil, !isBlocked else { return false }
            guard let openUntil else { return true }
            guard time >= openUntil, !isProbing else { return false }
            history.append(Entry(what: .probeSent, time: time))
            return true
        }
    }

    @Test("Random sequences of events give the same admissions", arguments: 0..<40 as Range<UInt64>)
    func sequences(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = ContinuousClock.now
        var time = 0
        var breaker = CircuitBreaker(
            .init(allowedFails: 3, cooldown: .seconds(10), maxCooldown: .seconds(60), jitter: 0))
        var naive = Naive()
        for step in 0..<500 {
            if Int.random(in: 0..<3, using: &random) == 0 { time += Int.random(in: 0..<25, using: &random) }
            if Int.random(in: 0..<40, using: &random) == 0 {
                breaker.configurationChanged()
                naive.history.append(.init(what: .changed, time: time))
                naive.heldUntil = 0
            }
            let now = start + .seconds(time)
            let admitsBefore = breaker.state(at: now).admits
            let ticket = breaker.admit(at: now)
            #expect(admitsBefore == (ticket != nil))
            #expect(naive.admits(at: time) == (ticket != nil), "seed \(seed), step \(step)")
            guard let ticket else { continue }
            // A probe may be left without an outcome for a while: nothing else passes meanwhile.
            if ticket.isProbe, Bool.random(using: &random) {
                time += 100
                #expect(breaker.admit(at: start + .seconds(time)) == nil)
            }
            finish(ticket, &breaker, &naive, at: time, start: start, using: &random)
        }
    }

    private func finish(
        _ ticket: CircuitBreaker.Ticket, _ breaker: inout CircuitBreaker, _ naive: inout Naive, at time: Int,
        start: ContinuousClock.Instant, using random: inout SeededGenerator
    ) {
        let now = start + .seconds(time)
        let (outcome, what): (CircuitBreaker.Outcome, Naive.Entry.What) =
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<6: (.failed(random.pick([.unreachable, .timeout(.stall), .tls, .brokenStream])), .failed)
            case 6, 7: (.answered, .answered)
            case 8: (.abandoned, .abandoned)
            case 9: (.failed(.rateLimited(retryAfter: .seconds(15))), .abandoned)
            case 10: (.failed(.contextOverflow(limit: nil, requested: nil)), .abandoned)
            default: (.failed(random.pick([.unauthorised, .budgetExhausted, .modelUnknown])), .blocked)
            }
        if outcome == .failed(.rateLimited(retryAfter: .seconds(15))) { naive.heldUntil = time + 15 }
        breaker.record(outcome, of: ticket, at: now, random: 0)
        naive.history.append(.init(what: what, time: time))
    }
}
