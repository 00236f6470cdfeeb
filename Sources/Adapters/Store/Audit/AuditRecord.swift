internal import AssistantCore
internal import Foundation
internal import GRDB

/// A row of `audit`, and how it is hashed.
///
/// `hash` = SHA-256 of these fields in the encoding of ``CanonicalBytes``, domain `brim.audit.1`: the hash of the entry
/// before (32 zero bytes before the first), sequence, time, kind, reason, subject, prompt digest, reply digest, sent
/// tokens, received tokens, redactions, cost in micro-USD.
struct AuditRecord: Sendable, Hashable {
    var sequence: Int64
    var time: Int64
    var kind: String
    var reason: String
    var subject: String
    var promptDigest: Data?
    var replyDigest: Data?
    var sentTokens: Int64?
    var receivedTokens: Int64?
    var redactions: Int64?
    var costMicroUSD: Int64?

    /// What stands before the first entry.
    static let origin = Data(count: 32)

    /// Longer reasons and subjects are cut: they are made by the program, and short.
    private static let maxTextBytes = 1_024

    init(_ event: AuditEvent, sequence: Int64, key: DeviceKey, at now: Timestamp) {
        self.sequence = sequence
        time = now.millisecondsSince1970
        kind = event.kind.rawValue
        reason = Self.cut(event.reason.storable)
        subject = Self.cut(event.subject.storable)
        promptDigest = event.promptText.map(key.digest)
        replyDigest = event.replyText.map(key.digest)
        sentTokens = event.sentTokens.map(Int64.init)
        receivedTokens = event.receivedTokens.map(Int64.init)
        redactions = event.redactions.map(Int64.init)
        costMicroUSD = event.costMicroUSD
    }

    init(_ row: Row) throws(StoreError) {
        sequence = try row.checked("sequence")
        time = try row.checked("time")
        kind = try row.checked("kind")
        reason = try row.checked("reason")
        subject = try row.checked("subject")
        promptDigest = try row.checkedIfPresent("promptDigest")
        replyDigest = try row.checkedIfPresent("replyDigest")
        sentTokens = try row.checkedIfPresent("sentTokens")
        receivedTokens = try row.checkedIfPresent("receivedTokens")
        redactions = try row.checkedIfPresent("redactions")
        costMicroUSD = try row.checkedIfPresent("costMicroUSD")
    }

    func hash(after previous: Data) -> Data {
        var bytes = CanonicalBytes(domain: "brim.audit.1")
        bytes.append(previous)
        bytes.append(sequence)
        bytes.append(time)
        bytes.append(kind)
        bytes.append(reason)
        bytes.append(subject)
        bytes.append(promptDigest)
        bytes.append(replyDigest)
        bytes.append(sentTokens)
        bytes.append(receivedTokens)
        bytes.append(redactions)
        bytes.append(costMicroUSD)
        return bytes.sha256
    }

    /// Adds an entry at the end of the log, in the caller's transaction.
    @discardableResult
    static func append(
        _ event: AuditEvent, to database: Database, key: DeviceKey, at now: Timestamp
    ) throws -> AuditEntry {
        let last = try Row.fetchOne(
            database, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        let previous: Data = try last?.checked("hash") ?? origin
        let (sequence, overflowed) = try (last?.checked("sequence") ?? 0 as Int64).addingReportingOverflow(1)
        guard !overflowed else { throw StoreError(.damagedRecord, "The audit log has no number left.") }
        let record = AuditRecord(event, sequence: sequence, key: key, at: now)
        let hash = record.hash(after: previous)
        try record.insert(into: database, hash: hash)
        return try record.entry(hash: hash)
    }

    /// Adds the row as it is.
    func insert(into database: Database, hash: Data) throws {
        try database.execute(
            sql: """
                INSERT INTO audit (sequence, time, kind, reason, subject, promptDigest, replyDigest, sentTokens,
                    receivedTokens, redactions, costMicroUSD, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                sequence, time, kind, reason, subject, promptDigest, replyDigest, sentTokens, receivedTokens,
                redactions, costMicroUSD, hash,
            ])
    }

    func entry(hash: Data) throws(StoreError) -> AuditEntry {
        guard let kind = AuditKind(rawValue: kind) else {
            throw StoreError(.damagedRecord, "Audit entry \(sequence) is of a kind that this Brim does not know.")
        }
        return AuditEntry(
            sequence: sequence, time: Timestamp(millisecondsSince1970: time), kind: kind, reason: reason,
            subject: subject, promptDigest: promptDigest.map { Hexadecimal.encode($0) },
            replyDigest: replyDigest.map { Hexadecimal.encode($0) }, sentTokens: sentTokens.map { Int(clamping: $0) },
            receivedTokens: receivedTokens.map { Int(clamping: $0) }, redactions: redactions.map { Int(clamping: $0) },
            costMicroUSD: costMicroUSD, hash: Hexadecimal.encode(hash))
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maxTextBytes else { return text }
        var kept = text.prefix(maxTextBytes)
        while kept.utf8.count > maxTextBytes - 3 { kept.removeLast() }
        return kept + "…"
    }
}
