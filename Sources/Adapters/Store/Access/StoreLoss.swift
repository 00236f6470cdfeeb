internal import AssistantCore
internal import Foundation
internal import GRDB

/// What a database took with it that could not be read, or was not there any more. It is written down in the new one, and
/// said at every start, until the operator has acknowledged it.
struct StoreLoss: Sendable {
    enum Scope: String, CaseIterable {
        case audit, spending
    }

    /// Why, as part of a sentence: `the database was damaged`.
    var cause: String
    /// What became of the entries of the audit log.
    var audit: Salvage.AuditRescue
    /// Whether charges are missing, or may be.
    var isSpendingIncomplete: Bool

    /// Writes it down, in the caller's transaction.
    func record(in database: Database, key: DeviceKey, at now: Timestamp) throws {
        func append(_ kind: AuditKind, _ reason: String, _ subject: String) throws {
            try AuditRecord.append(
                AuditEvent(kind, reason: reason, subject: subject), to: database, key: key, at: now)
        }
        if audit.isIncomplete {
            try append(.loss, "\(missing) before this one: \(cause)", Scope.audit.rawValue)
            try Self.insert(.audit, in: database, at: now)
        } else {
            try append(.recovery, "\(cause); every entry of this log was read", Scope.audit.rawValue)
        }
        guard isSpendingIncomplete else { return }
        try append(.loss, "what was spent before cannot be read and counts as spent: \(cause)", Scope.spending.rawValue)
        try Self.insert(.spending, in: database, at: now)
    }

    private var missing: String {
        guard let written = audit.written, written > audit.kept else {
            return "entries are missing, nobody knows how many,"
        }
        let count = written - audit.kept
        return count == 1 ? "1 entry is missing" : "\(count) entries are missing"
    }

    private static func insert(_ scope: Scope, in database: Database, at now: Timestamp) throws {
        try database.execute(
            sql: "INSERT INTO loss (scope, at) VALUES (?, ?)", arguments: [scope.rawValue, now.millisecondsSince1970])
    }

    /// Whether something is missing that nobody has acknowledged, from `start` on.
    static func isOpen(_ scope: Scope, since start: Timestamp, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM loss WHERE scope = ? AND acknowledgedAt IS NULL AND at >= ?)",
            arguments: [scope.rawValue, start.millisecondsSince1970]) ?? false
    }

    /// Takes note that the operator knows. Returns whether there was anything to know.
    static func acknowledge(in database: Database, key: DeviceKey, at now: Timestamp) throws -> Bool {
        try database.execute(
            sql: "UPDATE loss SET acknowledgedAt = ? WHERE acknowledgedAt IS NULL",
            arguments: [now.millisecondsSince1970]
        )
        let hasChanged = database.changesCount > 0
        let isKnown = try AuditVerifier.openLosses(in: database).isEmpty
        guard hasChanged || !isKnown else { return false }
        try AuditRecord.append(
            AuditEvent(
                .acknowledgement, reason: "the operator knows what is missing", subject: "brim audit acknowledge"),
            to: database, key: key, at: now)
        return true
    }

    /// What a person is told at every start until then; `nil` where nothing is missing.
    static func warning(in database: Database) throws -> StoreWarning? {
        let beginning = Timestamp(millisecondsSince1970: .min)
        let words = try Scope.allCases.filter { try isOpen($0, since: beginning, in: database) }.map { scope in
            switch scope {
            case .audit: "Entries of the audit log are missing."
            case .spending:
                "What was spent cannot all be read, so nothing more is spent under a budget that it falls in."
            }
        }
        guard !words.isEmpty else { return nil }
        return StoreWarning(
            .loss, words.joined(separator: " ") + " See: brim audit verify. To go on with it: brim audit acknowledge.")
    }
}
