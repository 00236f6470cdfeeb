internal import GRDB

extension Database {
    /// Whether this connection writes to a file. It tells, inside a transaction, what may be promised of it.
    var isOnDisk: Bool {
        get throws {
            let file = try String.fetchOne(self, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
            return file?.isEmpty == false
        }
    }
}
