/// Why a remote model gave no answer, or only a part of one.
///
/// Its texts are safe to show and to log: one line each, without secrets and control characters. A server's own words
/// are quoted in part; what it says was wrong with the conversation is not.
package struct CloudFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var kind: Kind
    /// What the failed attempt may have cost.
    package var billing: Billing
    /// One line for a person: what happened and what to do next.
    package var message: String
    /// The server's HTTP status, where it answered.
    package var status: Int?
    /// The server's `x-request-id`, sanitised.
    package var requestID: String?
    /// The server's `x-inference-id`, sanitised.
    package var inferenceID: String?
    /// What the server counted before the failure: settle from it where it is there.
    package var usage: CloudUsage?
    /// How often the request was tried, this attempt included.
    package var attempts: Int

    package init(
        _ kind: Kind, billing: Billing, message: String, status: Int? = nil, requestID: String? = nil,
        inferenceID: String? = nil, usage: CloudUsage? = nil, attempts: Int = 1
    ) {
        self.kind = kind
        self.billing = billing
        self.message = message
        self.status = status
        self.requestID = requestID
        self.inferenceID = inferenceID
        self.usage = usage
        self.attempts = attempts
    }

    package var description: String { message }
}

extension CloudFailure {
    /// What a router, a budget or a breaker can act on.
    package enum Kind: Sendable, Hashable {
        /// No key is configured, or its file cannot be used.
        case noCredential
        /// The key was refused (401, 403).
        case unauthorised
        /// The provider's own budget is used up (402).
        case budgetExhausted
        /// The model, or the address, does not exist (404).
        case modelUnknown
        /// Prompt and answer together do not fit the model's context.
        case contextOverflow(limit: Int?, requested: Int?)
        /// The server did not understand or want the request (400, 413, 422 and other 4xx).
        case badRequest
        /// Too many requests (429). No failure of the service.
        case rateLimited(retryAfter: Duration?)
        /// The server has a fault, or said so in mid-reply (5xx).
        case unavailable(retryAfter: Duration?)
        case timeout(Phase)
        /// The connection ended, or the reply stopped, before it was complete.
        case brokenStream
        /// The server's reply is not what the protocol says.
        case invalidReply
        /// No trusted connection: a wrong name, an unknown or expired certificate, a refused client certificate.
        case tls
        /// No connection: the name is unknown, the port closed, the network down.
        case unreachable
        /// Plain HTTP to somewhere else than this device.
        case refusedPlainHTTP
        /// The server points elsewhere; the key is not sent there.
        case redirected
        case cancelled
        /// The permission to send was gone when the request was about to leave, or to leave again.
        case withheld

        /// A stable word for logs, audit and JSON.
        package var code: String {
            switch self {
            case .noCredential: "no_credential"
            case .unauthorised: "unauthorised"
            case .budgetExhausted: "budget_exhausted"
            case .modelUnknown: "model_unknown"
            case .contextOverflow: "context_overflow"
            case .badRequest: "bad_request"
            case .rateLimited: "rate_limited"
            case .unavailable: "unavailable"
            case .timeout(let phase): "timeout_\(phase.rawValue)"
            case .brokenStream: "broken_stream"
            case .invalidReply: "invalid_reply"
            case .tls: "tls"
            case .unreachable: "unreachable"
            case .refusedPlainHTTP: "refused_plain_http"
            case .redirected: "redirected"
            case .cancelled: "cancelled"
            case .withheld: "withheld"
            }
        }
    }

    /// Which wait was too long.
    package enum Phase: String, Sendable, Hashable {
        /// Until a connection was there.
        case connect
        /// From the request to the first text.
        case firstToken = "first_token"
        /// Between two pieces of text.
        case stall
        /// The whole request.
        case total
    }

    /// What a failed attempt may have cost.
    package enum Billing: String, Sendable, Hashable {
        /// No part of the request left the device.
        case nothingSent = "nothing_sent"
        /// The server answered with an error instead of a reply, which is not charged.
        case refused
        /// The request left, and nobody knows what became of it.
        case sent
        /// Part of the answer came.
        case partlyAnswered = "partly_answered"

        /// Whether a reservation has to stay until it is settled from usage, or for good where none came.
        package var mayBeCharged: Bool { self == .sent || self == .partlyAnswered }
    }
}
