import Kernels
import Testing

@testable import Transformer

@Suite("Guessing ahead")
struct PromptLookupTests {
    private func lookup(_ tokens: [Int32], capacity: Int = 1000) -> PromptLookup {
        var lookup = PromptLookup(capacity: capacity)
        for token in tokens { lookup.append(token) }
        return lookup
    }

    private func guesses(_ lookup: PromptLookup, _ count: Int) -> [Int32] {
        lookup.matched == 0 ? [] : (0..<count).map { lookup.guess($0) }
    }

    @Test("what followed the last tokens before is guessed to follow again, the latest occurrence first")
    func guess() {
        let lookup = lookup([1, 2, 3, 4, 5, 9, 1, 2, 3, 6, 7, 8, 1, 2, 3])
        #expect(lookup.matched == 3)
        #expect(guesses(lookup, 4) == [6, 7, 8, 1])
    }

    @Test("nothing is guessed where fewer than two tokens have stood together before")
    func none() {
        #expect(lookup([]).matched == 0)
        #expect(lookup([1, 2]).matched == 0)
        #expect(lookup([7, 2, 4, 3, 1, 2, 3]).matched == 0)
    }

    @Test("the length of the match is told, up to a limit", arguments: [2, 3, 20, 32, 40])
    func matchLength(length: Int) {
        let run = (1...Int32(length)).map { $0 }
        #expect(lookup([100] + run + [101, 102] + run).matched == min(length, 32))
    }

    @Test("a match goes on while none is longer, whatever stood after the latest two tokens since")
    func goesOn() {
        let lookup = lookup([1, 2, 3, 4, 5, 6, 9, 2, 3, 4, 8, 7, 1, 2, 3, 4])
        #expect(lookup.matched == 4)
        #expect(guesses(lookup, 2) == [5, 6])
    }

    @Test("a loop is guessed to go on")
    func loop() {
        #expect(guesses(lookup([5, 6, 5, 6, 5, 6]), 5) == [5, 6, 5, 6, 5])
        #expect(guesses(lookup([5, 5, 5, 5, 5]), 3) == [5, 5, 5])
    }

    @Test("beyond its capacity it guesses nothing")
    func full() {
        #expect(lookup([1, 2, 3, 4, 1, 2, 3], capacity: 6).matched == 0)
        #expect(lookup([1, 2, 3], capacity: 0).matched == 0)
    }

    @Test("every guess stood after the tokens that match, on random texts of few words")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let words = Int32.random(in: 2...40, using: &generator)
            let text = (0..<300).map { _ in Int32.random(in: 0..<words, using: &generator) }
            let lookup = lookup(text)
            guard lookup.matched > 0 else { continue }
            let wanted = Array(text.suffix(lookup.matched)) + guesses(lookup, 1)
            let stands = (0...text.count - wanted.count).contains { Array(text[$0..<$0 + wanted.count]) == wanted }
            #expect(stands, "\(wanted) stands nowhere")
        }
    }
}

@Suite("The pace of guessing")
struct DraftPaceTests {
    private let plain = Duration.milliseconds(4)

    @Test(
        "guesses that never come true cost less than three hundredths of the time, whatever a pass costs",
        arguments: [1, 2, 3], [3, 32])
    func hopeless(millisecondsPerGuess: Int, matched: Int) {
        var pace = DraftPace.ofContext
        var spent = Duration.zero
        let tokens = 60
        for _ in 0..<tokens {
            let guesses = pace.guesses(matched: matched, limit: 15)
            if guesses > 0 {
                let duration = plain + .milliseconds(millisecondsPerGuess * guesses)
                spent += duration
                pace.passed(matched: matched, guesses: guesses, accepted: 0, duration: duration)
            } else {
                spent += plain
                pace.passed(plain: plain)
                pace.couldHave(matched: matched, comeTrue: false)
            }
        }
        #expect(spent < plain * tokens * 103 / 100)
    }

    @Test("guesses that could have come true open the way to guessing, and to it again after losses")
    func encouraged() {
        var pace = DraftPace.ofContext
        pace.passed(plain: plain)
        #expect(pace.guesses(matched: 3, limit: 15) == 0)
        for _ in 0..<2 { pace.couldHave(matched: 3, comeTrue: true) }
        #expect(pace.guesses(matched: 3, limit: 15) > 0)
        while case let guesses = pace.guesses(matched: 20, limit: 15), guesses > 0 {
            pace.passed(matched: 20, guesses: guesses, accepted: 0, duration: plain + .milliseconds(guesses))
        }
        for _ in 0..<20 { pace.couldHave(matched: 20, comeTrue: true) }
        #expect(pace.guesses(matched: 20, limit: 15) > 3)
    }

