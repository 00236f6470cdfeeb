public import AssistantCore
internal import Transformer

/// One answer, decoded plainly and with guesses ahead.
public struct SpeculationSample: Sendable, Hashable {
    public var tokens: Int
    public var plainDuration: Duration
    public var speculativeDuration: Duration
    /// Whether both gave the same tokens: they must.
    public var isSame: Bool

    /// How many times faster guessing ahead was.
    public var ratio: Double { plainDuration.inSeconds / speculativeDuration.inSeconds }
}

extension LocalEngine {
    /// Answers a question greedily both ways, one after the other, and times the decoding alone.
    ///
    /// - Throws: ``LocalInferenceError`` where the conversation does not fit.
    public func compareSpeculation(_ messages: [Message], maxTokens: Int) throws -> SpeculationSample {
        try computing {
            let session = try model.makeSession()
            func answer(speculates: Bool) throws -> (tokens: [Int32], duration: Duration) {
                var tokens: [Int32] = []
                var duration = Duration.zero
                var window = ContextWindow()
                let request = GenerationRequest(
                    .chat(messages), sampling: Sampling(temperature: 0), maxTokens: maxTokens)
                try Generation(model: model, session: session, cancel: CancelFlag(), speculates: speculates)
                    .run(request, window: &window) { event in
                        if case .token(let token) = event { tokens.append(token.id) }
                        if case .finished(let summary) = event { duration = summary.decodeDuration }
                    }
                return (tokens, duration)
            }
            let plain = try answer(speculates: false)
            let speculative = try answer(speculates: true)
            return SpeculationSample(
                tokens: plain.tokens.count, plainDuration: plain.duration, speculativeDuration: speculative.duration,
                isSame: plain.tokens == speculative.tokens)
        }
    }
}
