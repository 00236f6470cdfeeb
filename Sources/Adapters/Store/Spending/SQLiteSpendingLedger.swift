internal import AssistantCore
internal import GRDB

/// Charges, each first at its worst case.
struct SQLiteSpendingLedger: SpendingLedger {
    let access: DatabaseAccess

    /// One million dollars: no single request costs more, and nine million such charges can be added without overflow.
    private static let maxChargeMicroUSD: Int64 = 1_000_000_000_000

    func reserve(
        _ request: SpendingRequest, within caps: [SpendingCap], rates: [RateCap], at now: Timestamp
    ) async throws(StoreError) -> ReservationOutcome {
        try Self.check(request.worstCaseMicroUSD)
        let tokens = max(0, request.worstCaseTokens)
        let outcome: ReservationOutcome = try await access.write { database in
            for cap in caps where cap.scope.includes(request) {
                // What cannot be read counts as spent.
                guard try !StoreLoss.isOpen(.spending, since: cap.since, in: database) else { return .unreadable(cap) }
                let charged = try Self.total(of: cap.scope, since: cap.since, in: database).chargedMicroUSD
                let (sum, overflowed) = charged.addingReportingOverflow(request.worstCaseMicroUSD)
                guard !overflowed, sum <= cap.limitMicroUSD else { return .refused(cap, chargedMicroUSD: charged) }
            }
            if let delay = try Self.delay(under: rates, adding: tokens, for: request, at: now, in: database) {
                return .tooFast(delay)
            }
            guard try database.isOnDisk else { return .notDurable }
            try database.execute(
                sql: """
                    INSERT INTO charge (state, reservedAt, worstCaseMicroUSD, chargedMicroUSD, model, device, team,
                        worstCaseTokens)
                    VALUES ('reserved', ?1, ?2, ?2, ?3, ?4, ?5, ?6)
                    """,
                arguments: [
                    try Self.chargeTime(now, in: database), request.worstCaseMicroUSD, request.model, request.device,
                    request.team, tokens,
                ])
            return .reserved(ReservationID(database.lastInsertedRowID))
        }
        return outcome
    }

    func settle(
        _ id: ReservationID, costMicroUSD: Int64, usage: CloudUsage, at now: Timestamp
    ) async throws(StoreError) {
        try Self.check(costMicroUSD)
        try await close(
            id,
            """
            state = 'settled', chargedMicroUSD = ?, promptTokens = ?, completionTokens = ?
            """, [costMicroUSD, usage.promptTokens, usage.completionTokens], at: now)
    }

    func release(_ id: ReservationID, at now: Timestamp) async throws(StoreError) {
        try await close(id, "state = 'released', chargedMicroUSD = 0", [], at: now)
    }

    func total(of scope: SpendingScope, since start: Timestamp) async throws(StoreError) -> SpendingTotal {
        try await access.read { database in
            guard try !StoreLoss.isOpen(.spending, since: start, in: database) else {
                throw StoreError(
                    .damagedRecord,
                    "What was spent cannot all be read since the database was lost; see `brim audit verify`.")
            }
            return try Self.total(of: scope, since: start, in: database)
        }
    }

    func totals(by grouping: SpendingGrouping, since start: Timestamp) async throws(StoreError) -> [LabelledSpending] {
        let label =
            switch grouping {
            case .day: "date(reservedAt / 1000, 'unixepoch')"
            case .model: "model"
            case .device: "device"
            case .team: "team"
            }
        return try await access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT coalesce(\(label), '') AS label, \(Self.sums) FROM charge WHERE reservedAt >= ?
                    GROUP BY label ORDER BY label
                    """,
                arguments: [start.millisecondsSince1970]
            ).map { LabelledSpending(label: try $0.checked("label"), total: try Self.total($0)) }
        }
    }

    private func close(
        _ id: ReservationID, _ change: String, _ values: [any DatabaseValueConvertible & Sendable], at now: Timestamp
    ) async throws(StoreError) {
        try await access.write { database in
            try database.execute(
                sql: "UPDATE charge SET \(change), closedAt = ? WHERE id = ? AND state = 'reserved'",
                arguments: StatementArguments(values + [now.millisecondsSince1970, id.rawValue]))
            guard database.changesCount == 0 else { return }
            let state = try String.fetchOne(
                database, sql: "SELECT state FROM charge WHERE id = ?", arguments: [id.rawValue])
            guard let state else { throw StoreError(.notFound, "There is no reservation \(id.rawValue).") }
            throw StoreError(.alreadyClosed, "Reservation \(id.rawValue) was \(state) before.")
        }
    }

    /// A clock that says less is wrong: no Brim that writes charges is older. 2026-01-01, in milliseconds since 1970.
    private static let leastTime: Int64 = 1_767_225_600_000
    /// A clock that was once further ahead than this is no measure for later charges.
    private static let mostLag: Int64 = 366 * 86_400_000

    /// When a charge is dated: now, or where the clock is behind the latest charge, as late as that one. So what is spent
    /// while the clock is behind stays in the period in which it is spent.
    static func chargeTime(_ now: Timestamp, in database: Database) throws -> Int64 {
        let now = now.millisecondsSince1970
        let latest = try Int64.fetchOne(database, sql: "SELECT max(reservedAt) FROM charge") ?? now
        guard now < latest else { return now }
        return now < leastTime || latest - now <= mostLag ? latest : now
    }

    private static let sums = """
        count(CASE WHEN state <> 'released' THEN 1 END) AS requests,
        coalesce(sum(chargedMicroUSD), 0) AS charged,
        coalesce(sum(CASE WHEN state = 'reserved' THEN chargedMicroUSD END), 0) AS reserved
        """

    private static func total(of scope: SpendingScope, since start: Timestamp, in database: Database) throws
        -> SpendingTotal
    {
        let (condition, label) = condition(for: scope)
        let row = try Row.fetchOne(
            database, sql: "SELECT \(sums) FROM charge WHERE reservedAt >= ?1 AND \(condition)",
            arguments: [start.millisecondsSince1970, label])
        return try row.map(total) ?? SpendingTotal(chargedMicroUSD: 0, reservedMicroUSD: 0, requests: 0)
    }

    /// What of a charge's columns makes it one of `scope`, with what `?2` stands for.
    static func condition(for scope: SpendingScope) -> (condition: String, label: String?) {
        switch scope {
        case .everything: ("?2 IS NULL", nil)
        case .device(let name): ("device = ?2", name)
        case .team(let name): ("team = ?2", name)
        case .allBut(let team): ("team <> ?2", team)
        }
    }

    @Sendable private static func total(_ row: Row) throws(StoreError) -> SpendingTotal {
        SpendingTotal(
            chargedMicroUSD: try row.checked("charged"), reservedMicroUSD: try row.checked("reserved"),
            requests: try row.checked("requests"))
    }

    private static func check(_ microUSD: Int64) throws(StoreError) {
        guard (0...maxChargeMicroUSD).contains(microUSD) else {
            throw StoreError(.invalidArgument, "A charge of \(microUSD) micro-USD is outside 0 … 1,000,000 USD.")
        }
    }
}

extension SpendingScope {
    /// Whether a charge for `request` falls under a cap on this scope.
    func includes(_ request: SpendingRequest) -> Bool {
        switch self {
        case .everything: true
        case .device(let name): name == request.device
        case .team(let name): name == request.team
        case .allBut(let team): team != request.team
        }
    }
}
