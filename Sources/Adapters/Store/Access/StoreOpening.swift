internal import AssistantCore
internal import Foundation
internal import GRDB

/// How a store comes up: in its file, in a new file beside a damaged one, or in memory.
struct StoreOpening {
    let access: DatabaseAccess
    let key: DeviceKey

    /// Blocks its thread. What is wrong with the directory becomes a warning.
    ///
    /// - Parameter onWarning: called with what happens to the file later.
    static func open(
        _ file: DatabaseFile, at now: Timestamp, onWarning: @escaping @Sendable (StoreWarning) -> Void
    ) throws(StoreError) -> StoreOpening {
        do {
            return try openOnDisk(file, at: now, onWarning)
        } catch {
            return try openInMemory(insteadOf: file, because: StoreFault(error) ?? StoreFault(.inputOutput, "\(error)"))
        }
    }

    private static func openOnDisk(
        _ file: DatabaseFile, at now: Timestamp, _ onWarning: @escaping @Sendable (StoreWarning) -> Void
    ) throws -> StoreOpening {
        let directory = file.directory
        let exposure = try directory.create()
        // One at a time: the schema and the device's key are made once, whoever starts with us.
        return try FileLock.withLock(on: directory.lock, timeout: .seconds(10)) {
            // The key is made when the database is there: where there is a key, there was a database.
            let known = directory.exists(directory.deviceKey) ? try DeviceKey.load(from: directory, at: now) : nil
            let (pool, key, damage) = try connect(file, known: known?.key, at: now)
            let loss = try pool.read { try StoreLoss.warning(in: $0) }
            let warnings = [exposure, known?.warning, damage, loss].compactMap(\.self)
            return StoreOpening(
                access: DatabaseAccess(pool, in: directory, isDurable: true, warnings: warnings, onWarning: onWarning),
                key: key)
        }
    }

    /// - Parameter known: the device's key where there is one already.
    private static func connect(
        _ file: DatabaseFile, known: DeviceKey?, at now: Timestamp
    ) throws -> (DatabasePool, DeviceKey, damage: StoreWarning?) {
        do {
            let (pool, isNew) = try file.connect()
            if isNew { try begin(pool, key: known, at: now) }
            return (pool, try known ?? DeviceKey.load(from: file.directory, at: now).key, nil)
        } catch let fault as StoreFault where fault.kind == .corrupt {
            let key = try known ?? DeviceKey.load(from: file.directory, at: now).key
            let (pool, damage) = try begin(file, anewBecause: fault, key: key, at: now)
            return (pool, key, damage)
        }
    }

    /// Takes a new database into use. Where there is a key there was a database, and it is gone: whoever took it away must
    /// not get a clean log and a fresh budget for it.
    private static func begin(_ pool: DatabasePool, key: DeviceKey?, at now: Timestamp) throws {
        try pool.write { database in
            try DatabaseFile.takeIntoUse(database)
            guard let key else { return }
            let loss = StoreLoss(
                cause: "the database was gone", audit: Salvage.AuditRescue(), isSpendingIncomplete: true)
            try loss.record(in: database, key: key, at: now)
        }
    }

    /// Sets a damaged database aside and begins a new one with what could be read of it.
    private static func begin(
        _ file: DatabaseFile, anewBecause fault: StoreFault, key: DeviceKey, at now: Timestamp
    ) throws -> (DatabasePool, StoreWarning) {
        let aside = try file.moveAside(at: now)
        let pool = try file.connect().pool
        let (lost, audit) = try pool.write { database in
            let lost = try Salvage.copy(from: aside, into: database, rowLimit: .max)
            let audit = try Salvage.copyAudit(from: aside, into: database)
            let loss = StoreLoss(
                cause: "the database was damaged", audit: audit, isSpendingIncomplete: lost.contains("charge"))
            try loss.record(in: database, key: key, at: now)
            try DatabaseFile.takeIntoUse(database)
            return (lost, audit)
        }
        try file.directory.remove(aside + "-shm")
        try file.directory.remove(file.directory.suspicion)
        let rescue =
            lost.isEmpty
            ? "Conversations and spending were read from it."
            : "Not all of it could be read: \(lost.joined(separator: ", "))."
        let log =
            audit.isIncomplete
            ? "the audit log goes on after \(audit.kept) entries that could be read"
            : "the audit log was read"
        let warning = StoreWarning(
            .corrupt,
            """
            The database was damaged (\(fault.detail)) and is kept as \(aside). \(rescue) The cached answers are gone; \
            \(log).
            """
        )
        return (pool, warning)
    }

    private static func openInMemory(
        insteadOf file: DatabaseFile, because fault: StoreFault
    ) throws(StoreError) -> StoreOpening {
        let memory = try DatabaseFile.inMemory()
        let fault = file.directory.explain(fault)
        let path = file.directory.database
        // To open a pipe would be to wait for somebody who writes into it.
        let exists = file.directory.isPlainFile(path)
        let lost: [String]
        do {
            lost = try memory.write { database in
                exists
                    ? try Salvage.copy(from: path, into: database, rowLimit: DatabaseAccess.rowsKeptInMemory) : []
            }
        } catch {
            throw StoreError(error)
        }
        let warning = fault.memoryWarning(path: path, lost: lost)
        return StoreOpening(
            access: DatabaseAccess(memory, in: file.directory, isDurable: false, warnings: [warning]),
            key: try DeviceKey.ephemeral())
    }
}
