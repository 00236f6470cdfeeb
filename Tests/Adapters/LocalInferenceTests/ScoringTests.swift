import AssistantCore
import Testing

@testable import LocalInference

@Suite("Scoring and continuing what another model wrote", .serialized)
struct ScoringTests {
    private let prompt = GenerationRequest.Prompt.chat([Message(.user, "What is the capital of France?")])

    @Test("the model's own answer is scored as it was when it wrote it")
    func ownAnswer() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let written = try await model.answer(GenerationRequest(prompt, maxTokens: 16))
        await model.forget()
        let scores = try await model.scores(of: written.text, to: prompt, after: 0)
        let own = written.tokens.filter { !$0.text.isEmpty }
        #expect(scores.map(\.id) == own.map(\.id) && scores.map(\.text).joined() == written.text)
        for (scored, token) in zip(scores, own) {
            #expect(abs(scored.logProbability - token.logProbability) < 0.05)
            #expect(scored.entropy >= 0 && scored.margin >= 0)
        }
    }

    @Test("scored in pieces, an answer has the scores that it has as a whole, and nothing is read twice")
    func pieces() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let answer = "The capital of France is Rome, as everybody knows."
        let whole = try await model.scores(of: answer, to: prompt, after: 0)
        await model.forget()
        var pieces: [GeneratedToken] = []
        for length in [11, 21, 29, answer.count] {
            pieces += try await model.scores(of: String(answer.prefix(length)), to: prompt, after: pieces.count)
        }
        #expect(pieces.map(\.id) == whole.map(\.id))
        for (piece, token) in zip(pieces, whole) { #expect(abs(piece.logProbability - token.logProbability) < 0.05) }
        let rome = whole.first { $0.text == " Rome" }
        #expect(rome.map { $0.logProbability < -2 } == true)
        #expect(try await model.scores(of: answer, to: prompt, after: whole.count).isEmpty)
        #expect(try await model.scores(of: "", to: prompt, after: 0).isEmpty)
    }

    @Test("an answer that does not fit the context is refused")
    func tooLong() async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        await #expect(throws: LocalInferenceError.self) {
            try await model.scores(of: String(repeating: "word ", count: 400), to: prompt, after: 0)
        }
    }

    @Test("an answer that another model began is continued where it stopped, not begun again")
    func continued() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let answer = try await model.answer(
            GenerationRequest(prompt, maxTokens: 24, answerSoFar: "The capital of France"))
        #expect(answer.text.hasPrefix(" is"))
        #expect(answer.text.contains("Paris") && !answer.text.contains("The capital"))
    }
}
