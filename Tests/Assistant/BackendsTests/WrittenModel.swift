import AssistantCore
import Synchronization

/// A model that writes what it is told, and then ends, fails or says nothing more.
final class WrittenModel: LanguageModel, DraftScorer {
    enum End: Sendable {
        case eos
        case fails(Failure)
        case hangs
    }

    struct Failure: ModelFault, CustomStringConvertible {
        var description: String
        var blamesRequest = false
    }

    let identity: ModelIdentity
    private let pieces: [String]
    private let end: End
    private let isScored: Bool
    private let state = Mutex(Seen())

    struct Seen: Sendable {
        var requests: [GenerationRequest] = []
        var scored: [String] = []
        var known: [Int] = []
    }

    init(_ name: String, _ pieces: [String], end: End = .eos, isScored: Bool = true) {
        identity = ModelIdentity(name: name, quantisation: "", contextLength: 512, fingerprint: name)
        self.pieces = pieces
        self.end = end
        self.isScored = isScored
    }

    var seen: Seen { state.withLock(\.self) }

    func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int { 7 }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        state.withLock { $0.requests.append(request) }
        return AsyncThrowingStream { continuation in
            for piece in pieces.prefix(request.maxTokens) {
                let number: Float = isScored ? -0.1 : .nan
                continuation.yield(
                    .token(GeneratedToken(id: 1, text: piece, logProbability: number, entropy: number, margin: number)))
            }
            switch end {
            case .hangs: break
            case .fails(let failure): continuation.finish(throwing: failure)
            case .eos:
                continuation.yield(
                    .finished(
                        GenerationSummary(
                            stop: .eos, generatedTokens: pieces.count, timeToFirstToken: .milliseconds(3),
                            decodeDuration: .milliseconds(4), contextTokens: 9)))
                continuation.finish()
            }
        }
    }

    /// A token a word.
    func scores(of answer: String, to prompt: GenerationRequest.Prompt, after known: Int) async throws
        -> [GeneratedToken]
    {
        state.withLock {
            $0.scored.append(answer)
            $0.known.append(known)
        }
        if case .fails(let failure) = end { throw failure }
        return answer.split(separator: " ").dropFirst(known).map {
            GeneratedToken(id: 2, text: String($0), logProbability: -0.5, entropy: 1, margin: 1)
        }
    }
}

/// What came out of a generation.
struct CollectedEvents {
    var events: [GenerationEvent] = []
    var failure: String?

    init(_ model: any LanguageModel, _ request: GenerationRequest = GenerationRequest(.chat([Message(.user, "?")])))
        async
    {
        do {
            for try await event in model.generate(request) { events.append(event) }
        } catch {
            failure = "\(error)"
        }
    }

    var text: String {
        events.map { if case .token(let token) = $0 { token.text } else { "" } }.joined()
    }

    var failovers: [Failover] { events.compactMap { if case .failedOver(let failover) = $0 { failover } else { nil } } }
    var scored: [GeneratedToken] {
        events.flatMap { event -> [GeneratedToken] in if case .scored(let tokens) = event { tokens } else { [] } }
    }
    var summary: GenerationSummary? {
        if case .finished(let summary)? = events.last { summary } else { nil }
    }
}
