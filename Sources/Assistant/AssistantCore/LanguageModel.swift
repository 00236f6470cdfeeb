/// What a model is, as a person and a cache key need it.
package struct ModelIdentity: Sendable, Hashable, Codable {
    /// A short name for the screen, such as `smollm2-135m-instruct-q4_1`.
    package var name: String
    /// The quantisation as the field names it, such as `Q4_1`; empty where unknown.
    package var quantisation: String
    /// Tokens that fit the context, prompt and answer together.
    package var contextLength: Int
    /// What distinguishes these weights from others of the same name, for cache keys and calibration: a digest of the
    /// file's header and size. Not a security property.
    package var fingerprint: String

    package init(name: String, quantisation: String, contextLength: Int, fingerprint: String) {
        self.name = name
        self.quantisation = quantisation
        self.contextLength = contextLength
        self.fingerprint = fingerprint
    }
}

/// What a language model is asked to do.
package struct GenerationRequest: Sendable {
    /// The prompt: a conversation put through the model's own chat template, or raw text.
    package enum Prompt: Sendable, Hashable {
        /// Special tokens inside the messages stay text.
        case chat([Message])
        /// No template; special tokens are parsed.
        case raw(String)
    }

    package var prompt: Prompt
    package var sampling: Sampling
    /// At most this many tokens are generated (≥ 1).
    package var maxTokens: Int
    /// What of the answer is there already, by another model: it is continued, and not repeated.
    package var answerSoFar: String
    /// The form that the answer must have; a model that cannot keep to one refuses.
    package var constraint: OutputConstraint?
    /// Texts that end the answer, and are not part of it.
    package var stopTexts: [String]

    package init(
        _ prompt: Prompt, sampling: Sampling = Sampling(), maxTokens: Int = 512, answerSoFar: String = "",
        constraint: OutputConstraint? = nil, stopTexts: [String] = []
    ) {
        self.prompt = prompt
        self.sampling = sampling
        self.maxTokens = maxTokens
        self.answerSoFar = answerSoFar
        self.constraint = constraint
        self.stopTexts = stopTexts
    }
}

/// One generated token, with what the model knew when it chose it. A model that does not tell its probabilities gives
/// numbers that are not a number, and −1 for an id.
package struct GeneratedToken: Sendable, Hashable {
    package var id: Int32
    /// The text that became complete with this token: valid UTF-8, empty while a character is still split over tokens.
    package var text: String
    /// Natural logarithm of the token's probability at temperature 1, before any filter (≤ 0). Under an
    /// ``OutputConstraint``, among the tokens that it allows; not a number where it allows this one alone.
    package var logProbability: Float
    /// Entropy of the whole distribution at temperature 1, in nats (≥ 0).
    package var entropy: Float
    /// Natural-log probability of the best token minus that of the second best (≥ 0).
    package var margin: Float

    package init(id: Int32, text: String, logProbability: Float, entropy: Float, margin: Float) {
        self.id = id
        self.text = text
        self.logProbability = logProbability
        self.entropy = entropy
        self.margin = margin
    }

    /// Whether its probability is known.
    package var isScored: Bool { !logProbability.isNaN }
}

/// What it took to read the prompt.
package struct PrefillStatistics: Sendable, Hashable {
    /// Tokens of the whole prompt.
    package var promptTokens: Int
    /// How many of them were found in the KV cache and not computed again.
    package var reusedTokens: Int
    package var duration: Duration

    package init(promptTokens: Int, reusedTokens: Int, duration: Duration) {
        self.promptTokens = promptTokens
        self.reusedTokens = reusedTokens
        self.duration = duration
    }

    /// Computed tokens per second; `nil` where nothing was computed.
    package var tokensPerSecond: Double? {
        Duration.rate(of: promptTokens - reusedTokens, in: duration)
    }
}

