package import AssistantCore
internal import Foundation
internal import GRDB

/// Everything that Brim keeps, in one SQLite file: conversations, cached answers, spending, audit, consent, labels,
/// metrics.
///
/// Write-ahead logging with a full sync at each commit: a change that was acknowledged survives a crash and a power
/// cut. Writes are serial; several processes may use the same directory at once. Where the file fails (full, not
/// writable, damaged, of a newer Brim), the store goes on in memory with as much as it could still read, and
/// ``warnings`` says so; while it is in memory, the spending ledger reserves nothing and the audit log takes no
/// escalation, so that nothing can be sent.
package final class DatabaseStore: Sendable {
    private let access: DatabaseAccess
    /// Where what was said is kept: with everything else, or in memory alone.
    private let speech: DatabaseAccess
    package let conversations: any ConversationStore
    package let labels: SQLiteLabels
    package let cache: any AnswerCache
    package let spending: any SpendingLedger
    package let consent: any ConsentStore
    /// Wrong PINs of a kiosk.
    package let pinAttempts: any PINAttempts
    package let metrics: any MetricsLog
    package let audit: SQLiteAuditLog

    /// Opens or creates the store in `directory`, which is made with mode 0700 where it is missing. Blocks its thread:
    /// for milliseconds as a rule, for up to some seconds where another process is just opening it or a file must be
    /// checked.
    ///
    /// Whatever is wrong with the file ends in ``warnings``; throws only where not even memory can be had.
    ///
    /// - Parameters:
    ///   - keepsNothingSaid: conversations, cached answers, verdicts and metrics stay in memory and end with this object;
    ///     spending, consent, audit and PIN attempts are kept.
    ///   - onWarning: called with every warning that arises later, on any thread.
    package convenience init(
        directory: String, cacheLimits: CacheLimits = CacheLimits(), keepsNothingSaid: Bool = false, at now: Timestamp,
        onWarning: @escaping @Sendable (StoreWarning) -> Void = { _ in }
    ) throws(StoreError) {
        try self.init(
            file: DatabaseFile(directory: StoreDirectory(path: directory)), cacheLimits: cacheLimits,
            keepsNothingSaid: keepsNothingSaid, at: now, onWarning: onWarning)
    }

    /// A store that leaves no trace: nothing in it outlives this object, and nothing may be sent.
    package static func inMemory(cacheLimits: CacheLimits = CacheLimits()) throws(StoreError) -> DatabaseStore {
        let access = DatabaseAccess(try DatabaseFile.inMemory(), in: nil, isDurable: false, warnings: [])
        return DatabaseStore(access: access, speech: access, key: try DeviceKey.ephemeral(), cacheLimits: cacheLimits)
    }

    convenience init(
        file: DatabaseFile, cacheLimits: CacheLimits = CacheLimits(), keepsNothingSaid: Bool = false, at now: Timestamp,
        onWarning: @escaping @Sendable (StoreWarning) -> Void = { _ in }
    ) throws(StoreError) {
        let opening = try StoreOpening.open(file, at: now, onWarning: onWarning)
        let speech =
            keepsNothingSaid
            ? DatabaseAccess(try DatabaseFile.inMemory(), in: nil, isDurable: false, warnings: []) : opening.access
        self.init(access: opening.access, speech: speech, key: opening.key, cacheLimits: cacheLimits)
    }

    private init(access: DatabaseAccess, speech: DatabaseAccess, key: DeviceKey, cacheLimits: CacheLimits) {
        self.access = access
        self.speech = speech
        conversations = SQLiteConversations(access: speech)
        labels = SQLiteLabels(access: speech)
        cache = SQLiteAnswerCache(access: speech, limits: cacheLimits)
        spending = SQLiteSpendingLedger(access: access)
        consent = SQLiteConsent(access: access, key: key)
        pinAttempts = SQLitePINAttempts(access: access, key: key)
        metrics = SQLiteMetrics(access: speech)
        audit = SQLiteAuditLog(access: access, key: key)
    }

    /// Empties all that a conversation has left here: its messages, their words in the index, the verdicts on them, the
    /// answers in the cache that came from it, and what of all that stood in the log or in free pages.
    ///
    /// - Parameter conversation: `nil` for all conversations and the whole cache.
    /// - Returns: files in which it may stand all the same: a log that another program is reading, and damaged databases
    ///   that were set aside, which nobody can search.
    package func forget(_ conversation: ConversationID?) async throws(StoreError) -> [String] {
        try await speech.write { database in
            if let conversation {
                try database.execute(sql: "DELETE FROM conversation WHERE id = ?", arguments: [conversation.rawValue])
            } else {
                try database.execute(sql: "DELETE FROM conversation; DELETE FROM answer")
            }
            // The words of deleted messages stay in the index until its segments are merged.
            try database.execute(sql: Schema.mergeWords)
        }
        let isEmpty = try await speech.emptyLog()
        return (isEmpty && !speech.hasRetreated ? [] : speech.filesWithTraces) + speech.filesSetAside
    }

    package var isDurable: Bool { access.isDurable }
    package var warnings: [StoreWarning] { access.warnings }

    /// Throws what ``warnings`` say where the store is in memory: for commands that would otherwise look at nothing.
    package func requireDurable() throws(StoreError) {
        guard !isDurable else { return }
        throw StoreError(.notDurable, warnings.last?.description ?? "The store is in memory only.")
    }
}
