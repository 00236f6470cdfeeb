internal import AssistantCore
internal import Foundation
internal import GRDB

/// Conversations, their messages, and the index of their words.
struct SQLiteConversations: ConversationStore {
    let access: DatabaseAccess

    func create(title: String, at now: Timestamp) async throws(StoreError) -> Conversation {
        let title = title.storable
        let milliseconds = now.millisecondsSince1970
        let id = try await access.write { database in
            try database.execute(
                sql: "INSERT INTO conversation (title, createdAt, updatedAt) VALUES (?, ?, ?)",
                arguments: [title, milliseconds, milliseconds])
            return database.lastInsertedRowID
        }
        return Conversation(id: ConversationID(id), title: title, createdAt: now, updatedAt: now, messageCount: 0)
    }

    @discardableResult
    func append(
        _ message: NewMessage, to conversation: ConversationID, at now: Timestamp
    ) async throws(StoreError) -> StoredMessage {
        let record = try MessageRecord(message, in: conversation, at: now)
        do {
            return try await access.write { try record.insert(into: $0) }
        } catch  where error.code == .notFound && access.hasRetreated {
            // The conversation stayed behind in the file that failed. What is said goes on all the same.
            return try await access.write { database in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO conversation (id, title, createdAt, updatedAt) VALUES (?, '', ?, ?)",
                    arguments: [record.conversation, record.createdAt, record.createdAt])
                return try record.insert(into: database)
            }
        }
    }

    func conversations(titled title: String?, limit: Int, offset: Int) async throws(StoreError) -> [Conversation] {
        try await access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.selection)
                    WHERE ?1 IS NULL OR instr(lower(title), lower(?1)) > 0
                    ORDER BY updatedAt DESC, id DESC LIMIT ?2 OFFSET ?3
                    """,
                arguments: [title, max(0, limit), max(0, offset)]
            ).map(Self.conversation)
        }
    }

    func conversation(_ id: ConversationID) async throws(StoreError) -> Conversation? {
        try await access.read { database in
            try Row.fetchOne(database, sql: "\(Self.selection) WHERE id = ?", arguments: [id.rawValue])
                .map(Self.conversation)
        }
    }

    func messages(of conversation: ConversationID) async throws(StoreError) -> [StoredMessage] {
        try await access.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM message WHERE conversation = ? ORDER BY id",
                arguments: [conversation.rawValue]
            ).map { try MessageRecord($0).stored }
        }
    }

    func rename(_ conversation: ConversationID, to title: String, at now: Timestamp) async throws(StoreError) {
        try await access.write { database in
            try database.execute(
                sql: "UPDATE conversation SET title = ?, updatedAt = ? WHERE id = ?",
                arguments: [title.storable, now.millisecondsSince1970, conversation.rawValue])
            guard database.changesCount == 1 else { throw StoreError.noConversation(conversation) }
        }
    }

    func delete(_ conversation: ConversationID) async throws(StoreError) {
        try await remove(where: "id = ?", [conversation.rawValue])
    }

    func deleteAll() async throws(StoreError) {
        try await remove(where: "true", [])
    }

    func search(_ query: String, limit: Int) async throws(StoreError) -> [SearchHit] {
        guard let pattern = SearchPattern(query) else { return [] }
        return try await access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT message.id AS id, message.conversation AS conversation, conversation.title AS title,
                        message.role AS role, message.createdAt AS createdAt,
                        snippet(messageWord, 0, char(2), char(3), '…', 16) AS excerpt
                    FROM messageWord
                    JOIN message ON message.id = messageWord.rowid
                    JOIN conversation ON conversation.id = message.conversation
                    WHERE messageWord MATCH ? ORDER BY messageWord.rank, message.id DESC LIMIT ?
                    """,
                arguments: [pattern.expression, max(0, limit)]
            ).map(Self.hit)
        }
    }

    /// The words of deleted messages stay in the index until its segments are merged, and the text in the log until
    /// that is folded in; both are done at once, since a person who deletes something means it.
    private func remove(where condition: String, _ arguments: [Int64]) async throws(StoreError) {
        try await access.write { database in
            try database.execute(
                sql: "DELETE FROM conversation WHERE \(condition)", arguments: StatementArguments(arguments))
            guard database.changesCount > 0 else { return }
            try database.execute(sql: Schema.mergeWords)
        }
        try await access.emptyLog()
    }

    private static let selection = """
        SELECT *, (SELECT count(*) FROM message WHERE message.conversation = conversation.id) AS messageCount
        FROM conversation
        """

    @Sendable private static func conversation(_ row: Row) throws(StoreError) -> Conversation {
        Conversation(
            id: ConversationID(try row.checked("id")), title: try row.checked("title"),
            createdAt: Timestamp(millisecondsSince1970: try row.checked("createdAt")),
            updatedAt: Timestamp(millisecondsSince1970: try row.checked("updatedAt")),
            messageCount: try row.checked("messageCount"))
    }

    @Sendable private static func hit(_ row: Row) throws(StoreError) -> SearchHit {
        SearchHit(
            conversation: ConversationID(try row.checked("conversation")), title: try row.checked("title"),
            message: MessageID(try row.checked("id")), role: try row.checkedCase("role"),
            createdAt: Timestamp(millisecondsSince1970: try row.checked("createdAt")),
            excerpt: SearchPattern.segments(of: try row.checked("excerpt")))
    }
}

extension StoreError {
    static func noConversation(_ id: ConversationID) -> StoreError {
        StoreError(.notFound, "There is no conversation \(id.rawValue); it may have been deleted.")
    }
}
