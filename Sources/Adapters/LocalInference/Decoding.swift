internal import AssistantCore
internal import Kernels
internal import Tokenizers
internal import Transformer

/// The decoding of one answer: token after token, until it ends, and back to before the second copy where it repeats itself.
///
/// Blocks the calling thread.
struct Decoding: ~Copyable {
    private let generation: Generation
    private let request: GenerationRequest
    private let prompt: [Int32]
    /// Answers of the conversation that this one must not repeat to the letter.
    private let earlierAnswers: EarlierAnswers
    private var sampler: Sampler
    private var chooser: ConstrainedChooser?
    private var speculation: SpeculativeDecoding
    private var detector: LoopDetector
    private var answer: AnswerText
    private var recoveries: Int
    /// Those that were taken back among them.
    private var generatedTokens: Int
    private var firstToken: ContinuousClock.Instant?

    private static let mostRecoveries = 2

    /// - Parameters:
    ///   - prompt: what the session has evaluated.
    ///   - chooser: for answers of a form.
    init(
        _ generation: Generation, _ request: GenerationRequest, prompt: [Int32], sampler: consuming Sampler,
        chooser: ConstrainedChooser?
    ) {
        let capacity = max(0, min(request.maxTokens, generation.session.contextLength - prompt.count + 1))
        let tolerance: LoopDetector.Tolerance =
            request.constraint == nil ? LoopDetector.Tolerance(request.prompt) : .copies(nil)
        var sampler = sampler
        for token in prompt.suffix(sampler.config.historyLength) { sampler.observe(token) }
        self.generation = generation
        self.request = request
        self.prompt = prompt
        self.sampler = sampler
        self.chooser = chooser
        detector = LoopDetector(capacity: capacity, tolerance: tolerance)
        answer = AnswerText(capacity: capacity, stopTexts: request.stopTexts)
        (recoveries, generatedTokens, firstToken) = (0, 0, nil)
        speculation = SpeculativeDecoding(
            generation.session, prompt: prompt, isOn: generation.speculates, draft: generation.draft,
            joint: generation.joint)
        earlierAnswers = tolerance == .prose ? EarlierAnswers(request.prompt) : .none
    }

    private var session: Session { generation.session }

    mutating func run(_ emit: (GenerationEvent) -> Void) throws {
        var logits = session.logits
        while true {
            UrgentWork.wait()
            if generation.cancel.isRaised { return finish(.cancelled, emit) }
            let step = try step(logits, emit)
            if let loop = step.loop {
                if let stop = try rollBack(loop, wasLast: step.stop, emit) { return finish(stop, emit) }
                logits = session.logits
            } else if let stop = step.stop {
                return finish(stop, emit)
            } else {
                sampler.observe(step.token)
                logits = try speculation.logits(after: step.token)
            }
        }
    }

    private struct Step {
        var token: Int32
        /// The answer is at its end.
        var stop: StopReason?
        var loop: LoopDetector.Loop?
    }

    /// Chooses a token and tells it.
    private mutating func step(_ logits: FloatRows, _ emit: (GenerationEvent) -> Void) throws -> Step {
        let tokenizer = generation.model.tokenizer
        let room = min(
            request.maxTokens - answer.tokens.count, session.contextLength - speculation.contextTokens + 1)
        let choice = try chooser?.choose(&sampler, logits, room: room) ?? sampler.choose(logits)
        generatedTokens += 1
        if firstToken == nil { firstToken = .now }
        let isEnd = tokenizer.vocabulary.endOfGeneration.contains(choice.id)
        // A form may leave nothing more to be said.
        let stop: StopReason? = isEnd || chooser?.isExhausted == true ? .eos : room == 1 ? .length : nil
        let bytes = isEnd ? [] : try tokenizer.bytes(of: choice.id)
        let piece = answer.append(choice.id, bytes: bytes, isLast: stop != nil)
        emit(.token(GeneratedToken(choice, text: piece.text)))
        if piece.isStopped { return Step(token: choice.id, stop: .eos, loop: nil) }
        var loop = isEnd ? nil : unquoted(detector.observe(choice.id, bytes: bytes))
        if loop == nil, let stop {
            loop = unquoted(detector.atEnd(isCut: stop == .length))
            if loop == nil, recoveries == 0, repeatsEarlierAnswer(isWhole: stop == .eos) {
                loop = LoopDetector.Loop(keptTokens: 0, period: answer.tokens.count, copies: 2)
            }
        }
        return Step(token: choice.id, stop: stop, loop: loop)
    }

    // MARK: - Repetition

