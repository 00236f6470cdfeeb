/// A remote model that answers over a network: the port behind which Nebius stands.
///
/// Everything that is given to it leaves the device. Whoever calls decides beforehand whether it may (consent, rules,
/// redaction, budget), and is asked again at the last moment; the client sends what it is given and nothing else.
package protocol CloudModel: Sendable {
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
    /// `mayLeave` is asked before each attempt, and again for each piece of the body when it is handed to a connection.
    /// Where it says no, the request fails with ``CloudFailure/Kind/withheld`` and no further byte of
    /// the body is handed out; it is not repeated. It may be called from any thread.
    ///
    /// The stream ends with ``CloudEvent/finished(_:)`` or throws ``CloudFailure``. Failed attempts are repeated only
    /// where the server cannot have charged for them, so **at most one attempt of a request costs money** and one
    /// reservation covers it: settle it from ``CloudFailure/billing`` or the usage.
    ///
    /// Ending the iteration, or cancelling its task, closes the connection's stream at once; the stream then simply
    /// ends. What was sent by then may be billed, so a caller who cancels keeps the reservation.
    func stream(_ request: CloudRequest, mayLeave: @escaping SendPermission)
        -> AsyncThrowingStream<CloudEvent, any Error>

    /// Closes all connections; requests under way fail. Nothing may be asked afterwards. Calling it twice does no harm.
    func shutdown() async
}

/// When somebody asks whether a request may leave.
package enum SendMoment: Sendable, Hashable {
    /// An attempt begins, the first one or a repetition; no byte of it has left.
    case beforeAttempt
    /// A piece of the body is handed to the connection next.
    case handingOut
}

/// Says whether a request may leave at this moment. Any thread.
package typealias SendPermission = @Sendable (SendMoment) async -> Bool

/// What a remote model is asked to do. All of it leaves the device.
package struct CloudRequest: Sendable, Hashable {
    package var messages: [Message]
    /// At most this many tokens are generated, reasoning included (≥ 1).
    package var maxTokens: Int
    /// `nil` leaves the choice to the server. Range 0 … 2.
    package var temperature: Double?
    /// `nil` leaves the choice to the server. Range 0 < p ≤ 1.
    package var topP: Double?
    /// Texts that end the answer where they appear; at most 4.
    package var stop: [String]
    /// A model by its identifier; `nil` takes the one that ``CloudModel/prepare()`` settled on.
    package var model: String?

    package init(
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
package enum CloudEvent: Sendable, Hashable {
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
package struct CloudConnection: Sendable, Hashable {
    /// The model that was asked for.
    package var model: String
    /// The server's `x-request-id`, sanitised.
    package var requestID: String?
    /// The server's `x-inference-id`, sanitised.
    package var inferenceID: String?
    /// What the server says is left of its rate limits; `nil` where it says nothing.
    package var quota: CloudQuota?

    package init(model: String, requestID: String? = nil, inferenceID: String? = nil, quota: CloudQuota? = nil) {
        self.model = model
        self.requestID = requestID
        self.inferenceID = inferenceID
        self.quota = quota
    }
}

/// An attempt that is going to be repeated.
package struct CloudRetry: Sendable, Hashable {
    /// The number of the attempt that failed, from 1.
    package var attempt: Int
    /// The pause before the next one.
    package var delay: Duration
    package var failure: CloudFailure

    package init(attempt: Int, delay: Duration, failure: CloudFailure) {
        self.attempt = attempt
        self.delay = delay
        self.failure = failure
    }
}

/// Tokens as the server counted them.
package struct CloudUsage: Sendable, Hashable, Codable {
    package var promptTokens: Int
    /// Generated tokens, reasoning included.
    package var completionTokens: Int
    /// How many of `completionTokens` were reasoning.
    package var reasoningTokens: Int
    /// How many of `promptTokens` the server found in its own cache.
    package var cachedPromptTokens: Int

    package init(promptTokens: Int, completionTokens: Int, reasoningTokens: Int = 0, cachedPromptTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.reasoningTokens = reasoningTokens
        self.cachedPromptTokens = cachedPromptTokens
    }
}

/// The end of a reply.
package struct CloudSummary: Sendable, Hashable {
    package var stop: CloudStop
    /// `nil` where the server did not say: keep the reservation then.
    package var usage: CloudUsage?
    /// From the moment the request left to the first text, reasoning included; `nil` for an empty reply.
    package var timeToFirstToken: Duration?
    /// From the moment the request left to the end of the reply.
    package var duration: Duration
    /// How often the request was sent, from 1.
    package var attempts: Int

    package init(
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
package enum CloudStop: Sendable, Hashable {
    /// The model ended its answer, or one of the request's stop texts appeared.
    case ended
    /// `maxTokens` or the end of the context was reached.
    case length
    /// The provider withheld the rest.
    case contentFilter
    /// The model would not answer; its text says so.
    case refusal
    /// A reason that Brim does not know, sanitised; empty where the server gave none.
    case other(String)
}

extension CloudStop {
    /// A stable word for records and JSON; `nil` where the answer is simply whole.
    package var word: String? {
        switch self {
        case .ended: nil
        case .length: "length"
        case .contentFilter: "content_filter"
        case .refusal: "refusal"
        case .other(let reason): reason.isEmpty ? "unknown" : reason
        }
    }

    /// Reads ``word``.
    package init(word: String?) {
        switch word {
        case nil: self = .ended
        case "length": self = .length
        case "content_filter": self = .contentFilter
        case "refusal": self = .refusal
        case "unknown": self = .other("")
        case let reason?: self = .other(reason)
        }
    }

    /// What came of the request, for the audit log.
    package var outcome: String {
        switch self {
        case .ended: "answered"
        case .length: "answered, cut at the length limit"
        case .contentFilter: "the provider withheld the rest of the answer"
        case .refusal: "the model declined to answer"
        case .other(""): "answered, with no reason given for the end"
        case .other(let reason): "ended by the server: \(reason)"
        }
    }
}
