package import AssistantCore

/// What the cloud has cost in the budget's present period, and what it may cost.
package struct SpendingState: Sendable, Hashable {
    package var spent: Money
    /// Nothing is sent beyond it; `nil` where there is no budget.
    package var limit: Money?
    /// From here on a warning is due.
    package var warning: Money?
    /// In a word or two: `today`, `per 7d`.
    package var period: String

    package init(spent: Money, limit: Money? = nil, warning: Money? = nil, period: String = "today") {
        self.spent = spent
        self.limit = limit
        self.warning = warning
        self.period = period
    }

    /// Of the budget; `nil` where there is none.
    var share: Double? { share(of: spent) }

    /// Where on the budget's scale the warning stands.
    var warningShare: Double? { warning.flatMap(share) }

    private func share(of money: Money) -> Double? {
        limit.flatMap { $0 > .zero ? Double(money.microUSD) / Double($0.microUSD) : nil }
    }

    var color: ColorRole {
        if let limit, spent >= limit { return .danger }
        if let warning, spent >= warning { return .warning }
        return .brand
    }
}
