internal import Foundation
internal import GRDB

/// Copies what can still be read of one database into another, row by row: used when the store leaves a file that it
/// can no longer write, or that is damaged.
///
/// The answer cache is left behind (it can be built again); of the audit log comes along what still fits its chain, where
/// the new database is to go on with it: see ``copyAudit(from:into:)``.
enum Salvage {
    /// What became of the audit log.
    struct AuditRescue: Sendable {
        /// Entries that were read and fit each other.
        var kept: Int64 = 0
        /// Entries that had been written, as far as the file still tells; `nil` where it does not.
        var written: Int64?

        /// Whether entries are missing, or may be.
        var isIncomplete: Bool { written != kept }
    }

    /// Parents before children, since rows without a parent are skipped.
    private static let tables = [
        "charge", "loss", "consent", "pinFailure", "conversation", "message", "label", "turn",
    ]

    /// Tables that earlier databases may lack.
    private static let newTables: Set = ["loss", "pinFailure"]

    /// Copies the latest rows of each table, at most `rowLimit` of them, and returns the tables that could not be read
    /// to their end. Throws only where `target` cannot be written.
    static func copy(from path: String, into target: Database, rowLimit: Int) throws -> [String] {
        guard let source = open(path) else { return tables }
        var incomplete: [String] = []
        for table in tables {
            let isWhole = try source.unsafeReentrantRead { try copy(table, from: $0, into: target, rowLimit: rowLimit) }
            if !isWhole { incomplete.append(table) }
        }
        return incomplete
    }

    /// Copies the entries of the audit log, from the first one to the last that can be read and fits those before: the new
    /// database's log goes on where they end. Throws only where `target` cannot be written.
    static func copyAudit(from path: String, into target: Database) throws -> AuditRescue {
        guard let source = open(path) else { return AuditRescue() }
        return try source.unsafeReentrantRead { source in
            var rescue = AuditRescue()
            rescue.written = try? AuditVerifier.entriesEverWritten(source)
            guard let rows = try? Row.fetchCursor(source, sql: "SELECT * FROM audit ORDER BY sequence") else {
                return rescue
            }
            var previous = AuditRecord.origin
            // What cannot be read of the source is the expected case here: it ends the log, not the rescue.
            while let row = try? rows.next(), let record = try? AuditRecord(row),
                let hash = try? row.checked("hash") as Data, record.sequence == rescue.kept + 1,
                record.hash(after: previous) == hash
            {
                try record.insert(into: target, hash: hash)
                previous = hash
                rescue.kept += 1
            }
            return rescue
        }
    }

    /// A connection that does not write. The second way is for a file in a directory that cannot be written: it does
    /// not need the side files of write-ahead logging.
    private static func open(_ path: String) -> DatabaseQueue? {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        for name in [path, "file:\(escaped)?immutable=1"] {
            if let queue = try? DatabaseQueue(path: name, configuration: configuration),
                (try? queue.read({ try $0.tableExists("conversation") })) == true
            {
                return queue
            }
        }
        return nil
    }

    private static func copy(
        _ table: String, from source: Database, into target: Database, rowLimit: Int
    ) throws -> Bool {
        let wanted = try target.columns(in: table).map(\.name)
        // What cannot be read of the source is the expected case here: it ends the table, not the rescue.
        guard let present = try? source.columns(in: table).map(\.name) else {
            // A database of an earlier Brim did not have every table.
            return (try? source.tableExists(table)) == false && newTables.contains(table)
        }
        let columns = wanted.filter(present.contains)
        guard !columns.isEmpty else { return false }
        let names = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
        let marks = databaseQuestionMarks(count: columns.count)
        let insertion = try target.makeStatement(sql: "INSERT OR IGNORE INTO \(table) (\(names)) VALUES (\(marks))")
        guard
            let rows = try? Row.fetchCursor(
                source, sql: "SELECT \(names) FROM \(table) ORDER BY rowid DESC LIMIT ?", arguments: [rowLimit])
        else { return false }
        while true {
            let row: Row?
            do {
                row = try rows.next()
            } catch {
                return false
            }
            guard let row else { return true }
            do {
                try insertion.execute(arguments: StatementArguments(row.databaseValues))
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                continue  // A row that no Brim wrote, or whose parent is lost.
            }
        }
    }
}
