package import AssistantCore
internal import Synchronization

/// The board, with the processor behind it: where the board fails, the processor goes on, in the middle of a word if need
/// be. What was said stays said.
///
/// A board that failed is left alone for a while, and asked again after that.
package final class FailoverModel: LanguageModel {
    private let board: any LanguageModel
    private let processor: any LanguageModel
    private let rest: Duration
    private let restsUntil = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter rest: for how long a board that failed is left alone.
    package init(board: any LanguageModel, processor: any LanguageModel, rest: Duration = .seconds(60)) {
        self.board = board
        self.processor = processor
        self.rest = rest
    }

    /// Of the model that would answer now.
    package var identity: ModelIdentity { current.identity }

    /// Which of them would answer now.
    package var backend: Backend { isResting ? .cpu : .hat }

    package func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        try await current.countTokens(prompt)
    }

    /// See ``LanguageModel/generate(_:)``. Where the board fails, one `failedOver` comes before what the processor tells, and
    /// the summary is of both. Throws only where both fail.
    ///
    /// An answer that must have a form is the processor's from the start: the board cannot be held to one.
    package func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        guard !isResting else { return processor.generate(request) }
        guard request.constraint == nil else { return formed(request) }
        return .generation { try await self.answer(request, $0) }
    }

    private func formed(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        .generation { emit in
            let reason = "the board cannot keep to a grammar"
            emit(.failedOver(Failover(model: self.processor.identity, reason: reason)))
            for try await event in self.processor.generate(request) { emit(event) }
        }
    }

    private var current: any LanguageModel { isResting ? processor : board }

    private var isResting: Bool { restsUntil.withLock { $0.map { $0 > .now } ?? false } }

    private func answer(_ request: GenerationRequest, _ emit: @Sendable (GenerationEvent) -> Void) async throws {
        var progress = FailoverProgress()
        do {
            for try await event in board.generate(request) {
                progress.take(event, at: .now)
                emit(event)
            }
        } catch {
            guard !Task.isCancelled else { return }
            if (error as? any ModelFault)?.blamesRequest != true {
                restsUntil.withLock { $0 = .now + rest }
            }
            emit(.failedOver(Failover(model: processor.identity, reason: String(describing: error))))
            for try await event in processor.generate(progress.remainder(of: request)) {
                emit(progress.joined(event, at: .now))
            }
        }
    }
}

/// How far the first model came, and what is left of the request for the second.
private struct FailoverProgress {
    private let start = ContinuousClock.now
    private var text = ""
    private var tokens = 0
    private var firstToken: ContinuousClock.Instant?

    /// Takes an event of the first model.
    mutating func take(_ event: GenerationEvent, at now: ContinuousClock.Instant) {
        guard case .token(let token) = event else { return }
        text += token.text
        tokens += 1
        if firstToken == nil { firstToken = now }
    }

    /// Returns the request that goes on behind the text so far.
    func remainder(of request: GenerationRequest) -> GenerationRequest {
        var rest = request
        rest.answerSoFar += text
        rest.maxTokens = max(1, request.maxTokens - tokens)
        return rest
    }

    /// Returns an event of the second model, with what the first one did added to the summary.
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
