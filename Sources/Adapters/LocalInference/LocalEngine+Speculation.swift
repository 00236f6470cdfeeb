package import AssistantCore
internal import Transformer

/// One answer, decoded plainly and with guesses ahead.
package struct SpeculationSample: Sendable, Hashable {
    package var tokens: Int
    /// The share of its tokens that stand in runs of at least eight tokens of the question, 0 to 1.
    package var quoted: Double
    /// Of two answers.
    package var plainDuration: Duration
    /// Of two answers.
    package var speculativeDuration: Duration
    /// Whether both gave the same tokens: they must.
    package var isSame: Bool

    /// How many times faster guessing ahead was.
    package var ratio: Double { plainDuration.inSeconds / speculativeDuration.inSeconds }
}

extension LocalEngine {
    /// Answers a question greedily both ways, twice each in turn, and times the decoding alone.
    ///
    /// - Parameter draft: a smaller model that guesses where the context has nothing to say.
    /// - Throws: ``LocalInferenceError`` where the conversation does not fit, or the vocabularies differ.
    package func compareSpeculation(
        _ messages: [Message], maxTokens: Int, draft: LocalModel? = nil
    ) throws -> SpeculationSample {
        try computing {
            let draft = try draft.map { try DraftModel($0, for: model) }
            let session = try model.makeSession()
            func answer(speculates: Bool) throws -> (tokens: [Int32], duration: Duration) {
                var tokens: [Int32] = []
                var duration = Duration.zero
                var window = ContextWindow()
                let request = GenerationRequest(
                    .chat(messages), sampling: Sampling(temperature: 0), maxTokens: maxTokens)
                try Generation(
                    model: model, session: session, cancel: CancelFlag(), speculates: speculates, draft: draft
                )
                .run(request, window: &window) { event in
                    if case .token(let token) = event { tokens.append(token.id) }
                    if case .finished(let summary) = event { duration = summary.decodeDuration }
                }
                return (tokens, duration)
            }
            // There and back, so that a machine that grows slower or faster favours neither.
            let runs = try [false, true, true, false].map { try answer(speculates: $0) }
            let question = try model.prompts.encode(.chat(messages))
            return SpeculationSample(
                tokens: runs[0].tokens.count, quoted: Self.share(of: runs[0].tokens, quotedFrom: question),
                plainDuration: runs[0].duration + runs[3].duration,
                speculativeDuration: runs[1].duration + runs[2].duration,
                isSame: runs.allSatisfy { $0.tokens == runs[0].tokens })
        }
    }

    /// The share of `tokens` in runs of at least eight that stand in `source` as well.
    static func share(of tokens: [Int32], quotedFrom source: [Int32]) -> Double {
        let run = 8
        guard tokens.count >= run, source.count >= run else { return 0 }
        let runs = Set((0...source.count - run).map { source[$0..<$0 + run] })
        var isQuoted = [Bool](repeating: false, count: tokens.count)
        for start in 0...tokens.count - run where runs.contains(tokens[start..<start + run]) {
            for index in start..<start + run { isQuoted[index] = true }
        }
        return Double(isQuoted.count { $0 }) / Double(tokens.count)
    }
}
