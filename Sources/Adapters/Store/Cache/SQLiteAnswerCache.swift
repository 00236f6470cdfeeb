internal import AssistantCore
internal import Foundation
internal import GRDB
internal import Synchronization

/// Answers under the hash of what they depended on.
///
/// A lookup only reads. That an entry was used is noted in memory and written with the next change, so that a hit never
/// waits for a disk; a crash costs the notes, which is to say a little of the order of eviction.
final class SQLiteAnswerCache: AnswerCache {
    private struct Use: Sendable {
        var count = 0
        var lastAt: Int64 = 0
    }

    private let access: DatabaseAccess
    private let limits: CacheLimits
    private let uses = Mutex<[Data: Use]>([:])

    /// Notes for more entries than these are dropped.
    private static let maxNotes = 4_096

    init(access: DatabaseAccess, limits: CacheLimits) {
        self.access = access
        self.limits = limits
    }

    static let lookup = "SELECT * FROM answer WHERE key = ? AND storedAt <= ? AND expiresAt > ?"

    func answer(to question: CacheableQuestion, at now: Timestamp) async throws(StoreError) -> CacheHit? {
        let key = CacheKey(question).digest
        let milliseconds = now.millisecondsSince1970
        let found = try await access.read { database in
            try Row.fetchOne(database, sql: Self.lookup, arguments: [key, milliseconds, milliseconds])
                .map(Self.entry)
        }
        guard let found else { return nil }
        note(key, at: milliseconds)
        return CacheHit(answer: found.answer, storedAt: found.storedAt, age: now.since(found.storedAt))
    }

    func put(
        _ answer: CacheableAnswer, to question: CacheableQuestion, from conversation: ConversationID?,
        timeToLive: Duration, at now: Timestamp
    ) async throws(StoreError) {
        let key = CacheKey(question).digest
        let prompt = question.prompt.storable
        let (text, model) = (answer.text.storable, answer.model.storable)
        let figures = try StoredJSON.encode(answer.figures)
        let bytes = [prompt, text, model, figures].reduce(key.count) { $0 + $1.utf8.count }
        let expiry = now.advanced(by: timeToLive)
        guard bytes <= limits.maxBytes, limits.maxEntries > 0, expiry > now else { return }
        let uses = takeNotes()
        let limits = limits
        try await access.write { database in
            try Self.record(uses, in: database)
            try database.execute(sql: "DELETE FROM answer WHERE key = ?", arguments: [key])
            // Some of what has expired goes first; the rest waits for later puts, so that none of them takes long.
            try database.execute(
                sql: """
                    DELETE FROM answer WHERE id IN
                        (SELECT id FROM answer WHERE expiresAt <= ? ORDER BY expiresAt LIMIT 256)
                    """, arguments: [now.millisecondsSince1970])
            try database.execute(
                sql: """
                    INSERT INTO answer (key, prompt, text, origin, model, figures, conversation, storedAt, expiresAt,
                        lastUsedAt, lastUse, hits, bytes)
                    VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM conversation WHERE id = ?), ?, ?, ?,
                        (SELECT coalesce(max(lastUse), 0) + 1 FROM answer), 0, ?)
                    """,
                arguments: [
                    key, prompt, text, answer.origin.rawValue, model, figures, conversation?.rawValue,
                    now.millisecondsSince1970, expiry.millisecondsSince1970, now.millisecondsSince1970, bytes,
                ])
            try Self.evict(beyond: limits, in: database)
        }
    }

