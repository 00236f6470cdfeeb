import AssistantCore
import LocalInference
import Store

/// Knows everything that a conversation leaves on this device, and empties it; there is no other way to forget one.
///
/// In the store that is messages, verdicts, the index of words, cached answers, the log and free pages
/// (``DatabaseStore/forget(_:)``); in memory what the model has read. What stays is what a promise of its own keeps: spending, consent, and the audit log, which holds no text.
struct ConversationTraces: Sendable {
    let store: DatabaseStore
    let processor: LocalLanguageModel?

    /// - Parameter conversation: `nil` for all that was said since the start, as in a kiosk that keeps nothing.
    /// - Returns: files in which something may stand all the same.
    func empty(_ conversation: ConversationID?) async throws -> [String] {
        await processor?.forget()
        return try await store.forget(conversation)
    }
}
