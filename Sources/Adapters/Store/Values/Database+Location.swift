internal import Foundation
internal import GRDB

extension Database {
    /// Whether this connection writes to a file that can be found again. It tells, inside a transaction, what may be
    /// promised of it: what is written to a file that somebody has deleted meanwhile is gone with the program.
    var isOnDisk: Bool {
        get throws {
            let file = try String.fetchOne(self, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
            guard let file, !file.isEmpty else { return false }
            return unsafe access(file, F_OK) == 0
        }
    }
}
