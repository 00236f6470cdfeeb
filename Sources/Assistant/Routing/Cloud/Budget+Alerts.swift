package import AssistantCore

extension Budget {
    /// A soft limit that was reached, to be reported once in its period.
    package struct Alert: Sendable, Hashable {
        package var scope: SpendingScope
        /// The beginning of the period in which it was reached.
        package var period: Timestamp
        package var charged: Money
        package var limit: Money

        /// One sentence, without a word of a conversation.
        package var sentence: String {
            BudgetState.warned(scope, charged: charged, limit: limit).sentence ?? ""
        }
    }

    /// The soft limits that are reached.
    ///
    /// - Parameter charged: for each of ``lines``, in their order, what was charged in its period.
    package func alerts(charged: [Money], at now: Timestamp) -> [Alert] {
        zip(lines, charged).compactMap { line, spent in
            guard let limit = line.limits.softBudget, spent >= limit else { return nil }
            return Alert(scope: line.scope, period: line.limits.periodStart(at: now), charged: spent, limit: limit)
        }
    }

    /// The limits of a minute, for the ledger.
    package var rates: [RateCap] {
        lines.compactMap { line in
            guard line.limits.rpm != nil || line.limits.tpm != nil else { return nil }
            return RateCap(line.scope, requests: line.limits.rpm, tokens: line.limits.tpm)
        }
    }

    /// What everybody but `team` may spend where a part of the whole budget is set aside for that team; `nil` where there
    /// is no whole budget to set it aside from.
    package static func line(reserving reserve: Money, for team: String, of limits: Limits) -> Line? {
        guard let whole = limits.maxBudget else { return nil }
        return Line(
            .allBut(team: team),
            Limits(maxBudget: max(.zero, whole - reserve), budgetDuration: limits.budgetDuration))
    }
}
