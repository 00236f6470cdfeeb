public import AssistantCore

/// What may be spent on the cloud, for each scope: a hard limit, a softer one that only warns, and how long they last.
///
/// The arithmetic only. What was spent is in a ``AssistantCore/SpendingLedger``, which reserves atomically within
/// ``caps(at:)``; what is said here before a reservation spares a request that the ledger would refuse.
public struct Budget: Sendable, Hashable {
    /// The limits of one scope. `nil` limits nothing; without a duration a limit is for good.
    public struct Limits: Sendable, Hashable, Codable {
        /// Nothing is sent that could cost more than what is left of it.
        public var maxBudget: Money?
        /// From here on, a warning is shown.
        public var softBudget: Money?
        public var budgetDuration: BudgetDuration?

        public init(maxBudget: Money? = nil, softBudget: Money? = nil, budgetDuration: BudgetDuration? = nil) {
            self.maxBudget = maxBudget
            self.softBudget = softBudget
            self.budgetDuration = budgetDuration
        }

        private enum CodingKeys: String, CodingKey {
            case maxBudget = "max_budget"
            case softBudget = "soft_budget"
            case budgetDuration = "budget_duration"
        }

        /// The beginning of the current period.
        public func periodStart(at now: Timestamp) -> Timestamp {
            budgetDuration?.periodStart(at: now) ?? Timestamp(millisecondsSince1970: .min)
        }
    }

    /// One scope with its limits.
    public struct Line: Sendable, Hashable {
        public var scope: SpendingScope
        public var limits: Limits

        public init(_ scope: SpendingScope, _ limits: Limits) {
            self.scope = scope
            self.limits = limits
        }
    }

    public var lines: [Line]

    public init(_ lines: [Line] = []) {
        self.lines = lines
    }

    /// The hard limits as the ledger takes them.
    public func caps(at now: Timestamp) -> [SpendingCap] {
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
    public func standing(charged: [Money], worstCase: Money?) -> BudgetStanding {
        var warning = BudgetStanding.open
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
public enum BudgetStanding: Sendable, Hashable {
    case open
    /// The soft limit is reached: go on, and say so.
    case warned(SpendingScope, charged: Money, limit: Money)
    /// The request could exceed the hard limit: stay on the device, and say so.
    case exhausted(SpendingScope, charged: Money, limit: Money, needed: Money)
    /// There is a hard limit, and nobody knows what the model costs.
    case priceUnknown

    /// Whether money may be reserved.
    public var admits: Bool {
        switch self {
        case .open, .warned: true
        case .exhausted, .priceUnknown: false
        }
    }

    /// A few words for the status line; empty where there is nothing to say.
    public var words: String {
        switch self {
        case .open: ""
        case .warned(_, let charged, let limit): "budget \(charged) of \(limit)"
        case .exhausted(_, let charged, let limit, _): charged >= limit ? "budget used up" : "over budget"
        case .priceUnknown: "price unknown"
        }
    }

    /// A sentence with the next step; `nil` where there is nothing to say.
    public var sentence: String? {
        switch self {
        case .open: nil
        case .warned(let scope, let charged, let limit):
            "The soft budget\(scope.owner) is reached: \(charged) of \(limit)."
        case .exhausted(let scope, let charged, let limit, let needed):
            "The budget\(scope.owner) \(charged >= limit ? "is used up" : "does not suffice"): \(charged) of \(limit) charged, "
                + "and this could cost \(needed); raise max_budget or wait for the next period."
        case .priceUnknown:
            "The price of the cloud model is unknown, so the budget cannot be kept; configure its price."
        }
    }
}

extension SpendingScope {
    fileprivate var owner: String {
        switch self {
        case .everything: ""
        case .device(let name): " of device \(name)"
        case .team(let name): " of team \(name)"
        }
    }
}
