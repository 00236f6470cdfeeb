internal import AssistantCore
internal import GRDB

/// Wrong PINs in a row, in one row.
struct SQLitePINAttempts: PINAttempts {
    let access: DatabaseAccess
    let key: DeviceKey

    func begin(at now: Timestamp) async throws(StoreError) -> PINAttempt {
        try await access.write { database in
            let failures = try Self.failures(in: database)
            // A clock that went back makes the lock begin anew, never end.
            try database.execute(
                sql: "UPDATE pinFailure SET lastAt = ?1 WHERE lastAt > ?1", arguments: [now.millisecondsSince1970])
            let rest = try Self.lock(at: now, in: database)
            guard rest <= .zero else { return .locked(for: rest) }
            let (count, _) = failures.addingReportingOverflow(1)
            try database.execute(
                sql: """
                    INSERT INTO pinFailure (id, failures, lastAt) VALUES (1, ?1, ?2)
                    ON CONFLICT (id) DO UPDATE SET failures = ?1, lastAt = ?2
                    """, arguments: [max(failures, count), now.millisecondsSince1970])
            return .counted(failures: Int(clamping: max(failures, count)))
        }
    }

    func failed(at now: Timestamp) async throws(StoreError) -> Duration {
        let key = key
        return try await access.write { database in
            let failures = try Self.failures(in: database)
            let lock = PINLock.duration(after: Int(clamping: failures))
            let consequence = lock > .zero ? "; none is taken for \(lock.components.seconds) s" : ""
            try AuditRecord.append(
                AuditEvent(.kiosk, reason: "wrong PIN, \(failures) in a row\(consequence)", subject: "kiosk"),
                to: database, key: key, at: now)
            return lock
        }
    }

    func succeeded(at now: Timestamp) async throws(StoreError) {
        let key = key
        try await access.write { database in
            try database.execute(sql: "DELETE FROM pinFailure")
            try AuditRecord.append(
                AuditEvent(.kiosk, reason: "ended with the PIN", subject: "kiosk"), to: database, key: key, at: now)
        }
    }

    private static func failures(in database: Database) throws -> Int64 {
        let row = try Row.fetchOne(database, sql: "SELECT failures FROM pinFailure WHERE id = 1")
        return max(0, try row?.checked("failures") ?? 0)
    }

    private static func lock(at now: Timestamp, in database: Database) throws -> Duration {
        guard let row = try Row.fetchOne(database, sql: "SELECT failures, lastAt FROM pinFailure WHERE id = 1") else {
            return .zero
        }
        let last = Timestamp(millisecondsSince1970: try row.checked("lastAt"))
        return PINLock.duration(after: Int(clamping: try row.checked("failures") as Int64)) - now.since(last)
    }
}
