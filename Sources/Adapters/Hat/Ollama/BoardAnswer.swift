internal import AssistantCore

/// One answer of the board as it grows: counts and times what hailo-ollama does not.
struct BoardAnswer {
    private let promptTokens: Int
    private let start = ContinuousClock.now
    private var firstText: ContinuousClock.Instant?
    private var pieces = 0

    init(promptTokens: Int) { self.promptTokens = promptTokens }

    mutating func take(_ effect: ReplyReader.Effect, at now: ContinuousClock.Instant) -> GenerationEvent {
        switch effect {
        case .text(let text):
            pieces += 1
            if firstText == nil { firstText = now }
            return .token(
                GeneratedToken(id: -1, text: text, logProbability: .nan, entropy: .nan, margin: .nan))
        case .done(let stop, let tokens):
            // A count that nothing could come to is not believed.
            let generated = tokens.flatMap { $0 >= pieces && $0 <= BoardWindow.tokens ? $0 : nil } ?? pieces
            return .finished(
                GenerationSummary(
                    stop: stop, generatedTokens: generated, timeToFirstToken: firstText.map { $0 - start },
                    decodeDuration: firstText.map { now - $0 } ?? .zero, contextTokens: promptTokens + generated))
        }
    }
}
