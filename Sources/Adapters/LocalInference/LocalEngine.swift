internal import AssistantCore
internal import Glibc
internal import Kernels
internal import Tokenizers
internal import Transformer

/// What the command line's tools do with a model: tokens, log-probabilities, perplexity and raw speed, without chat
/// templates or sampling. Computes on a thread of its own, one request after the other.
package actor LocalEngine {
    nonisolated let model: LocalModel
    private nonisolated let thread: InferenceThread

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    package init(_ model: LocalModel) {
        self.model = model
        thread = InferenceThread(name: "brim-engine")
    }

    // MARK: Tokens

    /// The tokens of bytes that need not be UTF-8.
    ///
    /// - Parameter parseSpecial: whether the texts of control tokens become those tokens.
    package nonisolated func tokenize(_ bytes: [UInt8], parseSpecial: Bool = false) -> [Int32] {
        model.tokenizer.encode(bytes, parseSpecial: parseSpecial)
    }

    /// The bytes of tokens, control tokens as their texts.
    /// - Throws: ``LocalInferenceError/Code/invalidRequest`` for an id outside the vocabulary.
    package nonisolated func detokenize(_ ids: [Int32]) throws -> [UInt8] {
        do {
            return try model.tokenizer.decodeBytes(ids, includingSpecial: true)
        } catch {
            throw LocalInferenceError(.invalidRequest, error.description, underlying: error)
        }
    }

    // MARK: Scores

    /// Natural-log probabilities of `output` after `prompt`, whatever the model itself would have said.
    ///
    /// - Throws: ``LocalInferenceError`` where there is no prompt, or both do not fit the context.
    package func logProbabilities(prompt: [Int32], output: [Int32]) throws -> TeacherForcedScores {
        try check(prompt: prompt, output: output)
        var scores = TeacherForcedScores()
        guard !output.isEmpty else { return scores }
        return try computing {
            let session = try model.makeSession(contextLength: prompt.count + output.count)
            try session.evaluate(prompt[...])
            scores.append(session.logits, next: output[0])
            try session.evaluateAll(output.dropLast()) { index, logits in
                scores.append(logits, next: output[index + 1])
            }
            return scores
        }
    }

    /// Perplexity over consecutive windows, each read from an empty context; every token but a window's first counts.
    ///
    /// - Parameters:
    ///   - window: tokens of a window (≥ 2); the last one may be shorter.
    ///   - progress: called on the engine's thread with the tokens read and all of them.
    /// - Throws: ``LocalInferenceError`` where there are fewer than two tokens; `CancellationError`.
    package func perplexity(
        of tokens: [Int32], window: Int = 512, progress: @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws -> Perplexity {
        let limit = model.weights.config.contextLength
        guard (2...limit).contains(window) else {
            throw LocalInferenceError(.invalidRequest, "A window has 2 to \(limit) tokens, not \(window).")
        }
        try check(tokens)
        guard tokens.count >= 2 else {
            throw LocalInferenceError(.invalidRequest, "The text has \(tokens.count) tokens; two at least are needed.")
        }
        return try computing {
            let session = try model.makeSession(contextLength: min(window, tokens.count))
            var total = 0.0
            var scored = 0
            for start in stride(from: 0, to: tokens.count, by: window) {
                try Task.checkCancellation()
                let part = tokens[start..<min(start + window, tokens.count)]
                session.truncate(to: 0)
                try session.evaluateAll(part.dropLast()) { index, logits in
                    total -= logits.logProbability(of: part[start + index + 1])
                    scored += 1
                }
                progress(start + part.count, tokens.count)
            }
            return Perplexity(scoredTokens: scored, meanNegativeLogLikelihood: total / Double(scored))
        }
    }

    // MARK: Speed

    /// Reads `depth` tokens, then times the reading of `prompt` tokens and the decoding of `generate` more.
    ///
    /// The tokens are arbitrary; nothing is sampled. Throws where they do not fit the model's context.
    package func benchmark(prompt: Int, generate: Int, depth: Int = 0) throws -> BenchmarkSample {
        let (total, overflow) = [prompt, generate, depth].reduce((0, false)) { sum, count in
            let (next, overflow) = sum.0.addingReportingOverflow(max(count, 0))
            return (next, sum.1 || overflow)
        }
        let limit = model.weights.config.contextLength
        guard prompt >= 1, generate >= 0, depth >= 0, !overflow, total <= limit else {
            throw LocalInferenceError(
                .invalidRequest,
                "Prompt (≥ 1), generated tokens and depth must fit the model's context of \(limit) tokens together.")
        }
        let vocabulary = model.weights.config.vocabularySize
        func token(_ index: Int) -> Int32 { Int32((7919 * index + 13) % vocabulary) }
        return try computing {
            let session = try model.makeSession(contextLength: total)
            // The first pass of all touches every buffer and is not what is to be measured.
            try session.evaluate([token(0)])
            session.truncate(to: 0)
            if depth > 0 { try session.evaluate((0..<depth).map(token)[...]) }
            let clock = ContinuousClock()
            let tokens = (depth..<depth + prompt).map(token)
            let prefill = try clock.measure { try session.evaluate(tokens[...]) }
            let decode = try clock.measure {
                for index in 0..<generate { try session.evaluate(token(index)) }
            }
            return BenchmarkSample(
                promptTokens: prompt, prefillDuration: prefill, generatedTokens: generate, decodeDuration: decode)
        }
    }

    func check(prompt: [Int32], output: [Int32]) throws {
        guard !prompt.isEmpty else { throw LocalInferenceError(.invalidRequest, "The prompt has no tokens.") }
        let limit = model.weights.config.contextLength
        guard prompt.count <= limit, output.count <= limit - prompt.count else {
            throw LocalInferenceError(
                .promptTooLong,
                "\(prompt.count) and \(output.count) tokens do not fit the model's context of \(limit).")
        }
        try check(prompt)
        try check(output)
    }

    private func check(_ ids: [Int32]) throws {
        guard let foreign = ids.first(where: { !model.tokenizer.vocabulary.contains($0) }) else { return }
        throw LocalInferenceError(
            .invalidRequest,
            "The token \(foreign) is none of the model's: they are 0 to \(model.tokenizer.vocabulary.count - 1).")
    }

    func computing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as TransformerError {
            throw LocalInferenceError(.failed, error.description, underlying: error)
        }
    }
}

