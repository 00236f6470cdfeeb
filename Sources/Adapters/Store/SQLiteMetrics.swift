internal import AssistantCore
internal import GRDB

/// What turns took, one row each.
struct SQLiteMetrics: MetricsLog {
    let access: DatabaseAccess

    /// More turns than these are forgotten, the oldest first.
    static let maxTurns = 100_000

    func record(_ turn: TurnMetrics) async throws(StoreError) {
        let health = try turn.health.map(StoredJSON.encode)
        try await access.write { database in
            try database.execute(
                sql: """
                    INSERT INTO turn (startedAt, route, model, promptTokens, generatedTokens, transcriptionMicroseconds,
                        firstTokenMicroseconds, cloudFirstTokenMicroseconds, totalMicroseconds, tokensPerSecond,
                        confidence, costMicroUSD, health, reason, ending, isUnsure)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    turn.startedAt.millisecondsSince1970, turn.route.rawValue, turn.model, turn.promptTokens,
                    turn.generatedTokens, turn.transcription?.inMicroseconds, turn.firstToken?.inMicroseconds,
                    turn.cloudFirstToken?.inMicroseconds, turn.total?.inMicroseconds, turn.tokensPerSecond,
                    turn.confidence, turn.costMicroUSD, health, turn.reason, turn.ending?.rawValue, turn.isUnsure,
                ])
            try database.execute(
                sql: "DELETE FROM turn WHERE id <= ?", arguments: [database.lastInsertedRowID - Int64(Self.maxTurns)])
        }
    }

    func turns(limit: Int) async throws(StoreError) -> [TurnMetrics] {
        try await access.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM turn ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)])
                .map(Self.turn)
        }
    }

    func summary(since start: Timestamp) async throws(StoreError) -> MetricsSummary {
        try await access.read { database in
            let since = start.millisecondsSince1970
            var summary = MetricsSummary()
            let routes = try Row.fetchAll(
                database,
                sql: """
                    SELECT route, count(*) AS turns FROM turn WHERE startedAt >= ? GROUP BY route
                    """, arguments: [since])
            for row in routes {
                summary.turns[try row.checkedCase("route")] = try row.checked("turns")
            }
            summary.costMicroUSD =
                try Int64.fetchOne(
                    database, sql: "SELECT sum(costMicroUSD) FROM turn WHERE startedAt >= ?", arguments: [since]) ?? 0
            summary.transcription = try Self.stage("transcriptionMicroseconds", since: since, in: database)
            summary.firstToken = try Self.stage("firstTokenMicroseconds", since: since, in: database)
            summary.cloudFirstToken = try Self.stage("cloudFirstTokenMicroseconds", since: since, in: database)
            summary.total = try Self.stage("totalMicroseconds", since: since, in: database)
            return summary
        }
    }

    private static func stage(_ column: String, since: Int64, in database: Database) throws -> MetricsSummary.Stage? {
        let times = try Int64.fetchAll(
            database, sql: "SELECT \(column) FROM turn WHERE startedAt >= ? AND \(column) IS NOT NULL",
            arguments: [since])
        guard let median = times.nearestRank(0.5), let p95 = times.nearestRank(0.95) else { return nil }
        return MetricsSummary.Stage(count: times.count, median: .microseconds(median), p95: .microseconds(p95))
    }

    @Sendable private static func turn(_ row: Row) throws(StoreError) -> TurnMetrics {
        func duration(_ column: String) throws(StoreError) -> Duration? {
            let microseconds: Int64? = try row.checkedIfPresent(column)
            return microseconds.map { .microseconds($0) }
        }
        let health: String? = try row.checkedIfPresent("health")
        return TurnMetrics(
            startedAt: Timestamp(millisecondsSince1970: try row.checked("startedAt")),
            route: try row.checkedCase("route"), model: try row.checkedIfPresent("model"),
            promptTokens: try row.checkedIfPresent("promptTokens"),
            generatedTokens: try row.checkedIfPresent("generatedTokens"),
            transcription: try duration("transcriptionMicroseconds"),
            firstToken: try duration("firstTokenMicroseconds"),
            cloudFirstToken: try duration("cloudFirstTokenMicroseconds"), total: try duration("totalMicroseconds"),
            tokensPerSecond: try row.checkedIfPresent("tokensPerSecond"),
            confidence: try row.checkedIfPresent("confidence"), costMicroUSD: try row.checkedIfPresent("costMicroUSD"),
            health: try health.map(StoredJSON.decode), reason: try row.checkedIfPresent("reason"),
            ending: try row.checkedCaseIfPresent("ending"), isUnsure: try row.checkedIfPresent("isUnsure"))
    }
}
