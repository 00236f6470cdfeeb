/// A remote model that answers over a network: the port behind which Nebius stands.
///
/// Everything that is given to it leaves the device. Whoever calls decides beforehand whether it may (consent, rules,
/// redaction, budget); the client sends what it is given and nothing else.
public protocol CloudModel: Sendable {
    /// Reads the list of models, settles on one of them and leaves an open connection behind, so that the next
    /// ``stream(_:)`` does not wait for a handshake. Cheap when called again: the list is kept for a while.
    ///
    /// Throws ``CloudFailure``. A server without a list of models is no failure: the configured model is then taken at
    /// its word.
    func prepare() async throws -> CloudSelection

    /// What the endpoint offers now. Throws ``CloudFailure``.
    func models() async throws -> [CloudModelInfo]

    /// Sends one request and streams the reply.
    ///
    /// The stream ends with ``CloudEvent/finished(_:)`` or throws ``CloudFailure``. Failed attempts are repeated only
    /// where the server cannot have charged for them, so **at most one attempt of a request costs money** and one
    /// reservation covers it: settle it from ``CloudFailure/billing`` or the usage.
    ///
    /// Ending the iteration, or cancelling its task, closes the connection's stream at once; the stream then simply
    /// ends. What was sent by then may be billed, so a caller who cancels keeps the reservation.
    func stream(_ request: CloudRequest) -> AsyncThrowingStream<CloudEvent, any Error>

    /// Closes all connections; requests under way fail. Nothing may be asked afterwards. Calling it twice does no harm.
    func shutdown() async
}

/// What a remote model is asked to do. All of it leaves the device.
public struct CloudRequest: Sendable, Hashable {
    public var messages: [Message]
    /// At most this many tokens are generated, reasoning included (≥ 1).
    public var maxTokens: Int
    /// `nil` leaves the choice to the server. Range 0 … 2.
    public var temperature: Double?
    /// `nil` leaves the choice to the server. Range 0 < p ≤ 1.
    public var topP: Double?
    /// Texts that end the answer where they appear; at most 4.
    public var stop: [String]
    /// A model by its identifier; `nil` takes the one that ``CloudModel/prepare()`` settled on.
    public var model: String?

    public init(
        _ messages: [Message], maxTokens: Int = 1024, temperature: Double? = nil, topP: Double? = nil,
        stop: [String] = [], model: String? = nil
    ) {
        self.messages = messages
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.stop = stop
        self.model = model
    }
}

/// What a remote model tells while it works, in this order: any `retrying`, one `sending` for each attempt that got a
/// connection, one `connected`, then `reasoning`, `content` and `usage` as they come, one `finished`.
public enum CloudEvent: Sendable, Hashable {
    /// A connection is there and the request leaves the device now.
    case sending
    /// The server accepted the request and has begun to reply.
    case connected(CloudConnection)
    /// An attempt failed without cost and is repeated after a pause.
    case retrying(CloudRetry)
    /// Text of the model's reasoning, which is not part of the answer.
    case reasoning(String)
    /// Text of the answer: valid UTF-8, never empty, without leading newlines.
    case content(String)
    /// What the server counted. The last one holds.
    case usage(CloudUsage)
    /// The reply is complete.
    case finished(CloudSummary)
}

/// What is known of a reply when it begins, for the record.
public struct CloudConnection: Sendable, Hashable {
    /// The model that was asked for.
    public var model: String
    /// The server's `x-request-id`, sanitised.
    public var requestID: String?
    /// The server's `x-inference-id`, sanitised.
    public var inferenceID: String?
    /// What the server says is left of its rate limits; `nil` where it says nothing.
    public var quota: CloudQuota?

    public init(model: String, requestID: String? = nil, inferenceID: String? = nil, quota: CloudQuota? = nil) {
        self.model = model
        self.requestID = requestID
        self.inferenceID = inferenceID
        self.quota = quota
    }
}

/// An attempt that is going to be repeated.
public struct CloudRetry: Sendable, Hashable {
    /// The number of the attempt that failed, from 1.
    public var attempt: Int
    /// The pause before the next one.
    public var delay: Duration
    public var failure: CloudFailure

    public init(attempt: Int, delay: Duration, failure: CloudFailure) {
        self.attempt = attempt
        self.delay = delay
        self.failure = failure
    }
}

/// Tokens as the server counted them.
public struct CloudUsage: Sendable, Hashable, Codable {
    public var promptTokens: Int
    /// Generated tokens, reasoning included.
    public var completionTokens: Int
    /// How many of `completionTokens` were reasoning.
    public var reasoningTokens: Int
    /// How many of `promptTokens` the server found in its own cache.
    public var cachedPromptTokens: Int

    public init(promptTokens: Int, completionTokens: Int, reasoningTokens: Int = 0, cachedPromptTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.reasoningTokens = reasoningTokens
        self.cachedPromptTokens = cachedPromptTokens
    }
}

/// The end of a reply.
public struct CloudSummary: Sendable, Hashable {
    public var stop: CloudStop
    /// `nil` where the server did not say: keep the reservation then.
    public var usage: CloudUsage?
    /// From the moment the request left to the first text, reasoning included; `nil` for an empty reply.
    public var timeToFirstToken: Duration?
    /// From the moment the request left to the end of the reply.
    public var duration: Duration
    /// How often the request was sent, from 1.
    public var attempts: Int

    public init(
        stop: CloudStop, usage: CloudUsage?, timeToFirstToken: Duration?, duration: Duration, attempts: Int
    ) {
        self.stop = stop
        self.usage = usage
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.attempts = attempts
    }
}

/// Why a remote model stopped.
public enum CloudStop: Sendable, Hashable {
    /// The model ended its answer, or one of the request's stop texts appeared.
    case ended
    /// `maxTokens` or the end of the context was reached.
    case length
    /// The provider withheld the rest.
    case contentFilter
    /// A reason that Brim does not know, sanitised; empty where the server gave none.
    case other(String)
}
