import Testing

@testable import LocalInference

@Suite("Local engine", .serialized)
struct LocalEngineTests {
    @Test("bytes become tokens and back, whatever they are")
    func tokens() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        for bytes in [Array("Grüße, 世界! 🎩\n".utf8), [], Array(0x20..<0x7F)] {
            let ids = engine.tokenize(bytes)
            #expect(try engine.detokenize(ids) == bytes)
        }
        #expect(engine.tokenize(Array("<|im_end|>".utf8), parseSpecial: true) == [2])
        #expect(engine.tokenize(Array("<|im_end|>".utf8)).count > 1)
        #expect(throws: LocalInferenceError.self) { try engine.detokenize([49152]) }
    }

    @Test("teacher-forced scores are those of a distribution, whatever is forced")
    func scores() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        let prompt = engine.tokenize(Array("The capital of France is".utf8))
        let output = engine.tokenize(Array(" Paris. The capital of Spain is Madrid".utf8))
        let scores = try await engine.logProbabilities(prompt: prompt, output: output)
        #expect(scores.logProbabilities.count == output.count)
        #expect(scores.top1.count == output.count && scores.top5.count == output.count)
        for (place, candidates) in scores.top5.enumerated() {
            #expect(candidates.count == 5 && candidates[0].id == scores.top1[place])
            #expect(candidates.map(\.logProbability) == candidates.map(\.logProbability).sorted(by: >))
            #expect(candidates.map(\.logProbability).allSatisfy { $0 <= 0 })
            if let forced = candidates.first(where: { $0.id == output[place] }) {
                #expect(forced.logProbability == scores.logProbabilities[place])
            } else {
                #expect(scores.logProbabilities[place] <= candidates[4].logProbability)
            }
        }
        // Scores of the first tokens do not depend on what follows.
        let short = try await engine.logProbabilities(prompt: prompt, output: Array(output.prefix(2)))
        #expect(short.logProbabilities == Array(scores.logProbabilities.prefix(2)))
        #expect(try await engine.logProbabilities(prompt: prompt, output: []).top1.isEmpty)
    }

    @Test("perplexity is that of the scores, window by window")
    func perplexity() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        let tokens = engine.tokenize(Array("It was a bright cold day in April, and the clocks were striking.".utf8))
        let window = tokens.count / 2
        let result = try await engine.perplexity(of: tokens, window: window)
        var scores: [Double] = []
        for start in stride(from: 0, to: tokens.count, by: window) {
            let part = Array(tokens[start..<min(start + window, tokens.count)])
            scores += try await engine.logProbabilities(prompt: [part[0]], output: Array(part.dropFirst()))
                .logProbabilities
        }
        #expect(result.scoredTokens == scores.count)
        #expect(abs(result.meanNegativeLogLikelihood + scores.reduce(0, +) / Double(scores.count)) < 1e-9)
        #expect(result.value > 1)
    }

    @Test("fast activations diverge little from F32 ones, and do diverge")
    func divergence() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        let prompt = engine.tokenize(Array("The capital of France is".utf8))
        let output = engine.tokenize(Array(" Paris. It lies on the river Seine, and has two million people.".utf8))
        let values = try await engine.divergence(prompt: prompt, output: output)
        #expect(values.count == output.count && values.allSatisfy { $0 > -1e-5 && $0 < 0.1 })
        #expect(values.contains { $0 > 1e-9 })
        #expect(try await engine.divergence(prompt: prompt, output: []).isEmpty)
    }

    @Test("a benchmark measures what it was asked for")
    func benchmark() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        let sample = try await engine.benchmark(prompt: 8, generate: 3, depth: 5)
        #expect(sample.promptTokens == 8 && sample.generatedTokens == 3)
        #expect(sample.prefillTokensPerSecond > 0)
        #expect(try #require(sample.decodeTokensPerSecond) > 0)
        #expect(try await engine.benchmark(prompt: 2, generate: 0).decodeTokensPerSecond == nil)
    }

    @Test("what does not fit or makes no sense is an error")
    func errors() async throws {
        let engine = try await LocalEngine(DefaultModel.load())
        func code(of body: () async throws -> Void) async throws -> LocalInferenceError.Code? {
            do {
                try await body()
                return nil
            } catch let error as LocalInferenceError {
                return error.code
            }
        }
        #expect(try await code { _ = try await engine.logProbabilities(prompt: [], output: [1]) } == .invalidRequest)
        #expect(
            try await code { _ = try await engine.logProbabilities(prompt: [1], output: [49152]) } == .invalidRequest)
        #expect(try await code { _ = try await engine.logProbabilities(prompt: [-1], output: [1]) } == .invalidRequest)
        #expect(
            try await code {
                _ = try await engine.logProbabilities(prompt: [Int32](repeating: 1, count: 9000), output: [1])
            } == .promptTooLong)
        #expect(try await code { _ = try await engine.perplexity(of: [1]) } == .invalidRequest)
        #expect(try await code { _ = try await engine.perplexity(of: [1, 2, 3], window: 1) } == .invalidRequest)
        #expect(try await code { _ = try await engine.perplexity(of: [1, 2, 3], window: 100_000) } == .invalidRequest)
        #expect(try await code { _ = try await engine.perplexity(of: [1, 49152]) } == .invalidRequest)
        #expect(try await code { _ = try await engine.benchmark(prompt: 0, generate: 1) } == .invalidRequest)
        #expect(try await code { _ = try await engine.benchmark(prompt: .max, generate: .max) } == .invalidRequest)
        #expect(
            try await code { _ = try await engine.benchmark(prompt: 8000, generate: 100, depth: 100) }
                == .invalidRequest)
    }
}
