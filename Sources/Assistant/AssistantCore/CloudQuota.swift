/// What a server says is left of its rate limits. Every part may be missing.
public struct CloudQuota: Sendable, Hashable {
    /// One limit, as far as the server told.
    public struct Share: Sendable, Hashable {
        public var limit: Int?
        public var remaining: Remaining?
        /// Until the limit is whole again.
        public var resetsAfter: Duration?

        public init(limit: Int? = nil, remaining: Remaining? = nil, resetsAfter: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetsAfter = resetsAfter
        }
    }

    /// Servers count what is left, or give it as a part of the whole.
    public enum Remaining: Sendable, Hashable {
        case count(Int)
        /// Range 0 … 1.
        case fraction(Double)

        /// Whether nothing is left.
        public var isNone: Bool {
            switch self {
            case .count(let count): count <= 0
            case .fraction(let fraction): fraction <= 0
            }
        }
    }

    public var requests: Share
    public var tokens: Share
    /// The server says that a limit is exceeded, though it may still serve.
    public var isOverLimit: Bool

    public init(requests: Share = Share(), tokens: Share = Share(), isOverLimit: Bool = false) {
        self.requests = requests
        self.tokens = tokens
        self.isOverLimit = isOverLimit
    }
}
