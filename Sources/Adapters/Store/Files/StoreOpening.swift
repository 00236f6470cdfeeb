internal import AssistantCore
internal import Foundation
internal import GRDB

/// How a store comes up: in its file, in a new file beside a damaged one, or in memory.
struct StoreOpening {
    let access: DatabaseAccess
    let key: DeviceKey

    /// Blocks its thread. What is wrong with the directory becomes a warning.
    static func open(_ file: DatabaseFile, at now: Timestamp) throws(StoreError) -> StoreOpening {
        do {
            return try openOnDisk(file, at: now)
        } catch {
            return try openInMemory(insteadOf: file, because: StoreFault(error) ?? StoreFault(.inputOutput, "\(error)"))
        }
    }

    private static func openOnDisk(_ file: DatabaseFile, at now: Timestamp) throws -> StoreOpening {
        let directory = file.directory
        let exposure = try directory.create()
        // One at a time: the schema and the device's key are made once, whoever starts with us.
        return try FileLock.withLock(on: directory.lock, timeout: .seconds(10)) {
            let (key, keyWarning) = try DeviceKey.load(from: directory, at: now)
            let (pool, damage) = try connect(file, key: key, at: now)
            let warnings = [exposure, keyWarning, damage].compactMap(\.self)
            return StoreOpening(
                access: DatabaseAccess(pool, in: directory, isDurable: true, warnings: warnings), key: key)
        }
    }

    private static func connect(
        _ file: DatabaseFile, key: DeviceKey, at now: Timestamp
    ) throws -> (DatabasePool, StoreWarning?) {
        do {
            return (try file.connect(), nil)
        } catch  where error.kind == .corrupt {
            return try begin(file, anewBecause: error, key: key, at: now)
        }
    }

    /// Sets a damaged database aside and begins a new one with what could be read of it.
    private static func begin(
        _ file: DatabaseFile, anewBecause fault: StoreFault, key: DeviceKey, at now: Timestamp
    ) throws -> (DatabasePool, StoreWarning) {
        let aside = try file.moveAside(at: now)
        let pool = try file.connect()
        let lost = try pool.write { database in
            let lost = try Salvage.copy(from: aside, into: database, rowLimit: .max)
            let event = AuditEvent(
                .recovery, reason: "the database was damaged; a new log begins",
                subject: lost.isEmpty ? "all else was read" : "not read in full: \(lost.joined(separator: ", "))")
            try AuditRecord.append(event, to: database, key: key, at: now)
            return lost
        }
        try file.directory.remove(aside + "-shm")
        try file.directory.remove(file.directory.suspicion)
        let rescue =
            lost.isEmpty
            ? "Conversations and spending were read from it."
            : "Not all of it could be read: \(lost.joined(separator: ", "))."
        let warning = StoreWarning(
            .corrupt,
            """
            The database was damaged (\(fault.detail)) and is kept as \(aside). \(rescue) The cached answers are gone, \
            and the audit log begins anew.
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
        let exists = file.directory.exists(path)
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
