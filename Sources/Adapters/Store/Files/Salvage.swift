internal import Foundation
internal import GRDB

/// Copies what can still be read of one database into another, row by row: used when the store leaves a file that it
/// can no longer write, or that is damaged.
///
/// The audit log is left behind (its chain belongs to its file) and so is the answer cache (it can be built again).
enum Salvage {
    /// Parents before children, since rows without a parent are skipped.
    private static let tables = ["charge", "consent", "conversation", "message", "label", "turn"]

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
        guard let present = try? source.columns(in: table).map(\.name) else { return false }
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
