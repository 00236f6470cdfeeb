internal import AssistantCore
internal import Foundation
internal import GRDB

/// Walks the log from its first entry to its last and compares each with the chain, and with a checkpoint where there
/// is one.
struct AuditVerifier {
    private var previous = AuditRecord.origin
    private var expected: Int64 = 1
    private var waypoints: ArraySlice<AuditCheckpoint.Waypoint>
    private var lastVouchedFor: Int64 = 0
    private let checkpoint: AuditCheckpoint?
    private var losses: [AuditVerification.Loss] = []

    /// The checkpoint's signature was verified before.
    init(checkpoint: AuditCheckpoint?) {
        self.checkpoint = checkpoint
        waypoints = checkpoint?.waypoints[...] ?? []
    }

    mutating func verify(_ database: Database) throws -> AuditVerification {
        let flaw = try firstFlaw(in: database)
        return AuditVerification(
            flaw: flaw, goodEntries: min(expected, flaw?.entries.lowerBound ?? expected) - 1,
            losses: losses, checkpointedThrough: checkpoint?.sequence,
            guardsAreIntact: try Self.guardsAreIntact(database))
    }

    private mutating func firstFlaw(in database: Database) throws -> AuditVerification.Flaw? {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY sequence")
        while let row = try rows.next() {
            if let flaw = examine(row) { return flaw }
        }
        let written = max(checkpoint?.sequence ?? 0, try Self.entriesEverWritten(database))
        return expected <= written ? AuditVerification.Flaw(.truncated, expected...expected) : nil
    }

    private mutating func examine(_ row: Row) -> AuditVerification.Flaw? {
        guard let record = try? AuditRecord(row), let hash = try? row.checked("hash") as Data else {
            return AuditVerification.Flaw(.altered, expected...expected)
        }
        guard record.sequence == expected else {
            return AuditVerification.Flaw(record.sequence > expected ? .missing : .altered, expected...expected)
        }
        guard record.hash(after: previous) == hash else {
            return AuditVerification.Flaw(.altered, expected...expected)
        }
        if let waypoint = waypoints.first, waypoint.sequence == expected {
            guard waypoint.hash == Hexadecimal.encode(hash) else {
                return AuditVerification.Flaw(.rewritten, (lastVouchedFor + 1)...expected)
            }
            lastVouchedFor = expected
            waypoints.removeFirst()
        }
        previous = hash
        expected += 1
        note(record)
        return nil
    }

    /// What the log says of itself: that entries are missing, and that the operator knows.
    private mutating func note(_ record: AuditRecord) {
        if Self.isLoss(record) {
            losses.append(AuditVerification.Loss(entry: record.sequence, reason: record.reason))
        } else if record.kind == AuditKind.acknowledgement.rawValue {
            for index in losses.indices { losses[index].isAcknowledged = true }
        }
    }

    /// Earlier versions began a new log without a word of the old one.
    private static func isLoss(_ record: AuditRecord) -> Bool {
        record.kind == AuditKind.loss.rawValue
            || record.kind == AuditKind.recovery.rawValue
                && record.reason == "the database was damaged; a new log begins"
    }

    /// What is missing and was not acknowledged, by a log that need not be intact.
    static func openLosses(in database: Database) throws -> [AuditVerification.Loss] {
        var verifier = AuditVerifier(checkpoint: nil)
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM audit WHERE kind IN (?, ?, ?) ORDER BY sequence",
            arguments: [
                AuditKind.loss.rawValue, AuditKind.recovery.rawValue, AuditKind.acknowledgement.rawValue,
            ])
        while let row = try rows.next() { verifier.note(try AuditRecord(row)) }
        return verifier.losses.filter { !$0.isAcknowledged }
    }

    /// SQLite counts the entries of this table by itself; who cuts the log without thinking of it leaves the count
    /// behind.
    static func entriesEverWritten(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'audit'") ?? 0
    }

    private static func guardsAreIntact(_ database: Database) throws -> Bool {
        let present = try String.fetchSet(
            database, sql: "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        return present == Set(Schema.auditGuards)
    }
}
