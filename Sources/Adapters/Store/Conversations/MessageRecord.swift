internal import AssistantCore
internal import Foundation
internal import GRDB

/// A row of `message`.
struct MessageRecord: Sendable {
    var conversation: Int64
    var createdAt: Int64
    var signals: String?
    private(set) var stored: StoredMessage

    /// A message that has no number yet.
    init(_ new: NewMessage, in conversation: ConversationID, at now: Timestamp) throws(StoreError) {
        self.conversation = conversation.rawValue
        createdAt = now.millisecondsSince1970
        // A signal that is not a number cannot be learnt from, and JSON cannot hold it.
        signals = try new.signals.isEmpty || !new.signals.allSatisfy(\.isFinite) ? nil : StoredJSON.encode(new.signals)
        stored = StoredMessage(
            id: MessageID(0), conversation: conversation,
            message: Message(new.message.role, new.message.text.storable, mayLeave: new.message.mayLeave),
            createdAt: now, state: new.state, origin: new.origin, model: new.model?.storable, figures: new.figures)
    }

    init(_ row: Row) throws(StoreError) {
        conversation = try row.checked("conversation")
        createdAt = try row.checked("createdAt")
        signals = try row.checkedIfPresent("signals")
        let figures: String? = try row.checkedIfPresent("figures")
        let origin: String? = try row.checkedIfPresent("origin")
        stored = StoredMessage(
            id: MessageID(try row.checked("id")), conversation: ConversationID(conversation),
            message: Message(
                try row.checkedCase("role"), try row.checked("text"), mayLeave: try row.checked("mayLeave")),
            createdAt: Timestamp(millisecondsSince1970: createdAt), state: try row.checkedCase("state"),
            origin: origin == nil ? nil : try row.checkedCase("origin"), model: try row.checkedIfPresent("model"),
            figures: try figures.map(StoredJSON.decode))
    }

    /// Adds the row at the end of its conversation, whose time it moves, and returns the message with its number.
    func insert(into database: Database) throws -> StoredMessage {
        try database.execute(
            sql: "UPDATE conversation SET updatedAt = ? WHERE id = ?", arguments: [createdAt, conversation])
        guard database.changesCount == 1 else { throw StoreError.noConversation(stored.conversation) }
        try database.execute(
            sql: """
                INSERT INTO message (conversation, role, text, mayLeave, createdAt, state, origin, model, figures,
                    signals)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                conversation, stored.message.role.rawValue, stored.message.text, stored.message.mayLeave, createdAt,
                stored.state.rawValue,
                stored.origin?.rawValue, stored.model, try stored.figures.map(StoredJSON.encode), signals,
            ])
        var numbered = stored
        numbered.id = MessageID(database.lastInsertedRowID)
        return numbered
    }
}
