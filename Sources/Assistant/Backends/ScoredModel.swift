package import AssistantCore

/// A model that tells no probabilities, with another one that reads along and scores what it writes.
///
/// The text is passed on at once; the scores follow in batches, each as large as what came meanwhile. The summary waits
/// for the last of them.
package struct ScoredModel: LanguageModel {
    private let writer: any LanguageModel
    private let scorer: any DraftScorer

    package init(_ writer: any LanguageModel, scorer: any DraftScorer) {
        self.writer = writer
        self.scorer = scorer
    }

    package var identity: ModelIdentity { writer.identity }

    package func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        try await writer.countTokens(prompt)
    }

    package func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        .generation { try await answer(request, $0) }
    }

    private func answer(
        _ request: GenerationRequest, _ emit: @escaping @Sendable (GenerationEvent) -> Void
    ) async throws {
        // Only the latest text counts: it holds all the earlier ones.
        let (texts, written) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        async let scoring: Void = score(texts, request, emit)
        var text = ""
        var summary: GenerationEvent?
        let failure: (any Error)?
        do {
            for try await event in writer.generate(request) {
                if case .finished = event {
                    summary = event
                    continue
                }
                if case .token(let token) = event {
                    text += token.text
                    written.yield(text)
                }
                emit(event)
            }
            failure = nil
        } catch {
            failure = error
        }
        written.finish()
        await scoring
        if let failure { throw failure }
        if let summary { emit(summary) }
    }

    /// Scores the text as it grows, and all of it at the end.
    private func score(
        _ texts: AsyncStream<String>, _ request: GenerationRequest, _ emit: @Sendable (GenerationEvent) -> Void
    ) async {
        var text = ""
        var known = 0
        do {
            for await latest in texts {
                text = latest
                let batch = try await scorer.scores(of: Self.settled(latest), to: request.prompt, after: known)
                known += batch.count
                if !batch.isEmpty { emit(.scored(batch)) }
            }
            let rest = try await scorer.scores(of: text, to: request.prompt, after: known)
            if !rest.isEmpty { emit(.scored(rest)) }
        } catch {
            // A meter that broke says nothing from here on: a token without a number tells the estimator so.
            emit(.scored([GeneratedToken(id: -1, text: "", logProbability: .nan, entropy: .nan, margin: .nan)]))
        }
    }

    /// The words that cannot change any more: what comes next may still change how the last one is cut into tokens.
    static func settled(_ text: String) -> String {
        guard let space = text.lastIndex(where: \.isWhitespace) else { return "" }
        var end = space
        while end > text.startIndex, text[text.index(before: end)].isWhitespace { end = text.index(before: end) }
        return String(text[..<end])
    }
}
