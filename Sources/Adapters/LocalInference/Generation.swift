internal import AssistantCore
internal import Tokenizers
internal import Transformer

/// One answer: prompt, prefill, then token after token. Blocks the calling thread until it ends.
struct Generation {
    let model: LocalModel
    let session: Session
    let cancel: CancelFlag
    /// Whether it guesses ahead from what the context holds: faster where an answer quotes, the same text always.
    let speculates: Bool
    /// Guesses where the context has nothing to say.
    let draft: DraftModel?
    private let start = ContinuousClock.now

    init(
        model: LocalModel, session: Session, cancel: CancelFlag, speculates: Bool = true, draft: DraftModel? = nil
    ) {
        self.model = model
        self.session = session
        self.cancel = cancel
        self.speculates = speculates
        self.draft = draft
    }

    /// - Throws: ``LocalInferenceError`` for what is wrong with the request, ``TransformerError`` for what fails inside.
    func run(
        _ request: GenerationRequest, window: inout ContextWindow, emit: (GenerationEvent) -> Void
    ) throws {
        guard request.maxTokens > 0 else {
            throw LocalInferenceError(
                .invalidRequest, "At least one token must be asked for, not \(request.maxTokens).")
        }
        var sampler = try makeSampler(request.sampling)
        let chooser = try request.constraint.map {
            try ConstrainedChooser($0, model: model, answerSoFar: request.answerSoFar)
        }
        let (prompt, isCut) = try promptTokens(request, &window, emit)
        try chooser?.check(room: min(request.maxTokens, session.contextLength - prompt.count + 1))
        do {
            try prefill(prompt, isCut: isCut, emit)
        } catch let error as TransformerError where error.code == .cancelled {
            return emit(.finished(summary(.cancelled, tokens: 0, firstToken: nil)))
        }
        for token in prompt.suffix(SamplerConfig.repetitionWindow) { sampler.observe(token) }
        var speculation = SpeculativeDecoding(session, prompt: prompt, isOn: speculates, draft: draft)
        try decode(&sampler, &speculation, chooser, maxTokens: request.maxTokens, emit)
    }

    private func makeSampler(_ sampling: Sampling) throws -> Sampler {
        do {
            return try Sampler(
                SamplerConfig(
                    temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP, minP: sampling.minP,
                    repetitionPenalty: sampling.repetitionPenalty, seed: sampling.seed ?? .random(in: 0 ... .max)),
                vocabularySize: model.weights.config.vocabularySize)
        } catch {
            throw LocalInferenceError(.invalidRequest, error.description)
        }
    }

    // MARK: Prompt

    /// The prompt, and whether it left out the conversation's oldest messages.
    private func promptTokens(
        _ request: GenerationRequest, _ window: inout ContextWindow, _ emit: (GenerationEvent) -> Void
    ) throws -> (tokens: [Int32], isCut: Bool) {
        // One place stays free for an answer.
        let capacity = session.contextLength - 1
        let begun = request.answerSoFar.isEmpty ? [] : model.tokenizer.encode(request.answerSoFar)
        let tokens: [Int32]
        var isCut = false
        switch request.prompt {
        case .raw:
            tokens = try model.prompts.encode(request.prompt) + begun
            guard tokens.count <= capacity else {
                throw LocalInferenceError.promptTooLong(tokens.count, capacity: capacity)
            }
        case .chat(let messages):
            let answer = min(request.maxTokens, session.contextLength / 4)
            let fit = try window.fit(
                messages, capacity: capacity, comfortable: max(1, session.contextLength - answer),
                encode: { try model.prompts.encode($0) + begun })
            isCut = fit.droppedMessages > 0
            if isCut { emit(.contextTrimmed(droppedMessages: fit.droppedMessages)) }
            tokens = fit.tokens
        }
        guard !tokens.isEmpty else { throw LocalInferenceError(.invalidRequest, "The prompt is empty: say something.") }
        return (tokens, isCut)
    }

    /// Brings the cache to hold exactly `prompt`, with the logits of its last token at hand.
    ///
    /// After a cut the turns that are left are moved, not read again: on a small device that is the difference between
    /// no wait and many seconds.
    private func prefill(_ prompt: [Int32], isCut: Bool, _ emit: (GenerationEvent) -> Void) throws {
        let common = session.commonPrefix(with: prompt)
        if isCut, let gap = ContextShift.gap(in: session.tokens, for: prompt, after: common) { session.remove(gap) }
        // The last token is computed anew even where it is cached: its logits are needed.
        let reused = min(session.commonPrefix(with: prompt), prompt.count - 1)
        session.truncate(to: reused)
        try session.evaluate(prompt[reused...], cancel: cancel) { done in
            if reused + done < prompt.count { emit(.prefilling(done: reused + done, total: prompt.count)) }
        }
        emit(
            .prefilled(PrefillStatistics(promptTokens: prompt.count, reusedTokens: reused, duration: .now - start)))
    }

    // MARK: Answer

    private func decode(
        _ sampler: inout Sampler, _ speculation: inout SpeculativeDecoding, _ chooser: ConstrainedChooser?,
        maxTokens: Int, _ emit: (GenerationEvent) -> Void
    ) throws {
        let ends = model.tokenizer.vocabulary.endOfGeneration
        var text = UTF8Stream()
        var generated = 0
        var firstToken: ContinuousClock.Instant?
        var logits = session.logits
        while true {
            if cancel.isRaised {
                speculation.settle()
                return emit(.finished(summary(.cancelled, tokens: generated, firstToken: firstToken)))
            }
            let room = min(maxTokens - generated, session.contextLength - speculation.contextTokens + 1)
            let choice = try chooser?.choose(&sampler, logits, room: room) ?? sampler.choose(logits)
            generated += 1
            if firstToken == nil { firstToken = .now }
            let isLast = ends.contains(choice.id)
            // A form may leave nothing more to be said.
            let isEnd = isLast || chooser?.isExhausted == true
            let isFull = room == 1
            var piece = isLast ? "" : text.append(try model.tokenizer.bytes(of: choice.id))
            if isEnd || isFull { piece += text.finish() }
            emit(.token(GeneratedToken(choice, text: piece)))
            if isEnd || isFull {
                speculation.settle()
                return emit(.finished(summary(isEnd ? .eos : .length, tokens: generated, firstToken: firstToken)))
            }
            sampler.observe(choice.id)
            logits = try speculation.logits(after: choice.id)
        }
    }

    private func summary(
        _ stop: StopReason, tokens: Int, firstToken: ContinuousClock.Instant?
    ) -> GenerationSummary {
        GenerationSummary(
            stop: stop, generatedTokens: tokens, timeToFirstToken: firstToken.map { $0 - start },
            decodeDuration: firstToken.map { .now - $0 } ?? .zero, contextTokens: session.tokens.count)
    }
}

extension GeneratedToken {
    fileprivate init(_ choice: TokenChoice, text: String) {
        self.init(
            id: choice.id, text: text, logProbability: choice.logProbability, entropy: choice.entropy,
            margin: choice.margin)
    }
}
