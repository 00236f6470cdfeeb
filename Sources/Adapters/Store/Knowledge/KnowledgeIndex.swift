package import AssistantCore
internal import Foundation
internal import GRDB

/// The index of the collections: which documents there are, and the words of their passages.
///
/// A file of its own beside the store, `knowledge.sqlite`: what is in it can be read again from the documents, so it need
/// not survive what the store survives, and damage to the one is no damage to the other. A document is written with all of
/// its passages in one transaction: after a crash it is there whole or not at all, and is read again where it is not.
package final class KnowledgeIndex: Sendable {
    private let database: any DatabaseWriter
    private let path: String

    /// Opens the index in `directory`, and makes it where it is missing. Blocks for milliseconds.
    package init(directory: String) throws(StoreError) {
        let folder = StoreDirectory(path: directory)
        path = Self.path(in: directory)
        do {
            _ = try folder.create()
            try folder.makePrivate(path, creating: true)
            database = try DatabasePool(path: path, configuration: Self.configuration)
            try KnowledgeSchema.migrator.migrate(database)
        } catch let fault as StoreFault {
            throw StoreError(.database, "The index of the collections cannot be opened: \(fault.detail).")
        } catch {
            throw Self.explained(error, path)
        }
    }

    private init(inMemory database: DatabaseQueue) {
        self.database = database
        path = ""
    }

    /// An index that ends with this object and leaves no trace: for a document that somebody asks about once.
    package static func inMemory() throws(StoreError) -> KnowledgeIndex {
        do {
            let queue = try DatabaseQueue(configuration: configuration)
            try KnowledgeSchema.migrator.migrate(queue)
            return KnowledgeIndex(inMemory: queue)
        } catch {
            throw StoreError(error)
        }
    }

    /// `nil` where no collection was ever added.
    package static func existing(in directory: String) throws(StoreError) -> KnowledgeIndex? {
        StoreDirectory(path: directory).exists(path(in: directory)) ? try KnowledgeIndex(directory: directory) : nil
    }

    private static func path(in directory: String) -> String { directory + "/knowledge.sqlite" }

    private static let configuration: Configuration = {
        var configuration = Configuration()
        configuration.label = "Brim.Knowledge"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -1024;
                    PRAGMA journal_size_limit = 4194304;
                    """)
        }
        return configuration
    }()

    private static func explained(_ error: any Error, _ path: String) -> StoreError {
        guard let error = error as? DatabaseError,
            [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        else { return StoreError(error) }
        return StoreError(
            .damagedRecord,
            "The index of the collections is damaged; remove \(path) and add the collections again.")
    }

    // MARK: - Collections

    /// In the order of their names, with what is in them.
    package func collections() async throws(StoreError) -> [KnowledgeCollection] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT c.*,
                        (SELECT count(*) FROM document WHERE collection = c.id) AS documents,
                        (SELECT count(problem) FROM document WHERE collection = c.id) AS unreadable,
                        (SELECT count(*) FROM passage JOIN document ON document.id = passage.document
                            WHERE document.collection = c.id) AS passages,
                        (SELECT count(*) FROM passageVector JOIN passage ON passage.id = passageVector.passage
                            JOIN document ON document.id = passage.document
                            WHERE document.collection = c.id) AS vectors
                    FROM collection AS c ORDER BY name
                    """
            ).map(Self.collection)
        }
    }

    private static func collection(_ row: Row) throws -> KnowledgeCollection {
        var collection = KnowledgeCollection(
            name: try row.checked("name"), kind: try row.checkedCase("kind"), root: try row.checked("root"),
            staysHome: try row.checked("staysHome"), attribution: try row.checked("attribution"))
        collection.documents = try row.checked("documents")
        collection.unreadable = try row.checked("unreadable")
        collection.passages = try row.checked("passages")
        collection.vectors = try row.checked("vectors")
        let updatedAt: Int64? = try row.checkedIfPresent("updatedAt")
        collection.updatedAt = updatedAt.map { Timestamp(millisecondsSince1970: $0) }
        return collection
    }

    /// Adds a collection without documents. Throws `invalidArgument` where one has that name.
    package func add(_ collection: KnowledgeCollection) async throws(StoreError) {
        let isNew = try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO collection (name, kind, root, staysHome, attribution) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO NOTHING
                    """,
                arguments: [
                    collection.name, collection.kind.rawValue, collection.root, collection.staysHome,
                    collection.attribution,
                ])
            return database.changesCount > 0
        }
        guard isNew else {
            throw StoreError(.invalidArgument, "There is a collection called \(collection.name) already.")
        }
    }

    /// Adds a collection, or gives the one of that name another root: what is known of its documents is kept, and each is
    /// read again in the next update.
    package func place(_ collection: KnowledgeCollection) async throws(StoreError) {
        try await write { database in
            let root = try String.fetchOne(
                database, sql: "SELECT root FROM collection WHERE name = ?", arguments: [collection.name])
            try database.execute(
                sql: """
                    INSERT INTO collection (name, kind, root, staysHome, attribution) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, root = excluded.root,
                        staysHome = excluded.staysHome, attribution = excluded.attribution
                    """,
                arguments: [
                    collection.name, collection.kind.rawValue, collection.root, collection.staysHome,
                    collection.attribution,
                ])
            guard let root, root != collection.root else { return }
            try database.execute(
                sql: """
                    UPDATE document SET fingerprint = ''
                    WHERE collection = (SELECT id FROM collection WHERE name = ?)
                    """, arguments: [collection.name])
        }
    }

    /// Removes a collection with all that is known of its documents. Returns whether there was one.
    package func remove(_ name: String) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(sql: "DELETE FROM collection WHERE name = ?", arguments: [name])
            return database.changesCount > 0
        }
    }

    // MARK: - Documents

    /// The fingerprints of a collection's documents, by their paths.
    package func fingerprints(in name: String) async throws(StoreError) -> [String: String] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT path, fingerprint FROM document
                    WHERE collection = (SELECT id FROM collection WHERE name = ?)
                    """, arguments: [name])
            var fingerprints: [String: String] = [:]
            for row in rows { fingerprints[try row.checked("path")] = try row.checked("fingerprint") as String }
            return fingerprints
        }
    }

    /// Documents that could not be read, of all collections.
    package func unreadable() async throws(StoreError) -> [UnreadableDocument] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT collection.name, document.path, document.problem
                    FROM document JOIN collection ON collection.id = document.collection
                    WHERE document.problem IS NOT NULL ORDER BY collection.name, document.path
                    """
            ).map {
                UnreadableDocument(
                    collection: try $0.checked("name"), path: try $0.checked("path"), problem: try $0.checked("problem")
                )
            }
        }
    }

    /// Puts documents in the place of what was known under their paths, all in one transaction.
    ///
    /// Throws `notFound` where the collection is gone.
    package func replace(_ documents: [IndexedDocument], in name: String) async throws(StoreError) {
        try await write { database in
            let collection = try Self.identifier(of: name, database)
            let removing = try database.cachedStatement(
                sql: "DELETE FROM document WHERE collection = ? AND path = ?")
            let adding = try database.cachedStatement(
                sql: "INSERT INTO document (collection, path, title, fingerprint, problem) VALUES (?, ?, ?, ?, ?)")
            let addingPassage = try database.cachedStatement(
                sql: "INSERT INTO passage (document, title, heading, page, text, isAnswer) VALUES (?, ?, ?, ?, ?, ?)")
            for document in documents {
                try removing.execute(arguments: [collection, document.path])
                try adding.execute(arguments: [
                    collection, document.path, document.title, document.fingerprint, document.problem,
                ])
                let identifier = database.lastInsertedRowID
                for passage in document.passages {
                    try addingPassage.execute(arguments: [
                        identifier, document.title, passage.heading, passage.page, passage.text, passage.isAnswer,
                    ])
                }
            }
        }
    }

    /// Forgets documents that are gone.
    package func remove(documents paths: [String], in name: String) async throws(StoreError) {
        try await write { database in
            let collection = try Self.identifier(of: name, database)
            for path in paths {
                try database.execute(
                    sql: "DELETE FROM document WHERE collection = ? AND path = ?", arguments: [collection, path])
            }
        }
    }

    /// Writes down that a collection was read to its end.
    package func finish(_ name: String, at now: Timestamp) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE collection SET updatedAt = ? WHERE name = ?", arguments: [now.millisecondsSince1970, name])
        }
    }

    private static func identifier(of name: String, _ database: Database) throws -> Int64 {
        let sql = "SELECT id FROM collection WHERE name = ?"
        guard let identifier = try Int64.fetchOne(database, sql: sql, arguments: [name]) else {
            throw StoreError(.notFound, "There is no collection called \(name).")
        }
        return identifier
    }

    // MARK: - Access

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw Self.explained(error, path)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await database.write(body)
        } catch {
            throw Self.explained(error, path)
        }
    }
}
