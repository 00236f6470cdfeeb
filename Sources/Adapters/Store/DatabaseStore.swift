public import AssistantCore
internal import Foundation
internal import GRDB

/// Everything that Brim keeps, in one SQLite file: conversations, cached answers, spending, audit, consent, labels,
/// metrics.
///
/// Write-ahead logging with a full sync at each commit: a change that was acknowledged survives a crash and a power
/// cut. Writes are serial; several processes may use the same directory at once. Where the file fails (full, not
/// writable, damaged, of a newer Brim), the store goes on in memory with as much as it could still read, and
/// ``warnings`` says so; while it is in memory, the spending ledger reserves nothing that costs money.
public final class DatabaseStore: StoreStatus, Sendable {
    private let access: DatabaseAccess
    public let conversations: any ConversationStore
    public let labels: any AnswerLabels
    public let cache: any AnswerCache
    public let spending: any SpendingLedger
    public let consent: any ConsentStore
    public let metrics: any MetricsLog
    public let audit: SQLiteAuditLog

    /// Opens or creates the store in `directory`, which is made with mode 0700 where it is missing. Blocks its thread:
    /// for milliseconds as a rule, for up to some seconds where another process is just opening it or a file must be
    /// checked.
    ///
    /// Whatever is wrong with the file ends in ``warnings``; throws only where not even memory can be had.
    public convenience init(
        directory: String, cacheLimits: CacheLimits = CacheLimits(), at now: Timestamp
    ) throws(StoreError) {
        try self.init(
            file: DatabaseFile(directory: StoreDirectory(path: directory)), cacheLimits: cacheLimits, at: now)
    }

    /// A store that leaves no trace: nothing in it outlives this object, and nothing that costs money may be sent.
    public static func inMemory(cacheLimits: CacheLimits = CacheLimits()) throws(StoreError) -> DatabaseStore {
        DatabaseStore(
            access: DatabaseAccess(try DatabaseFile.inMemory(), in: nil, isDurable: false, warnings: []),
            key: try DeviceKey.ephemeral(), cacheLimits: cacheLimits)
    }

    convenience init(file: DatabaseFile, cacheLimits: CacheLimits = CacheLimits(), at now: Timestamp) throws(StoreError)
    {
        let opening = try StoreOpening.open(file, at: now)
        self.init(access: opening.access, key: opening.key, cacheLimits: cacheLimits)
    }

    private init(access: DatabaseAccess, key: DeviceKey, cacheLimits: CacheLimits) {
        self.access = access
        conversations = SQLiteConversations(access: access)
        labels = SQLiteLabels(access: access)
        cache = SQLiteAnswerCache(access: access, limits: cacheLimits)
        spending = SQLiteSpendingLedger(access: access)
        consent = SQLiteConsent(access: access, key: key)
        metrics = SQLiteMetrics(access: access)
        audit = SQLiteAuditLog(access: access, key: key)
    }

    public var isDurable: Bool { access.isDurable }
    public var warnings: [StoreWarning] { access.warnings }

    /// Throws what ``warnings`` say where the store is in memory: for commands that would otherwise look at nothing.
    public func requireDurable() throws(StoreError) {
        guard !isDurable else { return }
        throw StoreError(.notDurable, warnings.last?.description ?? "The store is in memory only.")
    }
}