/// One measurement of raw speed.
package struct BenchmarkSample: Sendable, Hashable {
    package var promptTokens: Int
    /// Time to read the prompt and have the logits of its last token: the time to the first token.
    package var prefillDuration: Duration
    package var generatedTokens: Int
    package var decodeDuration: Duration

    package init(promptTokens: Int, prefillDuration: Duration, generatedTokens: Int, decodeDuration: Duration) {
        self.promptTokens = promptTokens
        self.prefillDuration = prefillDuration
        self.generatedTokens = generatedTokens
        self.decodeDuration = decodeDuration
    }

    package var prefillTokensPerSecond: Double { Double(promptTokens) / prefillDuration.inSeconds }
    /// `nil` where nothing was generated.
    package var decodeTokensPerSecond: Double? {
        generatedTokens > 0 ? Double(generatedTokens) / decodeDuration.inSeconds : nil
    }
}

/// How well a model predicts a text.
package struct Perplexity: Sendable, Hashable {
    package var scoredTokens: Int
    /// In nats.
    package var meanNegativeLogLikelihood: Double

    package init(scoredTokens: Int, meanNegativeLogLikelihood: Double) {
        self.scoredTokens = scoredTokens
        self.meanNegativeLogLikelihood = meanNegativeLogLikelihood
    }

    /// e to the mean negative log-likelihood.
    package var value: Double { exp(meanNegativeLogLikelihood) }
}