    func entries(limit: Int) async throws(StoreError) -> [CacheEntry] {
        try await writeNotes()
        return try await access.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM answer ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)]
            ).map(Self.entry)
        }
    }

    @discardableResult
    func clear() async throws(StoreError) -> Int {
        _ = takeNotes()
        let count = try await access.write { database in
            try database.execute(sql: "DELETE FROM answer")
            return database.changesCount
        }
        try await access.emptyLog()
        return count
    }

    @discardableResult
    func removeExpired(at now: Timestamp) async throws(StoreError) -> Int {
        try await access.write { database in
            try database.execute(
                sql: "DELETE FROM answer WHERE expiresAt <= ?", arguments: [now.millisecondsSince1970])
            return database.changesCount
        }
    }

    func statistics() async throws(StoreError) -> CacheStatistics {
        try await writeNotes()
        let limits = limits
        return try await access.read { database in
            let hits = try Int.fetchOne(database, sql: "SELECT coalesce(sum(hits), 0) FROM answer")
            let total = try Row.fetchOne(database, sql: "SELECT entries, bytes FROM answerTotal")
            return CacheStatistics(
                entries: try total?.checked("entries") ?? 0, bytes: try total?.checked("bytes") ?? 0,
                maxEntries: limits.maxEntries, maxBytes: limits.maxBytes, hits: hits ?? 0)
        }
    }
}

// MARK: - Use and eviction

extension SQLiteAnswerCache {
    private func note(_ key: Data, at milliseconds: Int64) {
        uses.withLock { uses in
            guard uses.count < Self.maxNotes || uses[key] != nil else { return }
            uses[key, default: Use()].count += 1
            uses[key, default: Use()].lastAt = milliseconds
        }
    }

    /// The latest use last.
    private func takeNotes() -> [(key: Data, use: Use)] {
        uses.withLock { uses in
            defer { uses = [:] }
            return uses.sorted { $0.value.lastAt < $1.value.lastAt }.map { ($0.key, $0.value) }
        }
    }

    private func writeNotes() async throws(StoreError) {
        let uses = takeNotes()
        guard !uses.isEmpty else { return }
        try await access.write { try Self.record(uses, in: $0) }
    }

    private static func record(_ uses: [(key: Data, use: Use)], in database: Database) throws {
        for (key, use) in uses {
            try database.execute(
                sql: """
                    UPDATE answer SET hits = hits + ?, lastUsedAt = ?,
                        lastUse = (SELECT max(lastUse) + 1 FROM answer) WHERE key = ?
                    """,
                arguments: [use.count, use.lastAt, key])
        }
    }

    private static func evict(beyond limits: CacheLimits, in database: Database) throws {
        guard let total = try Row.fetchOne(database, sql: "SELECT entries, bytes FROM answerTotal") else { return }
        var entries: Int = try total.checked("entries")
        var bytes: Int = try total.checked("bytes")
        guard entries > limits.maxEntries || bytes > limits.maxBytes else { return }
        var victims: [Int64] = []
        let candidates = try Row.fetchCursor(database, sql: "SELECT id, bytes FROM answer ORDER BY lastUse")
        while entries > limits.maxEntries || bytes > limits.maxBytes, let candidate = try candidates.next() {
            victims.append(try candidate.checked("id"))
            entries -= 1
            bytes -= try candidate.checked("bytes")
        }
        for victim in victims {
            try database.execute(sql: "DELETE FROM answer WHERE id = ?", arguments: [victim])
        }
    }

    @Sendable private static func entry(_ row: Row) throws(StoreError) -> CacheEntry {
        let key: Data = try row.checked("key")
        return CacheEntry(
            key: Hexadecimal.encode(key.prefix(6)), prompt: try row.checked("prompt"),
            answer: CacheableAnswer(
                text: try row.checked("text"), origin: try row.checkedCase("origin"), model: try row.checked("model"),
                figures: try StoredJSON.decode(try row.checked("figures"))),
            storedAt: Timestamp(millisecondsSince1970: try row.checked("storedAt")),
            expiresAt: Timestamp(millisecondsSince1970: try row.checked("expiresAt")),
            lastUsedAt: Timestamp(millisecondsSince1970: try row.checked("lastUsedAt")),
            hits: try row.checked("hits"), bytes: try row.checked("bytes"))
    }
}

/// How much the answer cache may hold.
package struct CacheLimits: Sendable, Hashable {
    /// ≥ 0; 0 keeps nothing.
    package var maxEntries: Int
    /// Of prompts, answers and what is kept beside them; the file takes about half as much again. ≥ 0.
    package var maxBytes: Int

    package init(maxEntries: Int = 20_000, maxBytes: Int = 64 << 20) {
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
    }
}
