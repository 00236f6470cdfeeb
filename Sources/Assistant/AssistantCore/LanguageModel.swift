/// What a model is, as a person and a cache key need it.
public struct ModelIdentity: Sendable, Hashable, Codable {
    /// A short name for the screen, such as `smollm2-135m-instruct-q4_1`.
    public var name: String
    /// The quantisation as the field names it, such as `Q4_1`; empty where unknown.
    public var quantisation: String
    /// Tokens that fit the context, prompt and answer together.
    public var contextLength: Int
    /// What distinguishes these weights from others of the same name, for cache keys and calibration: a digest of the
    /// file's header and size. Not a security property.
    public var fingerprint: String

    public init(name: String, quantisation: String, contextLength: Int, fingerprint: String) {
        self.name = name
        self.quantisation = quantisation
        self.contextLength = contextLength
        self.fingerprint = fingerprint
    }
}

/// What a language model is asked to do.
public struct GenerationRequest: Sendable {
    /// The prompt: a conversation put through the model's own chat template, or raw text.
    public enum Prompt: Sendable, Hashable {
        /// Special tokens inside the messages stay text.
        case chat([Message])
        /// No template; special tokens are parsed.
        case raw(String)
    }

    public var prompt: Prompt
    public var sampling: Sampling
    /// At most this many tokens are generated (≥ 1).
    public var maxTokens: Int
    /// What of the answer is there already, by another model: it is continued, and not repeated.
    public var answerSoFar: String
    /// The form that the answer must have; a model that cannot keep to one refuses.
    public var constraint: OutputConstraint?

    public init(
        _ prompt: Prompt, sampling: Sampling = Sampling(), maxTokens: Int = 512, answerSoFar: String = "",
        constraint: OutputConstraint? = nil
    ) {
        self.prompt = prompt
        self.sampling = sampling
        self.maxTokens = maxTokens
        self.answerSoFar = answerSoFar
        self.constraint = constraint
    }
}

/// One generated token, with what the model knew when it chose it. A model that does not tell its probabilities gives
/// numbers that are not a number, and −1 for an id.
public struct GeneratedToken: Sendable, Hashable {
    public var id: Int32
    /// The text that became complete with this token: valid UTF-8, empty while a character is still split over tokens.
    public var text: String
    /// Natural logarithm of the token's probability at temperature 1, before any filter (≤ 0). Under an
    /// ``OutputConstraint``, among the tokens that it allows; not a number where it allows this one alone.
    public var logProbability: Float
    /// Entropy of the whole distribution at temperature 1, in nats (≥ 0).
    public var entropy: Float
    /// Natural-log probability of the best token minus that of the second best (≥ 0).
    public var margin: Float

    public init(id: Int32, text: String, logProbability: Float, entropy: Float, margin: Float) {
        self.id = id
        self.text = text
        self.logProbability = logProbability
        self.entropy = entropy
        self.margin = margin
    }

    /// Whether its probability is known.
    public var isScored: Bool { !logProbability.isNaN }
}

/// What it took to read the prompt.
public struct PrefillStatistics: Sendable, Hashable {
    /// Tokens of the whole prompt.
    public var promptTokens: Int
    /// How many of them were found in the KV cache and not computed again.
    public var reusedTokens: Int
    public var duration: Duration

    public init(promptTokens: Int, reusedTokens: Int, duration: Duration) {
        self.promptTokens = promptTokens
        self.reusedTokens = reusedTokens
        self.duration = duration
    }

    /// Computed tokens per second; `nil` where nothing was computed.
    public var tokensPerSecond: Double? {
        Duration.rate(of: promptTokens - reusedTokens, in: duration)
    }
}

/// Why a model stopped.
public enum StopReason: String, Sendable, Hashable, Codable {
    /// The model ended its answer.
    case eos
    /// `maxTokens` or the end of the context was reached.
    case length
    /// Somebody stopped it.
    case cancelled
}

/// The end of a generation.
public struct GenerationSummary: Sendable, Hashable {
    public var stop: StopReason
    public var generatedTokens: Int
    /// From the request to the first token; `nil` where none came.
    public var timeToFirstToken: Duration?
    /// Time spent on all tokens after the first.
    public var decodeDuration: Duration
    /// Tokens in the KV cache now, prompt included.
    public var contextTokens: Int

    public init(
        stop: StopReason, generatedTokens: Int, timeToFirstToken: Duration?, decodeDuration: Duration,
        contextTokens: Int
    ) {
        self.stop = stop
        self.generatedTokens = generatedTokens
        self.timeToFirstToken = timeToFirstToken
        self.decodeDuration = decodeDuration
        self.contextTokens = contextTokens
    }

    /// Tokens per second after the first; `nil` for fewer than two tokens.
    public var decodeTokensPerSecond: Double? {
        Duration.rate(of: generatedTokens - 1, in: decodeDuration)
    }
}

/// What a model tells while it works, in this order: any `contextTrimmed`, `prefilling`…, one `prefilled`, `token`…,
/// one `finished`. A model that does not see its prompt being read leaves the second and third out.
public enum GenerationEvent: Sendable, Hashable {
    /// The conversation was too long for the context: this many of its oldest messages were left out (the system
    /// prompt never is).
    case contextTrimmed(droppedMessages: Int)
    /// Progress of a long prompt.
    case prefilling(done: Int, total: Int)
    case prefilled(PrefillStatistics)
    case token(GeneratedToken)
    /// What a ``DraftScorer`` makes of text that came as tokens before: in its own tokens, not to be shown again.
    case scored([GeneratedToken])
    /// The model failed, and another one on this device goes on where it stopped. What it tells follows.
    case tookOver(TakeOver)
    case finished(GenerationSummary)
}

/// One model of this device going on for another.
public struct TakeOver: Sendable, Hashable {
    /// The model that goes on.
    public var model: ModelIdentity
    /// Why the other one did not, in one line.
    public var reason: String

    public init(model: ModelIdentity, reason: String) {
        self.model = model
        self.reason = reason
    }
}

/// A model that continues a conversation: the port behind which the CPU engine and the HAT+ stand.
public protocol LanguageModel: Sendable {
    var identity: ModelIdentity { get }

    /// Starts to answer. One generation runs at a time; a second request waits for the first.
    ///
    /// Ending the iteration (or cancelling its task) stops the model within one token; a stream that is cancelled
    /// simply ends, and what had been generated stays in the KV cache for the next turn. Throws where the prompt alone
    /// does not fit the context, or the model fails.
    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>

    /// Number of tokens that `prompt` takes, template included.
    func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int
}
