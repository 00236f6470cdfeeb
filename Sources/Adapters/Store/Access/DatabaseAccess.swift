internal import AssistantCore
internal import Foundation
internal import GRDB
internal import Synchronization

/// The one way to the database: a serial writer and readers beside it, in a file, or in memory once the file fails.
///
/// A body may run a second time, in the memory database, when the file fails under it: it must change nothing but the
/// database. A cancelled task does not cut a body short.
final class DatabaseAccess: Sendable {
    private struct State {
        var database: any DatabaseWriter
        var isDurable: Bool
        var warnings: [StoreWarning]
        /// Set once the file was given up; everybody who runs into the fault waits for the same memory database.
        var retreat: Task<any DatabaseWriter, any Error>?
        /// Something was deleted whose text is still in the log.
        var hasTraces = false
    }

    private let state: Mutex<State>
    private let directory: StoreDirectory?
    /// Told of what happens to the file after the store was opened.
    private let onWarning: @Sendable (StoreWarning) -> Void

    /// At most so many of the latest rows of each table come along into memory.
    static let rowsKeptInMemory = 20_000

    init(
        _ database: any DatabaseWriter, in directory: StoreDirectory?, isDurable: Bool, warnings: [StoreWarning],
        onWarning: @escaping @Sendable (StoreWarning) -> Void = { _ in }
    ) {
        self.directory = directory
        self.onWarning = onWarning
        state = Mutex(State(database: database, isDurable: isDurable, warnings: warnings))
    }

    /// Whether the store once had a file and lost it.
    var hasRetreated: Bool { directory != nil && !isDurable }
    var isDurable: Bool { state.withLock { $0.isDurable } }
    var warnings: [StoreWarning] { state.withLock { $0.warnings } }

    /// Runs `body` in a transaction of its own. When it returns, what it wrote survives a power cut, if the store is
    /// durable.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let value = try await attempt { database in try await Self.write(to: database, body) }
        if state.withLock({ $0.hasTraces }) { try await emptyLog(waits: false) }
        return value
    }

    /// Runs `body` on a snapshot.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await attempt { database in try await Self.read(from: database, body) }
    }

    /// Folds the write-ahead log into the file and empties it, so that what was deleted is gone from the disk as well.
    ///
    /// - Parameter waits: for some seconds, where another process is reading just now.
    /// - Returns: whether it is gone. Where it is not, it is tried again after each change, and at the next start.
    @discardableResult
    func emptyLog(waits: Bool = true) async throws(StoreError) -> Bool {
        let isEmpty = try await attempt { database in
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Bool, any Error>) in
                database.asyncWriteWithoutTransaction { connection in
                    continuation.resume(with: Result { try DatabaseFile.emptyLog(connection, waits: waits) })
                }
            }
        }
        state.withLock { $0.hasTraces = !isEmpty }
        return isEmpty
    }

    /// Where deleted text is until it is gone: the log that changes are written to first, and all of a file that could not
    /// be written any more. None for a database that never had a file.
    var filesWithTraces: [String] {
        guard let directory else { return [] }
        return (isDurable ? [] : [directory.database]) + [directory.database + "-wal"]
    }

    /// Files beside the database that hold what earlier databases held, and cannot be searched: damaged ones that were set
    /// aside.
    var filesSetAside: [String] { directory?.filesSetAside ?? [] }

    private func attempt<Value: Sendable>(
        _ operation: (any DatabaseWriter) async throws -> Value
    ) async throws(StoreError) -> Value {
        let (database, isDurable) = state.withLock { ($0.database, $0.isDurable) }
        do {
            do {
                return try await operation(database)
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CORRUPT_VTAB {
                // Only the index of words is damaged, and it can be made again from the messages.
                try await Self.write(to: database) { try $0.execute(sql: Schema.rebuildWords) }
                return try await operation(database)
            }
        } catch {
            guard isDurable, let fault = StoreFault(error) else { throw StoreError(error) }
            do {
                return try await operation(try await retreat(from: database, because: fault))
            } catch {
                throw StoreError(error)
            }
        }
    }

    private static func write<Value: Sendable>(
        to database: any DatabaseWriter, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            database.asyncWriteWithoutTransaction { connection in
                continuation.resume(
                    with: Result {
                        var value: Value?
                        try connection.inTransaction(.immediate) {
                            value = try body(connection)
                            return .commit
                        }
                        guard let value else { preconditionFailure("a committed transaction has run its body") }
                        return value
                    })
            }
        }
    }

    private static func read<Value: Sendable>(
        from database: any DatabaseWriter, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            database.asyncRead { connection in
                continuation.resume(with: Result { try body(connection.get()) })
            }
        }
    }
}

// MARK: - Going on in memory

extension DatabaseAccess {
    private func retreat(from database: any DatabaseWriter, because fault: StoreFault) async throws
        -> any DatabaseWriter
    {
        let task = state.withLock { state in
            if let begun = state.retreat { return begun }
            let begun = Task { try await self.moveIntoMemory(because: fault) }
            state.retreat = begun
            return begun
        }
        return try await task.value
    }

    private func moveIntoMemory(because fault: StoreFault) async throws -> any DatabaseWriter {
        let memory = try DatabaseFile.inMemory()
        var fault = fault
        var lost: [String] = []
        if let directory {
            fault = directory.explain(fault)
            if fault.kind == .corrupt { directory.leaveSuspicion() }
            lost = try await Self.write(to: memory) { target in
                try Salvage.copy(from: directory.database, into: target, rowLimit: Self.rowsKeptInMemory)
            }
        }
        let warning = fault.memoryWarning(path: directory?.database ?? "The database", lost: lost)
        state.withLock { state in
            state.database = memory
            state.isDurable = false
            state.warnings.append(warning)
        }
        onWarning(warning)
        return memory
    }
}