    /// Passes over a loop that is a copy of what the request says.
    private func unquoted(_ loop: LoopDetector.Loop?) -> LoopDetector.Loop? {
        guard let loop else { return nil }
        let repetition = answer.tokens[max(0, loop.keptTokens - loop.period)...]
        let bytes = try? generation.model.tokenizer.decodeBytes(Array(repetition), includingSpecial: false)
        return bytes.map(QuotedRepetition(request.prompt).contains) == true ? nil : loop
    }

    /// Takes the repetition back and goes on before it, where that has not been tried too often.
    ///
    /// - Parameter wasLast: why the answer was at its end, if it was.
    /// - Returns: why the answer ends here; `nil` where it goes on with ``Session/logits``.
    private mutating func rollBack(
        _ loop: LoopDetector.Loop, wasLast: StopReason?, _ emit: (GenerationEvent) -> Void
    ) throws -> StopReason? {
        // An answer that has said before what it says now is better than none.
        if loop.keptTokens == 0, recoveries == Self.mostRecoveries { return wasLast ?? .eos }
        speculation.settle()
        let taken = answer.truncate(to: loop.keptTokens)
        if taken.tokens > 0 { emit(.rolledBack(Rollback(tokens: taken.tokens, textBytes: taken.textBytes))) }
        guard !loop.isComplete, recoveries < Self.mostRecoveries else {
            session.truncate(to: min(session.tokens.count, prompt.count + answer.tokens.count))
            return .loop
        }
        recoveries += 1
        try resume()
        return nil
    }

    /// Brings everything to where it stood behind the kept part of the answer, with repetition made less probable.
    private mutating func resume() throws {
        let context = prompt + answer.tokens
        session.truncate(to: min(session.tokens.count, context.count - 1))
        try session.evaluate(context[session.tokens.count...], cancel: nil)
        sampler = try generation.makeSampler(request.sampling.againstRepetition(attempt: recoveries))
        for token in context.suffix(sampler.config.historyLength) { sampler.observe(token) }
        speculation = SpeculativeDecoding(
            session, prompt: context, isOn: generation.speculates, draft: generation.draft,
            joint: generation.joint)
        let tokenizer = generation.model.tokenizer
        detector.reset()
        for token in answer.tokens { detector.replay(token, bytes: try tokenizer.bytes(of: token)) }
        if chooser != nil {
            let text = String(
                decoding: try tokenizer.decodeBytes(answer.tokens, includingSpecial: false), as: UTF8.self)
            chooser = try generation.makeChooser(request, answerSoFar: request.answerSoFar + text)
        }
    }

    private func repeatsEarlierAnswer(isWhole: Bool) -> Bool {
        guard !earlierAnswers.isEmpty,
            let bytes = try? generation.model.tokenizer.decodeBytes(answer.tokens, includingSpecial: false)
        else { return false }
        return earlierAnswers.contain(String(decoding: bytes, as: UTF8.self), isWhole: isWhole)
    }

    // MARK: - The end

    private mutating func finish(_ stop: StopReason, _ emit: (GenerationEvent) -> Void) {
        speculation.settle()
        emit(
            .finished(
                GenerationSummary(
                    stop: stop, generatedTokens: generatedTokens,
                    timeToFirstToken: firstToken.map { $0 - generation.start },
                    decodeDuration: firstToken.map { .now - $0 } ?? .zero, contextTokens: session.tokens.count,
                    seed: recoveries > 0 || request.sampling.isRandom ? request.sampling.seed ?? 0 : nil)))
    }
}

extension Sampling {
    /// The same with repetition made improbable, more so the second time.
    func againstRepetition(attempt: Int) -> Sampling {
        var sampling = self
        sampling.dryMultiplier = max(dryMultiplier, attempt == 1 ? 0.8 : 2)
        sampling.dryAllowedLength = attempt == 1 ? min(dryAllowedLength, 2) : 1
        sampling.repetitionPenalty = max(repetitionPenalty, attempt == 1 ? 1.1 : 1.2)
        sampling.repetitionWindow = max(repetitionWindow, 128)
        if attempt > 1 {
            // What is most probable has led into the loop twice.
            sampling.temperature = max(temperature, 0.7)
            sampling.topK = topK > 0 ? min(topK, 20) : 20
        }
        // Another draw than the one that led here, and the same for the same seed.
        sampling.seed = (seed ?? 0) &+ UInt64(attempt) &* 0x9E37_79B9_7F4A_7C15
        return sampling
    }
}

extension GeneratedToken {
    fileprivate init(_ choice: TokenChoice, text: String) {
        self.init(
            id: choice.id, text: text, logProbability: choice.logProbability, entropy: choice.entropy,
            margin: choice.margin)
    }
}
