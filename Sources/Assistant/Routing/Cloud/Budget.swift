package import AssistantCore

/// What may be spent on the cloud, for each scope: a hard limit, a softer one that only warns, and how long they last.
///
/// The arithmetic only. What was spent is in a ``AssistantCore/SpendingLedger``, which reserves atomically within
/// ``caps(at:)``; what is said here before a reservation spares a request that the ledger would refuse.
package struct Budget: Sendable, Hashable {
    /// The limits of one scope. `nil` limits nothing; without a duration a limit is for good.
    package struct Limits: Sendable, Hashable, Codable {
        /// Nothing is sent that could cost more than what is left of it.
        package var maxBudget: Money?
        /// From here on, a warning is shown.
        package var softBudget: Money?
        package var budgetDuration: BudgetDuration?
        /// Requests a minute.
        package var rpm: Int?
        /// Tokens a minute.
        package var tpm: Int?

        package init(
            maxBudget: Money? = nil, softBudget: Money? = nil, budgetDuration: BudgetDuration? = nil, rpm: Int? = nil,
            tpm: Int? = nil
        ) {
            self.rpm = rpm
            self.tpm = tpm
            self.maxBudget = maxBudget
            self.softBudget = softBudget
            self.budgetDuration = budgetDuration
        }

        private enum CodingKeys: String, CodingKey {
            case maxBudget = "max_budget"
            case softBudget = "soft_budget"
            case budgetDuration = "budget_duration"
            case rpm, tpm
        }

        /// The beginning of the current period.
        package func periodStart(at now: Timestamp) -> Timestamp {
            budgetDuration?.periodStart(at: now) ?? Timestamp(millisecondsSince1970: .min)
        }
    }

    /// One scope with its limits.
    package struct Line: Sendable, Hashable {
        package var scope: SpendingScope
        package var limits: Limits

        package init(_ scope: SpendingScope, _ limits: Limits) {
            self.scope = scope
            self.limits = limits
        }
    }

    package var lines: [Line]

    package init(_ lines: [Line] = []) {
        self.lines = lines
    }

    /// The hard limits as the ledger takes them.
    package func caps(at now: Timestamp) -> [SpendingCap] {
        lines.compactMap { line in
            line.limits.maxBudget.map {
                SpendingCap(
                    line.scope, since: line.limits.periodStart(at: now), limitMicroUSD: max(.zero, $0).microUSD)
            }
        }
    }

    /// Whether a request that costs `worstCase` at most would pass, and whether a warning is due.
    ///
    /// - Parameters:
    ///   - charged: for each of `lines`, in their order, what was charged in its period; a missing one counts as
    ///     unlimited spending, since nobody knows.
    ///   - worstCase: `nil` where the price is unknown, which no hard limit lets pass.
    package func state(charged: [Money], worstCase: Money?) -> BudgetState {
        var warning = BudgetState.open
        for (index, line) in lines.enumerated() {
            let spent = index < charged.count ? max(.zero, charged[index]) : .max
            if let limit = line.limits.maxBudget {
                guard let worstCase else { return .priceUnknown }
                guard spent + max(.zero, worstCase) <= max(.zero, limit), spent < .max else {
                    return .exhausted(line.scope, charged: spent, limit: max(.zero, limit), needed: worstCase)
                }
            }
            if warning == .open, let limit = line.limits.softBudget, spent >= limit {
                warning = .warned(line.scope, charged: spent, limit: limit)
            }
        }
        return warning
    }
}

/// What a budget says to a request.
package enum BudgetState: Sendable, Hashable {
    case open
    /// The soft limit is reached: go on, and say so.
    case warned(SpendingScope, charged: Money, limit: Money)
    /// The request could exceed the hard limit: stay on the device, and say so.
    case exhausted(SpendingScope, charged: Money, limit: Money, needed: Money)
    /// There is a hard limit, and nobody knows what the model costs.
    case priceUnknown
    /// A limit of a minute is reached: stay on the device for so long.
    case tooFast(RateDelay)

    /// Whether money may be reserved.
    package var admits: Bool {
        switch self {
        case .open, .warned: true
        case .exhausted, .priceUnknown, .tooFast: false
        }
    }

    /// A few words for the status line; empty where there is nothing to say.
    package var words: String {
        switch self {
        case .open: ""
        case .warned(_, let charged, let limit): "budget \(charged) of \(limit)"
        case .exhausted(_, let charged, let limit, _): charged >= limit ? "budget used up" : "over budget"
        case .priceUnknown: "price unknown"
        case .tooFast: "rate limit"
        }
    }

    /// A sentence with the next step; `nil` where there is nothing to say.
    package var sentence: String? {
        switch self {
        case .open: nil
        case .warned(let scope, let charged, let limit):
            "The soft budget\(scope.owner) is reached: \(charged) of \(limit)."
        case .exhausted(let scope, let charged, let limit, let needed):
            "The budget\(scope.owner) \(charged >= limit ? "is used up" : "does not suffice"): \(charged) of \(limit) charged, "
                + "and this could cost \(needed); raise max_budget or wait for the next period."
        case .priceUnknown:
            "The price of the cloud model is unknown, or said to be 0, so the budget cannot be kept; configure its price."
        case .tooFast(let delay): delay.sentence
        }
    }
}

extension SpendingScope {
    fileprivate var owner: String {
        switch self {
        case .everything: ""
        case .device(let name): " of device \(name)"
        case .team(let name): " of team \(name)"
        case .allBut(let team): " beside what is kept for team \(team)"
        }
    }
}

extension RateDelay {
    /// Which limit it is, and when the cloud may be asked again.
    fileprivate var sentence: String {
        let limits = [
            cap.requests.map { "\($0) request\($0 == 1 ? "" : "s")" },
            cap.tokens.map { "\($0) token\($0 == 1 ? "" : "s")" },
        ].compactMap(\.self)
        let seconds = max(1, Int(wait.inSeconds.rounded(.up)))
        return "The limit\(cap.scope.owner) of \(limits.joined(separator: " or ")) a minute is reached; "
            + "the cloud may be asked again in \(seconds) s, or raise rpm or tpm."
    }
}
