internal import AssistantCore

/// What the first of two runners covered, and what is left for the second.
struct RelayLeg {
    private let start = ContinuousClock.now
    private var text = ""
    private var tokens = 0
    private var firstToken: ContinuousClock.Instant?

    /// The first runner's.
    mutating func take(_ event: GenerationEvent, at now: ContinuousClock.Instant) {
        guard case .token(let token) = event else { return }
        text += token.text
        tokens += 1
        if firstToken == nil { firstToken = now }
    }

    func remainder(of request: GenerationRequest) -> GenerationRequest {
        var rest = request
        rest.answerSoFar += text
        rest.maxTokens = max(1, request.maxTokens - tokens)
        return rest
    }

    /// The second runner's, with the first one's added to its summary.
    mutating func joined(_ event: GenerationEvent, at now: ContinuousClock.Instant) -> GenerationEvent {
        switch event {
        case .token:
            if firstToken == nil { firstToken = now }
            return event
        case .finished(var summary):
            summary.generatedTokens += tokens
            summary.timeToFirstToken = firstToken.map { $0 - start }
            summary.decodeDuration = firstToken.map { now - $0 } ?? .zero
            return .finished(summary)
        default:
            return event
        }
    }
}
