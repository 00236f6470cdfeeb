package import AssistantCore

/// What the operator set for the whole device.
package enum OperatorLock: String, Sendable, Hashable, Codable {
    case none
    /// Nothing is ever sent.
    case localOnly = "local_only"
    /// The device's own model is not asked, but for what must stay.
    case cloudOnly = "cloud_only"
}

/// Whether the cloud may and can be asked, at one moment.
package struct CloudState: Sendable, Hashable {
    package enum Endpoint: Sendable, Hashable {
        /// Where it is, in the words that consent was asked for: `https://api.tokenfactory.nebius.com/v1`.
        case ready(String)
        /// One sentence for a person, with the next step.
        case unready(String)
    }

    package var lock: OperatorLock
    package var endpoint: Endpoint
    /// The operator's latest word on this endpoint; `nil` where there is none.
    package var consent: Consent?
    package var budget: BudgetState
    package var breaker: BreakerState

    package init(
        lock: OperatorLock, endpoint: Endpoint, consent: Consent?, budget: BudgetState = .open,
        breaker: BreakerState = .closed(fails: 0)
    ) {
        self.lock = lock
        self.endpoint = endpoint
        self.consent = consent
        self.budget = budget
        self.breaker = breaker
    }

    /// Whether the operator allowed this very endpoint.
    var isConsented: Bool {
        guard case .ready(let subject) = endpoint, let consent else { return false }
        return consent.isGranted && consent.subject == subject
    }

    /// What bars the cloud beside the rules, in the order of the router; empty where nothing does.
    var bars: [RouteReason] {
        var reasons: [RouteReason] = []
        switch endpoint {
        case .unready(let why): reasons.append(RouteReason(.cloudUnready, why))
        case .ready: if !isConsented { reasons.append(.consentMissing) }
        }
        if !budget.admits, let sentence = budget.sentence {
            let code: RouteReason.Code =
                switch budget {
                case .priceUnknown: .priceUnknown
                case .tooFast: .rateLimited
                case .open, .warned, .exhausted: .budgetExhausted
                }
            reasons.append(RouteReason(code, sentence))
        }
        if let sentence = breaker.sentence { reasons.append(RouteReason(.breakerOpen, sentence)) }
        return reasons
    }

    /// What to tell although the cloud may be asked.
    var warnings: [RouteReason] {
        guard budget.admits, let sentence = budget.sentence else { return [] }
        return [RouteReason(.budgetWarning, sentence)]
    }
}
