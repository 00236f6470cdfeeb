import Testing

@testable import Transformer

@Suite("Guessing ahead")
struct PromptLookupTests {
    private func lookup(_ tokens: [Int32], capacity: Int = 1000) -> PromptLookup {
        var lookup = PromptLookup(capacity: capacity)
        for token in tokens { lookup.append(token) }
        return lookup
    }

    @Test("what followed the last three tokens before is guessed to follow again, the latest occurrence first")
    func guess() {
        let lookup = lookup([1, 2, 3, 4, 5, 9, 1, 2, 3, 6, 7, 8, 1, 2, 3])
        #expect(Array(lookup.guess(limit: 4)) == [6, 7, 8, 1])
        #expect(Array(lookup.guess(limit: 2)) == [6, 7])
        #expect(lookup.guess(limit: 0).isEmpty)
    }

    @Test("nothing is guessed where fewer than three tokens have stood together before")
    func none() {
        #expect(lookup([]).guess(limit: 8).isEmpty)
        #expect(lookup([1, 2]).guess(limit: 8).isEmpty)
        #expect(lookup([7, 2, 3, 4, 1, 2, 3]).guess(limit: 8).isEmpty)
    }

    @Test("a loop is guessed to go on, as far as it is known")
    func loop() {
        #expect(Array(lookup([5, 6, 5, 6, 5, 6]).guess(limit: 8)) == [5, 6])
        #expect(Array(lookup([5, 5, 5, 5, 5]).guess(limit: 8)) == [5])
    }

    @Test("beyond its capacity it guesses nothing")
    func full() {
        #expect(lookup([1, 2, 3, 4, 1, 2, 3], capacity: 6).guess(limit: 8).isEmpty)
        #expect(lookup([1, 2, 3], capacity: 0).guess(limit: 8).isEmpty)
    }

    @Test("every guess stood after the same three tokens, on random texts of few words")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let words = Int32.random(in: 2...40, using: &generator)
            let text = (0..<300).map { _ in Int32.random(in: 0..<words, using: &generator) }
            let guess = Array(lookup(text).guess(limit: 5))
            guard !guess.isEmpty else { continue }
            let wanted = Array(text.suffix(3)) + guess
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
        arguments: [1, 2, 3])
    func hopeless(millisecondsPerGuess: Int) {
        var pace = DraftPace()
        var spent = Duration.zero
        let tokens = 200
        for _ in 0..<tokens {
            let guesses = pace.limit(15)
            if guesses > 0 {
                let duration = plain + .milliseconds(millisecondsPerGuess * guesses)
                spent += duration
                pace.passed(guesses: guesses, accepted: 0, duration: duration)
            } else {
                spent += plain
                pace.passed(plain: plain)
            }
        }
        #expect(spent < plain * tokens * 103 / 100)
    }

    @Test("guesses that come true are soon made in full batches")
    func quoting() {
        var pace = DraftPace()
        pace.passed(plain: plain)
        var passes = 0
        while pace.limit(15) < 15, passes < 20 {
            let guesses = pace.limit(15)
            #expect(guesses > 0)
            pace.passed(guesses: guesses, accepted: guesses, duration: plain + .milliseconds(guesses))
            passes += 1
        }
        #expect(passes < 6)
    }

    @Test("luck does not last: after a long quotation, hopeless guesses end after a few")
    func afterLuck() {
        var pace = DraftPace()
        pace.passed(plain: plain)
        for _ in 0..<50 { pace.passed(guesses: 3, accepted: 3, duration: plain + .milliseconds(3)) }
        var lost = 0
        while case let guesses = pace.limit(15), guesses > 0, lost < 100 {
            pace.passed(guesses: guesses, accepted: 0, duration: plain + .milliseconds(guesses))
            lost += guesses
        }
        #expect(lost <= 40)
    }
}