    @Test("guesses that come true are soon made in full batches")
    func quoting() {
        var pace = DraftPace.ofContext
        pace.passed(plain: plain)
        var (passes, matched) = (0, 3)
        while case let guesses = pace.guesses(matched: matched, limit: 15), guesses < 15, passes < 20 {
            if guesses > 0 {
                pace.passed(
                    matched: matched, guesses: guesses, accepted: guesses, duration: plain + .milliseconds(guesses))
            } else {
                pace.passed(plain: plain)
                pace.couldHave(matched: matched, comeTrue: true)
            }
            passes += 1
            matched += guesses + 1
        }
        #expect(passes < 6)
    }

    @Test("luck does not last: after a long quotation, hopeless guesses end after a few")
    func afterLuck() {
        var pace = DraftPace.ofContext
        pace.passed(plain: plain)
        for _ in 0..<50 { pace.passed(matched: 32, guesses: 3, accepted: 3, duration: plain + .milliseconds(3)) }
        var lost = 0
        while case let guesses = pace.guesses(matched: 32, limit: 15), guesses > 0, lost < 100 {
            pace.passed(matched: 32, guesses: guesses, accepted: 0, duration: plain + .milliseconds(guesses))
            lost += guesses
        }
        #expect(lost <= 50)
    }
}

@Suite("The pace of a draft model")
struct DraftModelPaceTests {
    private static let plain = Duration.milliseconds(40)

    /// How many times faster `tokens` tokens are than without a draft, and how many passes had guesses.
    ///
    /// - Parameters:
    ///   - step: what a step of the draft costs, in plain tokens.
    ///   - expected: what is expected of it, where that is something else.
    ///   - agreement: how probable it is that a guess comes true.
    private func run(
        step: Double, expected: Double? = nil, agreement: Double, tokens: Int = 3_000
    ) -> (ratio: Double, passes: Int) {
        let window = 48
        var pace = DraftModelPace(relativeCost: expected ?? step)
        var random = SplitMix64(seed: 7)
        var (done, unread, passes) = (0, window, 0)
        var spent = Duration.zero
        while done < tokens {
            let guesses = pace.guesses(unread: unread, limit: 15)
            guard guesses > 0 else {
                spent += Self.plain
                pace.passed(plain: Self.plain)
                (done, unread) = (done + 1, min(window, unread + 1))
                continue
            }
            var accepted = 0
            while accepted < guesses, Double(random.next() % 1_000) < agreement * 1_000 { accepted += 1 }
            let pass = DraftModelPace.Pass(
                unread: unread, steps: guesses, guesses: guesses, accepted: accepted,
                reading: Self.plain * (step / 8) * (unread > DraftModelPace.readAlong ? unread : 0),
                guessing: Self.plain * step * guesses,
                checking: Self.plain * (1 + 0.15 * Double(guesses)))
            spent += pass.reading + pass.guessing + pass.checking
            pace.passed(pass)
            (done, unread, passes) = (done + accepted + 1, 1, passes + 1)
        }
        return (Self.plain * done / spent, passes)
    }

    @Test(
        "costs less than three hundredths where it does not pay, also where less was expected of it",
        arguments: [0.1, 0.4, 1.0, 3.0], [0.0, 0.3, 0.5])
    func hopeless(step: Double, agreement: Double) {
        for expected in [step / 1.5, step] {
            for tokens in [50, 400, 3_000] {
                let ratio = run(step: step, expected: expected, agreement: agreement, tokens: tokens).ratio
                #expect(ratio >= 0.97, "a step of \(step), expected \(expected), \(tokens) tokens")
            }
        }
    }

    @Test(
        "pays where a cheap draft is right most often", arguments: [(0.1, 0.8, 1.5), (0.2, 0.8, 1.3), (0.4, 0.9, 1.15)])
    func pays(step: Double, agreement: Double, least: Double) {
        let run = run(step: step, agreement: agreement)
        #expect(run.ratio > least && run.passes > 100, "× \(run.ratio) in \(run.passes) passes")
    }

    @Test("a draft as dear as the model itself is not asked at all")
    func dear() {
        #expect(run(step: 1, agreement: 1).passes == 0)
    }
}
