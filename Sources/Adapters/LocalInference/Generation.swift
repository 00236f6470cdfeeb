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
    /// Shares its passes with other answers, without guesses; `nil` where it has them to itself.
    let joint: JointDecoding?
    let start = ContinuousClock.now

    init(
        model: LocalModel, session: Session, cancel: CancelFlag, speculates: Bool = true, draft: DraftModel? = nil,
        joint: JointDecoding? = nil
    ) {
        self.model = model
        self.session = session
        self.cancel = cancel
        // Guesses that do not come true must be forgotten one by one.
        self.speculates = speculates && joint == nil && model.weights.config.canTakeBack
        self.draft = draft
        self.joint = joint
    }

    /// - Throws: ``LocalInferenceError`` for what is wrong with the request, ``TransformerError`` for what fails inside.
    func run(
        _ request: GenerationRequest, window: inout ContextWindow, emit: (GenerationEvent) -> Void
    ) throws {
        guard request.maxTokens > 0 else {
            throw LocalInferenceError(
                .invalidRequest, "At least one token must be asked for, not \(request.maxTokens).")
        }
        // Drawn here, so that it can be told.
        var request = request
        if request.sampling.isRandom { request.sampling.seed = request.sampling.seed ?? .random(in: 0 ... .max) }
        let chooser = try makeChooser(request, answerSoFar: request.answerSoFar)
        let sampler = try makeSampler(request.sampling)
        let (prompt, isCut) = try promptTokens(request, &window, emit)
        try chooser?.check(room: min(request.maxTokens, session.contextLength - prompt.count + 1))
        do {
            try prefill(prompt, isCut: isCut, emit)
        } catch let error as TransformerError where error.code == .cancelled {
            let summary = GenerationSummary(
                stop: .cancelled, generatedTokens: 0, timeToFirstToken: nil, decodeDuration: .zero,
                contextTokens: session.tokens.count)
            return emit(.finished(summary))
        }
        var decoding = Decoding(self, request, prompt: prompt, sampler: sampler, chooser: chooser)
        try decoding.run(emit)
    }

    func makeChooser(_ request: GenerationRequest, answerSoFar: String) throws -> ConstrainedChooser? {
        try request.constraint.map { try ConstrainedChooser($0, model: model, answerSoFar: answerSoFar) }
    }

    /// - Throws: ``LocalInferenceError/Code/invalidRequest`` where a parameter is out of range.
    func makeSampler(_ sampling: Sampling) throws -> Sampler {
        do {
            return try Sampler(
                SamplerConfig(sampling), vocabularySize: model.weights.config.vocabularySize,
                isBreaker: model.endsRepetition)
        } catch {
            throw LocalInferenceError(.invalidRequest, error.description, underlying: error)
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
                encode: { try model.prompts.encode(.chat($0)) + begun })
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
        let reused = session.truncate(to: min(session.commonPrefix(with: prompt), prompt.count - 1))
        try session.evaluate(prompt[reused...], cancel: cancel) { done in
            if reused + done < prompt.count { emit(.prefilling(done: reused + done, total: prompt.count)) }
        }
        emit(
            .prefilled(PrefillStatistics(promptTokens: prompt.count, reusedTokens: reused, duration: .now - start)))
    }
}

extension SamplerConfig {
    init(_ sampling: Sampling) {
        self.init(
            temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP, minP: sampling.minP,
            repetitionPenalty: sampling.repetitionPenalty, repetitionWindow: sampling.repetitionWindow,
            dry: DRY(
                multiplier: sampling.dryMultiplier, base: sampling.dryBase,
                allowedLength: sampling.dryAllowedLength),
            seed: sampling.seed ?? 0)
    }
}

extension LocalModel {
    /// Whether DRY must not look past a token: a line break, a colon, a quotation mark or an asterisk is in it.
    func endsRepetition(_ token: Int32) -> Bool {
        guard tokenizer.vocabulary.contains(token), let bytes = try? tokenizer.bytes(of: token) else { return true }
        return bytes.contains {
            [UInt8(ascii: "\n"), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "*")].contains($0)
        }
    }
}
