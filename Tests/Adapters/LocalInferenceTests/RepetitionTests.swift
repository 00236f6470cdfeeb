import AssistantCore
import Testing
import Transformer

@testable import LocalInference

@Suite("Repetition that was asked for")
struct RepetitionTests {
    private static let model = Task { try await DefaultModel.load() }

    /// What the detector finds in an answer as the default model's tokens.
    private func loop(in answer: String, to request: String) async throws -> LoopDetector.Loop? {
        let engine = try await LocalEngine(Self.model.value)
        let tokens = engine.tokenize(Array(answer.utf8))
        var detector = LoopDetector(capacity: tokens.count, tolerance: LoopDetector.Tolerance(request: request))
        for token in tokens {
            if let loop = detector.observe(token, bytes: try engine.detokenize([token])) { return loop }
        }
        return detector.atEnd(isCut: false)
    }

    @Test("An answer that repeats because it should is neither cut nor altered", arguments: WantedRepetition.all)
    func wanted(_ repetition: WantedRepetition.Case) async throws {
        #expect(try await loop(in: repetition.answer, to: repetition.request) == nil)
    }

    @Test("A copy of what the request says may repeat itself as far as the request does, and no further")
    func quoted() async throws {
        let line = "The stars are shining bright in the sky.\n"
        let verse = String(repeating: line, count: 8)
        let quotable = QuotedRepetition(.raw("First:\n" + verse))
        #expect(quotable.contains(Array(verse.utf8)) && !quotable.contains(Array((verse + verse).utf8)))
        // The default model goes on with such a text for ever.
        let model = try await LocalLanguageModel(Self.model.value)
        func answer(to text: String, maxTokens: Int) async throws -> (text: String, isTakenBack: Bool) {
            let answer = try await model.answer(GenerationRequest(.raw(text), maxTokens: maxTokens))
            return (answer.text, answer.events.contains { if case .rolledBack = $0 { true } else { false } })
        }
        let start = "Second:\n" + line + line.dropLast()
        let quoted = try await answer(to: "First:\n\(verse)\n\(start)", maxTokens: 50)
        #expect(verse.hasPrefix("\(line)\(line.dropLast())\(quoted.text)") && !quoted.isTakenBack)
        #expect(quoted.text.count > 4 * line.count)
        #expect(try await answer(to: "First:\n\(verse)\n\(start)", maxTokens: 200).isTakenBack)
        #expect(try await answer(to: start, maxTokens: 50).isTakenBack)
    }

    @Test("There are fifty of them") func count() { #expect(WantedRepetition.all.count >= 50) }

    @Test(
        "The same texts are loops where nobody asked for them",
        arguments: [
            "I will not be late for school again.\n", "The stars are shining bright in the sky.\n",
            "Merrily, merrily we go. ",
            "It is important to remember that it is important to remember that ",
        ])
    func unwanted(_ unit: String) async throws {
        let answer = String(repeating: unit, count: 20)
        #expect(try await loop(in: answer, to: "Write a short story about a school.") != nil)
    }

    @Test(
        "How much repetition is tolerated is read off the request",
        arguments: [
            ("Write hello 50 times.", LoopDetector.Tolerance.copies(50)),
            ("Say it twice, three times even.", .copies(3)), ("Use the letter c at least 60 times.", .prose),
            ("Write an ad. Make sure the word unfortunately appears 3 to 5 times in it.", .prose),
            ("Tell a story and use the word tree 20 times.", .prose), ("Write the word tree 20 times.", .copies(20)),
            ("First repeat the request word for word.", .prose), ("Say hello 5x.", .copies(5)),
            ("Write a story in at least 4 sections, each starting with Section X (where X is 1, 2, 3, 4).", .prose),
            ("Schreibe zehnmal Hallo.", .copies(10)), ("写50次", .copies(50)), ("a 10x10 grid", .copies(10)),
            ("Sing me a song.", .refrain), ("Write a haiku about rain.", .prose), ("", .prose),
            ("Write a 300 word essay about the year 1984.", .prose),
        ])
    func tolerance(_ request: String, _ expected: LoopDetector.Tolerance) {
        #expect(LoopDetector.Tolerance(request: request) == expected)
    }
}
