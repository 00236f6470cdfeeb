import AssistantCore
import Kernels
import Testing
import Tokenizers

@testable import LocalInference
@testable import Transformer

@Suite("Guessing ahead with the default model")
struct SpeculativeDecodingTests {
    private static let quoting = """
        Repeat the following text word for word.

        The edge of a hat is called its brim. A wide brim keeps the sun and the rain away, and a narrow one is worn for looks.
        """

    /// The tokens of an answer, and what the context holds after it.
    private func answer(
        _ question: String, _ sampling: Sampling, speculates: Bool, maxTokens: Int = 48, drafts: Bool = false
    ) async throws -> (tokens: [GeneratedToken], context: [Int32]) {
        let model = try await DefaultModel.load()
        let session = try model.makeSession(contextLength: 256)
        var tokens: [GeneratedToken] = []
        var window = ContextWindow()
        let request = GenerationRequest(.chat([Message(.user, question)]), sampling: sampling, maxTokens: maxTokens)
        let draft = drafts ? try DraftModel(model, for: model) : nil
        draft?.pace = .always(3)
        try Generation(model: model, session: session, cancel: CancelFlag(), speculates: speculates, draft: draft)
            .run(request, window: &window) { event in
                if case .token(let token) = event { tokens.append(token) }
            }
        return (tokens, session.tokens)
    }

    @Test("what an answer quotes are runs of eight tokens of its question")
    func quotedShare() {
        let source = (0..<20).map(Int32.init)
        let share = { LocalEngine.share(of: $0, quotedFrom: source) }
        #expect(share(source) == 1)
        #expect(share(Array(3..<11)) == 1)
        #expect(share(Array(3..<10)) == 0)
        #expect(share(Array(0..<8) + Array(repeating: 99, count: 8)) == 0.5)
        #expect(share([]) == 0)
        #expect(LocalEngine.share(of: source, quotedFrom: []) == 0)
    }

    @Test(
        "the tokens, their probabilities and the context are those of plain decoding, greedy and sampled",
        arguments: [quoting, "Write a poem about a lighthouse.", "What is the capital of France?"],
        [Sampling(temperature: 0), Sampling(temperature: 0.7, seed: 11)])
    func lossless(question: String, sampling: Sampling) async throws {
        let plain = try await answer(question, sampling, speculates: false)
        let speculative = try await answer(question, sampling, speculates: true)
        #expect(speculative.tokens == plain.tokens)
        #expect(speculative.context == plain.context)
    }

    @Test(
        "with a draft model the tokens are those of plain decoding, greedy and sampled",
        arguments: ["Write a poem about a lighthouse.", "What is the capital of France?"],
        [Sampling(temperature: 0), Sampling(temperature: 0.7, seed: 11)])
    func drafted(question: String, sampling: Sampling) async throws {
        let plain = try await answer(question, sampling, speculates: false)
        let drafted = try await answer(question, sampling, speculates: true, drafts: true)
        #expect(drafted.tokens == plain.tokens)
        #expect(drafted.context == plain.context)
    }

    @Test("a draft model's guesses are made where it is sure, and come true where the model agrees")
    func agrees() async throws {
        // The model for itself: what it guesses comes true.
        let model = try await DefaultModel.load()
        let session = try model.makeSession(contextLength: 256)
        let prompt = try model.prompts.encode(.chat([Message(.user, "Count from one to twenty.")]))
        try session.evaluate(prompt[...])
        let draft = try DraftModel(model, for: model)
        draft.pace = .always(3)
        var speculation = SpeculativeDecoding(session, prompt: prompt, isOn: true, draft: draft)
        var logits = session.logits
        for _ in 0..<40 { logits = try speculation.logits(after: Int32(LogitStatistics(logits).top)) }
        speculation.settle()
        #expect(speculation.accepted > 0)
    }

    @Test("vocabularies agree only where every id has the same text")
    func vocabularies() throws {
        let vocabulary = try Vocabulary(tokens: ["a", "b", "ab"])
        #expect(DraftModel.agree(vocabulary, try Vocabulary(tokens: ["a", "b", "ab"])))
        #expect(!DraftModel.agree(vocabulary, try Vocabulary(tokens: ["a", "b", "ba"])))
        #expect(!DraftModel.agree(vocabulary, try Vocabulary(tokens: ["a", "b"])))
        #expect(!DraftModel.agree(vocabulary, try Vocabulary(tokens: ["b", "a", "ab"])))
    }

    @Test("an answer that quotes its question has guesses that come true")
    func quotes() async throws {
        let model = try await DefaultModel.load()
        let session = try model.makeSession(contextLength: 256)
        let prompt = try model.prompts.encode(.chat([Message(.user, Self.quoting)]))
        try session.evaluate(prompt[...])
        var speculation = SpeculativeDecoding(session, prompt: prompt, isOn: true)
        var logits = session.logits
        for _ in 0..<32 {
            let token = Int32(LogitStatistics(logits).top)
            logits = try speculation.logits(after: token)
        }
        speculation.settle()
        #expect(speculation.accepted >= 16, "\(speculation.accepted) of \(speculation.guessed) came true")
        #expect(speculation.contextTokens == session.tokens.count)
    }
}
