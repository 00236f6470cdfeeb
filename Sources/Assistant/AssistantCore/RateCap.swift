/// A limit on how much is sent within a minute, whatever it costs.
package struct RateCap: Sendable, Hashable {
    package var scope: SpendingScope
    /// Requests that may begin within a minute; `nil` for any number.
    package var requests: Int?
    /// Tokens within a minute: those that the server has counted, and the worst case of requests under way; `nil` for any
    /// number.
    package var tokens: Int?

    /// The time that is looked back on.
    package static let window = Duration.seconds(60)

    package init(_ scope: SpendingScope, requests: Int? = nil, tokens: Int? = nil) {
        self.scope = scope
        self.requests = requests
        self.tokens = tokens
    }
}

/// Why a request has to wait: the limit that it would pass, and for how long.
package struct RateDelay: Sendable, Hashable {
    package var cap: RateCap
    /// After this, at the earliest, the limit may allow it. Of the whole window where no waiting helps, because the request
    /// alone is larger than the limit.
    package var wait: Duration

    package init(_ cap: RateCap, wait: Duration) {
        self.cap = cap
        self.wait = wait
    }
}
