internal import AssistantCore
internal import GRDB

/// Charges, each first at its worst case.
struct SQLiteSpendingLedger: SpendingLedger {
    let access: DatabaseAccess

    /// One million dollars: no single request costs more, and nine million such charges can be added without overflow.
    private static let maxChargeMicroUSD: Int64 = 1_000_000_000_000

    func reserve(
        _ request: SpendingRequest, within caps: [SpendingCap], at now: Timestamp
    ) async throws(StoreError) -> ReservationOutcome {
        try Self.check(request.worstCaseMicroUSD)
        let outcome: ReservationOutcome = try await access.write { database in
            for cap in caps where cap.scope.includes(request) {
                let charged = try Self.total(of: cap.scope, since: cap.since, in: database).chargedMicroUSD
                let (sum, overflowed) = charged.addingReportingOverflow(request.worstCaseMicroUSD)
                guard !overflowed, sum <= cap.limitMicroUSD else { return .refused(cap, chargedMicroUSD: charged) }
            }
            let isDurable = try database.isOnDisk
            guard isDurable || request.worstCaseMicroUSD == 0 else { return .notDurable }
            try database.execute(
                sql: """
                    INSERT INTO charge (state, reservedAt, worstCaseMicroUSD, chargedMicroUSD, model, device, team)
                    VALUES ('reserved', ?1, ?2, ?2, ?3, ?4, ?5)
                    """,
                arguments: [
                    now.millisecondsSince1970, request.worstCaseMicroUSD, request.model, request.device, request.team,
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
        try await access.read { try Self.total(of: scope, since: start, in: $0) }
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

    private static let sums = """
        count(CASE WHEN state <> 'released' THEN 1 END) AS requests,
        coalesce(sum(chargedMicroUSD), 0) AS charged,
        coalesce(sum(CASE WHEN state = 'reserved' THEN chargedMicroUSD END), 0) AS reserved
        """

    private static func total(of scope: SpendingScope, since start: Timestamp, in database: Database) throws
        -> SpendingTotal
    {
        let (condition, label): (String, String?) =
            switch scope {
            case .everything: ("?2 IS NULL", nil)
            case .device(let name): ("device = ?2", name)
            case .team(let name): ("team = ?2", name)
            }
        let row = try Row.fetchOne(
            database, sql: "SELECT \(sums) FROM charge WHERE reservedAt >= ?1 AND \(condition)",
            arguments: [start.millisecondsSince1970, label])
        return try row.map(total) ?? SpendingTotal(chargedMicroUSD: 0, reservedMicroUSD: 0, requests: 0)
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
    fileprivate func includes(_ request: SpendingRequest) -> Bool {
        switch self {
        case .everything: true
        case .device(let name): name == request.device
        case .team(let name): name == request.team
        }
    }
}
