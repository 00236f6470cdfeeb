package import AssistantCore
internal import Foundation
internal import GRDB

/// The search for passages.
///
/// What a query costs grows with the passages that its words stand in, and common words stand in most. So the words are
/// counted first, each up to a bound, and the passages are sought by the rarest of them; whoever asked judges these by all
/// of the words.
extension KnowledgeIndex: PassageSearch {
    /// A word in more passages than these is common.
    private static let commonFrom = 1_000
    /// All passages that the sought words stand in, at most: they are the ones that are ranked.
    private static let mostRanked = 1_500
    /// Of passages in which every word is common, so many are looked at.
    private static let mostUnranked = 24
    private static let mostWords = 64
    /// Answered questions that are looked at beside the passages.
    private static let mostQuestions = 8

    package var vectors: (any PassageVectors)? { self }

    package func hits(for words: [String], limit: Int, in collection: String? = nil) async throws -> PassageHits {
        let words = Array(words.filter(Self.isWord).prefix(Self.mostWords))
        guard !words.isEmpty, limit > 0 else { return PassageHits() }
        return try await read { database in
            let all = try Int.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM passage") ?? 0
            let counting = try database.cachedStatement(
                sql: "SELECT count(*) FROM (SELECT 1 FROM passageWord WHERE passageWord MATCH ? LIMIT ?)")
            var counts: [(word: String, count: Int)] = []
            for word in words {
                try counting.setArguments([Self.quoted(word), Self.commonFrom + 1])
                counts.append((word, try Int.fetchOne(counting) ?? 0))
            }
            let weights = counts.map { ($0.word, Self.weight(of: $0.count, among: all)) }
            let rows =
                try Self.questions(database, words, in: collection)
                + Self.rows(database, counts, limit: limit, in: collection)
            var seen: Set<Int64> = []
            let passages = try rows.filter { seen.insert(try $0.checked("id")).inserted }.map(Self.passage)
            return PassageHits(passages: passages, weights: Dictionary(weights, uniquingKeysWith: { $1 }))
        }
    }

    /// What BM25 calls the inverse document frequency.
    private static func weight(of count: Int, among all: Int) -> Double {
        log(1 + (max(0, Double(all - count)) + 0.5) / (Double(count) + 0.5))
    }

    /// Letters and digits alone: nothing in a word is an operator of the query.
    private static func isWord(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.count <= 64
            && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }

    private static func quoted(_ word: String) -> String { "\"\(word)\"" }

    /// Questions that the operator has answered, with these words in them: whatever else is in the index.
    private static func questions(_ database: Database, _ words: [String], in collection: String?) throws -> [Row] {
        try select(
            database, from: "questionWord", matching: words.map(quoted).joined(separator: " OR "),
            order: "ORDER BY bm25(questionWord)", limit: mostQuestions, in: collection)
    }

    private static func rows(
        _ database: Database, _ counts: [(word: String, count: Int)], limit: Int, in collection: String?
    ) throws -> [Row] {
        let found = counts.filter { $0.count > 0 }
        var sought: [String] = []
        var ranked = 0
        for (word, count) in found.sorted(by: { $0.count < $1.count }) where count <= commonFrom {
            guard sought.isEmpty || ranked + count <= mostRanked else { break }
            sought.append(quoted(word))
            ranked += count
        }
        guard sought.isEmpty else {
            return try select(
                database, matching: sought.joined(separator: " OR "),
                order: "ORDER BY bm25(passageWord, \(KnowledgeSchema.weights))", limit: limit, in: collection)
        }
        guard !found.isEmpty else { return [] }
        return try select(
            database, matching: found.map { quoted($0.word) }.joined(separator: " AND "), order: "",
            limit: max(limit, mostUnranked), in: collection)
    }

    private static func select(
        _ database: Database, from table: String = "passageWord", matching expression: String, order: String,
        limit: Int, in collection: String?
    ) throws -> [Row] {
        let inside =
            collection == nil
            ? ""
            : """
            AND rowid IN (SELECT passage.id FROM passage JOIN document ON document.id = passage.document
                JOIN collection ON collection.id = document.collection WHERE collection.name = :collection)
            """
        var arguments: StatementArguments = ["expression": expression, "limit": limit]
        if let collection { arguments = arguments &+ ["collection": collection] }
        return try Row.fetchAll(
            database,
            sql: """
                WITH hit AS (
                    SELECT rowid AS id, row_number() OVER () AS place FROM (
                        SELECT rowid FROM \(table) WHERE \(table) MATCH :expression \(inside)
                        \(order) LIMIT :limit))
                SELECT passage.*, document.path, collection.name, collection.staysHome
                FROM hit JOIN passage ON passage.id = hit.id
                JOIN document ON document.id = passage.document
                JOIN collection ON collection.id = document.collection
                ORDER BY hit.place
                """, arguments: arguments)
    }

    static func passage(_ row: Row) throws -> Passage {
        Passage(
            id: try row.checked("id"), collection: try row.checked("name"), document: try row.checked("path"),
            title: try row.checked("title"), heading: try row.checked("heading"),
            page: try row.checkedIfPresent("page"), text: try row.checked("text"),
            isAnswer: try row.checked("isAnswer"), staysHome: try row.checked("staysHome"))
    }
}
