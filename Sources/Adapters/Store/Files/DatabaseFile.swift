internal import AssistantCore
internal import Foundation
internal import GRDB

/// Opens the database of a directory and sets aside what is damaged. Calls block their thread; the caller holds the
/// directory's lock.
struct DatabaseFile: Sendable {
    let directory: StoreDirectory
    /// Set on each connection after Brim's own settings; tests make a disk small with it.
    var tuning: @Sendable (Database) throws -> Void = { _ in }

    /// A file up to this size is checked page by page at every start.
    private static let alwaysCheckedBytes: Int64 = 8 << 20
    /// For so long a change waits for other processes.
    private static let busyMilliseconds = 5_000

    /// The database at its newest schema, and whether nobody has taken it into use yet (``takeIntoUse(_:)``). Throws
    /// `corrupt` for a damaged file and `newerSchema` for one of a later Brim.
    func connect() throws(StoreFault) -> (pool: DatabasePool, isNew: Bool) {
        let path = directory.database
        try directory.makePrivate(path, creating: true)
        let isSuspect = directory.exists(directory.suspicion)
        let mustCheck = isSuspect || directory.size(of: path) <= Self.alwaysCheckedBytes
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration(tuning))
            try pool.writeWithoutTransaction { database in
                // GRDB leaves NORMAL behind, under which a power cut may undo the last commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try Self.examine(database, everyPage: mustCheck, everyWord: isSuspect)
                // Earlier versions left no mark.
                let steps = try Schema.migrator.appliedIdentifiers(database)
                if !steps.isEmpty, !steps.contains(Schema.markedFrom) { try Self.takeIntoUse(database) }
            }
            try Schema.migrator.migrate(pool)
            let isNew = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 0
            // What was deleted before may still stand in a log that could not be emptied then.
            _ = try pool.writeWithoutTransaction { try Self.emptyLog($0, waits: false) }
            if isSuspect { try directory.remove(directory.suspicion) }
            return (pool, isNew)
        } catch {
            throw Self.fault(error)
        }
    }

    /// Marks the database as in use, in the caller's transaction: what had to be written down about the one before it is.
    static func takeIntoUse(_ database: Database) throws {
        try database.execute(sql: "PRAGMA user_version = 1")
    }

    /// Moves the database out of the way, with what was logged ahead of it, and returns where it is now.
    func moveAside(at now: Timestamp) throws(StoreFault) -> String {
        let path = directory.database
        let aside = try directory.freeName(beside: path, word: "corrupt", at: now)
        // The log first: a crash between the two leaves a database that is merely older, not a log of nothing.
        if directory.exists(path + "-wal") { try directory.rename(path + "-wal", to: aside + "-wal") }
        try directory.rename(path, to: aside)
        try directory.remove(path + "-shm")
        try directory.synchronise()
        return aside
    }

    /// An empty database in memory, at the newest schema.
    static func inMemory() throws(StoreError) -> DatabaseQueue {
        do {
            let queue = try DatabaseQueue(configuration: configuration { _ in })
            try Schema.migrator.migrate(queue)
            return queue
        } catch {
            throw StoreError(error)
        }
    }

    private static func configuration(_ tuning: @escaping @Sendable (Database) throws -> Void) -> Configuration {
        var configuration = Configuration()
        configuration.label = "Brim.Store"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1_000)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA cell_size_check = ON;
                    PRAGMA secure_delete = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA journal_size_limit = 4194304;
                    """)
            try tuning(database)
        }
        return configuration
    }

    private static func examine(_ database: Database, everyPage: Bool, everyWord: Bool) throws {
        if let newer = try Schema.migrator.appliedIdentifiers(database).subtracting(Schema.identifiers).sorted().last {
            throw StoreFault(.newerSchema, "step “\(newer)”")
        }
        guard everyPage else { return }
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
        guard findings == ["ok"] else { throw StoreFault(.corrupt, findings.first ?? "the check said nothing") }
        guard everyWord, try database.tableExists("messageWord") else { return }
        do {
            try database.execute(sql: "INSERT INTO messageWord (messageWord) VALUES ('integrity-check')")
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CORRUPT_VTAB {
            try database.execute(sql: Schema.rebuildWords)
        }
    }

    /// Folds the write-ahead log into the file and empties it. Returns whether nobody was in the way.
    static func emptyLog(_ database: Database, waits: Bool) throws -> Bool {
        if !waits { try database.execute(sql: "PRAGMA busy_timeout = 0") }
        let row = Result { try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        if !waits { try database.execute(sql: "PRAGMA busy_timeout = \(busyMilliseconds)") }
        return try row.get().map { try $0.checked("busy") as Int64 } ?? 0 == 0
    }

    /// What is no known fault of the file means that the file is not what Brim wrote.
    private static func fault(_ error: any Error) -> StoreFault {
        if let fault = StoreFault(error) { return fault }
        guard let error = error as? DatabaseError else { return StoreFault(.inputOutput, "\(type(of: error))") }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return StoreFault(.busy, "locked")
        case .SQLITE_NOMEM, .SQLITE_IOERR: return StoreFault(.inputOutput, "out of memory")
        default: return StoreFault(.corrupt, error.message ?? "\(error.resultCode)")
        }
    }
}
