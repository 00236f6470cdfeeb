/// What a server says is left of its rate limits. Every part may be missing.
package struct CloudQuota: Sendable, Hashable {
    /// One limit, as far as the server told.
    package struct Share: Sendable, Hashable {
        package var limit: Int?
        package var remaining: Remaining?
        /// Until the limit is whole again.
        package var resetsAfter: Duration?

        package init(limit: Int? = nil, remaining: Remaining? = nil, resetsAfter: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetsAfter = resetsAfter
        }
    }

    /// Servers count what is left, or give it as a part of the whole.
    package enum Remaining: Sendable, Hashable {
        case count(Int)
        /// Range 0 … 1.
        case fraction(Double)

        /// Whether nothing is left.
        package var isNone: Bool {
            switch self {
            case .count(let count): count <= 0
            case .fraction(let fraction): fraction <= 0
            }
        }
    }

    package var requests: Share
    package var tokens: Share
    /// The server says that a limit is exceeded, though it may still serve.
    package var isOverLimit: Bool

    package init(requests: Share = Share(), tokens: Share = Share(), isOverLimit: Bool = false) {
        self.requests = requests
        self.tokens = tokens
        self.isOverLimit = isOverLimit
    }
}
