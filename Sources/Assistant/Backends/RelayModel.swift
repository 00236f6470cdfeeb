public import AssistantCore
internal import Synchronization

/// The board, with the processor behind it: where the board fails, the processor goes on, in the middle of a word if need
/// be. What was said stays said.
///
/// A board that failed is left alone for a while, and asked again after that.
public final class RelayModel: LanguageModel {
    private let board: any LanguageModel
    private let processor: any LanguageModel
    private let rest: Duration
    private let restsUntil = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter rest: for how long a board that failed is left alone.
    public init(board: any LanguageModel, processor: any LanguageModel, rest: Duration = .seconds(60)) {
        self.board = board
        self.processor = processor
        self.rest = rest
    }

    /// Of the model that would answer now.
    public var identity: ModelIdentity { current.identity }

    /// Which of them would answer now.
    public var backend: Backend { isResting ? .cpu : .hat }

    public func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        try await current.countTokens(prompt)
    }

    /// See ``LanguageModel/generate(_:)``. Where the board fails, one `tookOver` comes before what the processor tells, and
    /// the summary is of both. Throws only where both fail.
    ///
    /// An answer that must have a form is the processor's from the start: the board cannot be held to one.
    public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        guard !isResting else { return processor.generate(request) }
        guard request.constraint == nil else { return formed(request) }
        return .generation { try await self.answer(request, $0) }
    }

    private func formed(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        .generation { emit in
            let reason = "the board cannot keep to a grammar"
            emit(.tookOver(TakeOver(model: self.processor.identity, reason: reason)))
            for try await event in self.processor.generate(request) { emit(event) }
        }
    }

    private var current: any LanguageModel { isResting ? processor : board }

    private var isResting: Bool { restsUntil.withLock { $0.map { $0 > .now } ?? false } }

    private func answer(_ request: GenerationRequest, _ emit: @Sendable (GenerationEvent) -> Void) async throws {
        var leg = RelayLeg()
        do {
            for try await event in board.generate(request) {
                leg.take(event, at: .now)
                emit(event)
            }
        } catch {
            guard !Task.isCancelled else { return }
            if (error as? any ModelFault)?.blamesRequest != true {
                restsUntil.withLock { $0 = .now + rest }
            }
            emit(.tookOver(TakeOver(model: processor.identity, reason: String(describing: error))))
            for try await event in processor.generate(leg.remainder(of: request)) { emit(leg.joined(event, at: .now)) }
        }
    }
}
