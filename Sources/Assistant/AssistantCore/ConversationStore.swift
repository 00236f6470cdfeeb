/// Conversations that outlive the program.
///
/// Every call that changes something returns only when the change would survive a power cut, and a cancelled task does
/// not cut it short. Calls may come from any task and never block their thread. Times come from the caller.
package protocol ConversationStore: Sendable {
    func create(title: String, at now: Timestamp) async throws -> Conversation

    /// Adds to the end. Text is kept as it is, but for U+0000, which becomes U+FFFD. Throws where there is no such
    /// conversation.
    @discardableResult
    func append(_ message: NewMessage, to conversation: ConversationID, at now: Timestamp) async throws -> StoredMessage

    /// The latest first; `title` keeps those whose title contains it, the case of ASCII letters aside. `limit` ≥ 0.
    func conversations(titled title: String?, limit: Int, offset: Int) async throws -> [Conversation]

    /// `nil` where there is no such conversation.
    func conversation(_ id: ConversationID) async throws -> Conversation?

    /// All messages in the order in which they were added, drafts included; empty where there is no such conversation.
    func messages(of conversation: ConversationID) async throws -> [StoredMessage]

    /// Throws where there is no such conversation.
    func rename(_ conversation: ConversationID, to title: String, at now: Timestamp) async throws

    /// Deletes a conversation with all that came from it: messages, their labels, cached answers. Deleting what is not
    /// there is not an error.
    func delete(_ conversation: ConversationID) async throws

    /// Deletes every conversation with all that came from it.
    func deleteAll() async throws

    /// Messages that hold every word of `query` (each a prefix; case and accents do not matter), best match first.
    /// A query without a word finds nothing.
    func search(_ query: String, limit: Int) async throws -> [SearchHit]
}
