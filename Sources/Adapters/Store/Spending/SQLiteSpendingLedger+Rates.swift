internal import AssistantCore
internal import GRDB

extension SQLiteSpendingLedger {
    func delay(
        under caps: [RateCap], adding tokens: Int, at now: Timestamp
    ) async throws(StoreError) -> RateDelay? {
        guard !caps.isEmpty else { return nil }
        return try await access.read { database in
            try Self.delay(under: caps, adding: tokens, for: nil, at: now, in: database)
        }
    }

    /// The first limit that does not allow one more request of so many tokens; `nil` where all do.
    ///
    /// Charges are dated as ``chargeTime(_:in:)`` dates them, so that a clock that went back can only make a limit tighter.
    ///
    /// - Parameter request: limits on other scopes do not concern it; `nil` for any request.
    static func delay(
        under caps: [RateCap], adding tokens: Int, for request: SpendingRequest?, at now: Timestamp,
        in database: Database
    ) throws -> RateDelay? {
        let latest = try chargeTime(now, in: database)
        let window = Int64(RateCap.window.inSeconds * 1_000)
        for cap in caps {
            if let request, !cap.scope.includes(request) { continue }
            let (condition, label) = condition(for: cap.scope)
            let charges = try Row.fetchAll(
                database,
                sql: """
                    SELECT reservedAt, CASE state WHEN 'settled' THEN coalesce(promptTokens, 0) + coalesce(completionTokens, 0)
                        ELSE worstCaseTokens END AS tokens
                    FROM charge WHERE reservedAt > ?1 AND state <> 'released' AND \(condition) ORDER BY reservedAt
                    """, arguments: [latest - window, label])
            guard let free = try firstFree(cap, adding: tokens, after: charges, latest: latest, window: window) else {
                continue
            }
            return RateDelay(cap, wait: .milliseconds(free - latest))
        }
        return nil
    }

    /// When enough of the window's charges have left it; `nil` where the limit allows the request now.
    private static func firstFree(
        _ cap: RateCap, adding tokens: Int, after charges: [Row], latest: Int64, window: Int64
    ) throws -> Int64? {
        var requests = charges.count
        var used = 0
        var costs: [(at: Int64, tokens: Int)] = []
        for charge in charges {
            let count: Int = try charge.checked("tokens")
            costs.append((try charge.checked("reservedAt"), max(0, count)))
            used = used.addingClamped(max(0, count))
        }
        func allows() -> Bool {
            if let limit = cap.requests, requests >= limit { return false }
            if let limit = cap.tokens, used.addingClamped(tokens) > limit { return false }
            return true
        }
        guard !allows() else { return nil }
        for cost in costs {
            requests -= 1
            used -= cost.tokens
            if allows() { return cost.at + window }
        }
        return latest + window
    }
}

extension Int {
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? .max : sum
    }
}