/// Why a model stopped.
package enum StopReason: String, Sendable, Hashable, Codable {
    /// The model ended its answer.
    case eos
    /// `maxTokens` or the end of the context was reached.
    case length
    /// It repeated itself, and could not be made to stop: it ends behind the first repetition.
    case loop
    /// Somebody stopped it.
    case cancelled
}

/// The end of a generation.
package struct GenerationSummary: Sendable, Hashable {
    package var stop: StopReason
    /// All that were generated, those among them that were taken back.
    package var generatedTokens: Int
    /// From the request to the first token; `nil` where none came.
    package var timeToFirstToken: Duration?
    /// Time spent on all tokens after the first.
    package var decodeDuration: Duration
    /// Tokens in the KV cache now, prompt included.
    package var contextTokens: Int
    /// What makes the same answer again; `nil` where chance had no part in it.
    package var seed: UInt64?

    package init(
        stop: StopReason, generatedTokens: Int, timeToFirstToken: Duration?, decodeDuration: Duration,
        contextTokens: Int, seed: UInt64? = nil
    ) {
        self.stop = stop
        self.generatedTokens = generatedTokens
        self.timeToFirstToken = timeToFirstToken
        self.decodeDuration = decodeDuration
        self.contextTokens = contextTokens
        self.seed = seed
    }

    /// Tokens per second after the first; `nil` for fewer than two tokens.
    package var decodeTokensPerSecond: Double? {
        Duration.rate(of: generatedTokens - 1, in: decodeDuration)
    }
}

/// What is taken back of an answer that began to repeat itself.
package struct Rollback: Sendable, Hashable {
    /// How many of the latest tokens no longer count.
    package var tokens: Int
    /// How many bytes of UTF-8 their text had.
    package var textBytes: Int

    package init(tokens: Int, textBytes: Int) {
        self.tokens = tokens
        self.textBytes = textBytes
    }
}

/// What a model tells while it works, in this order: any `contextTrimmed`, `prefilling`…, one `prefilled`, `token`… with any
/// `rolledBack` among them, one `finished`. A model that does not see its prompt being read leaves the second and third out.
package enum GenerationEvent: Sendable, Hashable {
    /// The conversation was too long for the context: this many of its oldest messages were left out (the system
    /// prompt never is).
    case contextTrimmed(droppedMessages: Int)
    /// Progress of a long prompt.
    case prefilling(done: Int, total: Int)
    case prefilled(PrefillStatistics)
    case token(GeneratedToken)
    /// The answer repeated itself: its latest tokens are taken back, and others follow, or the end.
    case rolledBack(Rollback)
    /// What a ``DraftScorer`` makes of text that came as tokens before: in its own tokens, not to be shown again.
    case scored([GeneratedToken])
    /// The model failed, and another one on this device goes on where it stopped. What it tells follows.
    case failedOver(Failover)
    case finished(GenerationSummary)
}

/// One model of this device going on for another.
package struct Failover: Sendable, Hashable {
    /// The model that goes on.
    package var model: ModelIdentity
    /// Why the other one did not, in one line.
    package var reason: String

    package init(model: ModelIdentity, reason: String) {
        self.model = model
        self.reason = reason
    }
}

/// A model that continues a conversation: the port behind which the CPU engine and the HAT+ stand.
package protocol LanguageModel: Sendable {
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

/// A model that judges what another one writes, for a board that does not tell its probabilities.
package protocol DraftScorer: Sendable {
    /// How probable it finds an answer, token by token in its own tokens, as if it had written it.
    ///
    /// The answer grows from call to call; what was read before is not read again.
    ///
    /// - Parameter known: how many of the answer's first tokens need not be told again (≥ 0).
    /// - Returns: the tokens after those, with their texts.
    func scores(
        of answer: String, to prompt: GenerationRequest.Prompt, after known: Int
    ) async throws -> [GeneratedToken]
}

/// An error of a model that knows whose fault it is.
package protocol ModelFault: Error {
    /// Whether another request may well succeed at once.
    var blamesRequest: Bool { get }
}
