import Foundation
import SpeechText
import Synchronization
import Testing

@testable import Flite

/// The real library, which is linked.
@Suite("flite") struct FliteVoiceTests {
    private final class Sound: Sendable {
        private let samples = Mutex<[Float]>([])
        private let pieces = Mutex(0)

        var all: [Float] { samples.withLock { $0 } }
        var pieceCount: Int { pieces.withLock { $0 } }

        func take(_ more: [Float]) -> Bool {
            samples.withLock { $0 += more }
            pieces.withLock { $0 += 1 }
            return true
        }
    }

    private func sound(_ text: String, _ end: SpokenClause.End = .stop) async throws -> [Float] {
        let sound = Sound()
        #expect(try await FliteVoice().say([SpokenClause(text, end)]) { sound.take($0) })
        return sound.all
    }

    @Test("a sentence becomes sound of a voice's length and level, in pieces")
    func sentence() async throws {
        let sound = Sound()
        let clauses = [SpokenClause("the kettle has boiled", .comma), SpokenClause("and the tea is ready", .stop)]
        #expect(try await FliteVoice().say(clauses) { sound.take($0) })
        let seconds = Double(sound.all.count) / 16_000
        #expect(2...6 ~= seconds, "\(seconds) s")
        #expect(sound.pieceCount > 20, "\(sound.pieceCount) pieces")
        let level = (sound.all.reduce(0) { $0 + $1 * $1 } / Float(sound.all.count)).squareRoot()
        #expect(0.02...0.3 ~= level && sound.all.allSatisfy { -1...1 ~= $0 }, "level \(level)")
    }

    @Test("every sentence has sound, which is as long as it takes to say it")
    func sentences() async throws {
        for text in ["It is two", "The two", "Hello", "seven green bottles", "It is 9 oh 5", "A big dog", "I"] {
            let seconds = Double(try await sound(text).count) / 16_000
            #expect(0.3 + 0.1 * Double(text.split(separator: " ").count)...3 ~= seconds, "\(text): \(seconds) s")
        }
    }

    @Test("whoever wants no more hears no more, and the next sentence is whole")
    func stopping() async throws {
        let whole = try await sound("one two three four five six seven eight nine ten")
        let count = Mutex(0)
        let isWhole = try await FliteVoice().say([
            SpokenClause("one two three four five six seven eight nine ten", .stop), SpokenClause("eleven", .stop),
        ]) { samples in
            count.withLock { $0 += samples.count }
            return count.withLock { $0 } < 8_000
        }
        #expect(!isWhole && count.withLock { $0 } < 8_000 + 2_000 && whole.count > 30_000)
        // flite's noise is another each time, its length is not.
        #expect(try await sound("one two three four five six seven eight nine ten").count == whole.count)
    }

    @Test("a task that is cancelled ends at once, in the middle of a sentence")
    func cancellation() async throws {
        let text = String(repeating: "a long sentence that goes on and on ", count: 200)
        let begun = AsyncStream<Void>.makeStream()
        let task = Task {
            try await FliteVoice().say([SpokenClause(text, .stop)]) { _ in
                begun.continuation.yield()
                // As fast as a speaker would be at most.
                Thread.sleep(forTimeInterval: 0.005)
                return true
            }
        }
        for await _ in begun.stream { break }
        task.cancel()
        // To its end it would take minutes.
        #expect(try await task.value == false)
    }

    @Test("many at once are said one after the other, each as long as alone")
    func together() async throws {
        let alone = try await sound("seven green bottles").count
        #expect(alone > 10_000)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 { group.addTask { try await sound("seven green bottles").count } }
            for try await other in group { #expect(other == alone) }
        }
    }

    @Test("what flite gets are letters, digits, apostrophes, blanks and marks, in portions and words that end")
    func text() {
        func texts(_ text: String) -> [String] { FliteText.utterances(of: [SpokenClause(text, .stop)]) }
        #expect(texts("It's a café in Zürich, Straße 9") == ["It's a cafe in Zurich Strasse 9."])
        #expect(texts("日本語 🙂 \u{1B}[2J") == ["2J."])
        #expect(texts(" \u{0} '' — ").isEmpty)
        #expect(
            FliteText.utterances(of: [
                SpokenClause("so", .comma), SpokenClause("", .colon), SpokenClause("yes", .question),
            ])
                == ["so, yes?"])
        for hostile in [
            String(repeating: "x", count: 10_000), String(repeating: "9", count: 5_000),
            String(repeating: "a b ", count: 5_000),
            "e" + String(repeating: "\u{301}", count: 5_000), String(repeating: "ﷺ", count: 500),
            String((0..<0x3000).compactMap { Unicode.Scalar($0).map(Character.init) }),
        ] {
            for text in texts(hostile) {
                #expect(text.utf8.count <= 340 && !text.isEmpty)
                #expect(text.wholeMatch(of: /[A-Za-z0-9 '.,:;?!]+/) != nil)
                #expect(text.split(separator: " ").allSatisfy { $0.count <= 33 })
            }
            #expect(texts(hostile).count < 300)
        }
    }

    @Test("hostile texts are said or left out, in bounded time")
    func hostile() async throws {
        var chance = SystemRandomNumberGenerator()
        let pieces = [
            String(repeating: "x", count: 2_000), String(repeating: "9", count: 400), "'''", "zzzzzzzzzz", "AEIOU", "q",
            "\u{0}", "%s%n", "0",
            "I'd've", "dr st rd mr", "MCMXCIX", "1e999", "the", "ß", "日本語", "a'", "'s", "-----", "www.example.com",
            "x1y2z3",
        ]
        for _ in 0..<20 {
            let text = (0..<Int.random(in: 1...6, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? ""
            }
            .joined(separator: Bool.random(using: &chance) ? " " : "")
            let made = try await sound(text, [.stop, .comma, .question, .colon].randomElement(using: &chance) ?? .stop)
            #expect(made.count < 16_000 * 100, "\(text.prefix(80))")
        }
        #expect(try await sound("日本語").isEmpty)
        #expect(try await sound("ready").count > 3_000)
    }
}
