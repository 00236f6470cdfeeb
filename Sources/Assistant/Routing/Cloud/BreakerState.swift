package import AssistantCore

/// What a circuit breaker says at a moment.
package enum BreakerState: Sendable, Hashable {
    /// All is well, or nearly: so many failures in a row.
    case closed(fails: Int)
    /// Nothing is sent for so long.
    case open(for: Duration)
    /// The next request is a probe.
    case halfOpen
    /// A probe is under way; no other request is sent meanwhile.
    case probing
    /// The server asked for a pause that lasts so long still.
    case rateLimited(for: Duration)
    /// Nothing is sent until a person changes something.
    case blocked(CloudFailure.Kind)

    /// Whether a request would be let through now.
    package var admits: Bool {
        switch self {
        case .closed, .halfOpen: true
        case .open, .probing, .rateLimited, .blocked: false
        }
    }

    /// One or two words for the status line; empty where there is nothing to say.
    package var words: String {
        switch self {
        case .closed(fails: 0): ""
        case .closed: "cloud shaky"
        case .open(let rest): "cloud down, again in \(rest.inWholeSeconds) s"
        case .halfOpen: "cloud untested"
        case .probing: "cloud tested now"
        case .rateLimited(let rest): "cloud busy, again in \(rest.inWholeSeconds) s"
        case .blocked(let kind): "cloud blocked: \(kind.remedy.cause)"
        }
    }

    /// A sentence with the next step, where requests are not let through; `nil` where they are.
    package var sentence: String? {
        switch self {
        case .closed, .halfOpen: nil
        case .open(let rest): "The cloud failed repeatedly; it is tried again in \(rest.inWholeSeconds) s."
        case .probing: "The cloud failed repeatedly and is being tested with one request."
        case .rateLimited(let rest): "The cloud asked for a pause; it ends in \(rest.inWholeSeconds) s."
        case .blocked(let kind): "The cloud is blocked (\(kind.remedy.cause)): \(kind.remedy.step)."
        }
    }
}

extension CloudFailure.Kind {
    /// What keeps the cloud blocked, and what a person can do about it.
    fileprivate var remedy: (cause: String, step: String) {
        switch self {
        case .noCredential: ("no key", "set NEBIUS_API_KEY or name a key file")
        case .unauthorised: ("key refused", "put a valid key in place")
        case .budgetExhausted: ("account empty", "top up the provider's account")
        case .modelUnknown: ("model gone", "choose another cloud model")
        case .refusedPlainHTTP: ("no TLS", "use an https address")
        case .redirected: ("address moved", "correct the cloud address")
        default: (code, "check the cloud settings")
        }
    }
}

extension Duration {
    /// Rounded up, so that a countdown never shows 0 while there is time left.
    var inWholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds + (attoseconds > 0 ? 1 : 0)
    }
}
