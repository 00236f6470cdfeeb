package import AssistantCore
internal import Foundation
internal import GRDB

/// What passages mean, kept beside their words: 384 bytes a passage.
extension KnowledgeIndex: PassageVectors {
    /// More vectors are not looked at one by one: that took a tenth of a second.
    private static let mostScanned = 20_000

    private static let columns = "passage.*, document.path, collection.name, collection.staysHome"
    private static let places = """
        JOIN document ON document.id = passage.document JOIN collection ON collection.id = document.collection
        """

    /// Whether there are so few passages that the nearest to a question are sought among all of them. Of more those are compared
    /// that have its words, and no vector need be there before a question asks for it.
    package func isComparable() async throws(StoreError) -> Bool {
        try await read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM (SELECT 1 FROM passage LIMIT ?)",
                arguments: [Self.mostScanned + 1]) ?? 0 <= Self.mostScanned
        }
    }

    package func vectors(
        of passages: [Passage], by encoder: String
    ) async throws(StoreError) -> [Int64: PassageVector] {
        try await read { database in
            guard try Self.encoder(database) == encoder else { return [:] }
            // A number may have become that of another passage.
            let finding = try database.cachedStatement(
                sql: """
                    SELECT vector FROM passageVector JOIN passage ON passage.id = passageVector.passage
                    WHERE passage.id = ? AND passage.text = ?
                    """)
            var vectors: [Int64: PassageVector] = [:]
            for passage in passages {
                guard let id = passage.id else { continue }
                try finding.setArguments([id, passage.text])
                if let row = try Row.fetchOne(finding) { vectors[id] = try Self.vector(row) }
            }
            return vectors
        }
    }

    package func keep(
        _ vectors: [(passage: Passage, vector: PassageVector)], by encoder: String
    ) async throws(StoreError) {
        try await write { database in
            if try Self.encoder(database) != encoder {
                try database.execute(sql: "DELETE FROM passageVector")
                try database.execute(
                    sql: "INSERT OR REPLACE INTO vectorEncoder (id, name) VALUES (1, ?)", arguments: [encoder])
            }
            let keeping = try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO passageVector (passage, vector)
                    SELECT id, ? FROM passage WHERE id = ? AND text = ?
                    """)
            for (passage, vector) in vectors {
                try keeping.execute(arguments: [Data(vector.bytes), passage.id, passage.text])
            }
        }
    }

    package func count(withoutVectorBy encoder: String, in collection: String?) async throws(StoreError) -> Int {
        try await read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM passage \(Self.places) WHERE \(Self.lacking)",
                arguments: Self.lack(of: encoder, in: collection, database)) ?? 0
        }
    }

    package func passages(
        withoutVectorBy encoder: String, after: Int64, limit: Int, in collection: String?
    ) async throws(StoreError) -> [Passage] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Self.columns) FROM passage \(Self.places)
                    WHERE \(Self.lacking) AND passage.id > :after ORDER BY passage.id LIMIT :limit
                    """,
                arguments: Self.lack(of: encoder, in: collection, database) &+ ["after": after, "limit": limit]
            ).map(Self.passage)
        }
    }

    package func nearest(
        to vector: PassageVector, by encoder: String, limit: Int, in collection: String?
    ) async throws(StoreError) -> [Passage] {
        try await read { database in
            guard try Self.encoder(database) == encoder else { return [] }
            let count = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM (SELECT 1 FROM passageVector LIMIT ?)",
                arguments: [Self.mostScanned + 1])
            guard let count, count <= Self.mostScanned else { return [] }
            let inside =
                collection == nil
                ? ""
                : """
                WHERE passage IN (SELECT passage.id FROM passage \(Self.places) WHERE collection.name = :collection)
                """
            let rows = try Row.fetchCursor(
                database, sql: "SELECT passage, vector FROM passageVector \(inside)",
                arguments: collection.map { ["collection": $0] } ?? StatementArguments())
            var found: [(likeness: Double, id: Int64)] = []
            while let row = try rows.next() {
                found.append((vector.likeness(to: try Self.vector(row)), try row.checked("passage")))
            }
            found.sort { ($0.likeness, $1.id) > ($1.likeness, $0.id) }
            let finding = try database.cachedStatement(
                sql: "SELECT \(Self.columns) FROM passage \(Self.places) WHERE passage.id = ?")
            return try found.prefix(limit).compactMap { near in
                try finding.setArguments([near.id])
                return try Row.fetchOne(finding).map(Self.passage)
            }
        }
    }

    private static let lacking = """
        isAnswer = 0 AND (:collection IS NULL OR collection.name = :collection)
        AND (:isKept = 0 OR passage.id NOT IN (SELECT passage FROM passageVector))
        """

    private static func lack(
        of encoder: String, in collection: String?, _ database: Database
    ) throws -> StatementArguments {
        ["collection": collection, "isKept": try Self.encoder(database) == encoder]
    }

    private static func encoder(_ database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT name FROM vectorEncoder")
    }

    private static func vector(_ row: Row) throws -> PassageVector {
        PassageVector(bytes: Array(try row.checked("vector") as Data))
    }
}
