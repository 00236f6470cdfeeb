/// What kind of decision an audit entry is about.
package enum AuditKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Something was about to leave this device.
    case escalation
    /// A passage of a document was part of what was about to leave.
    case passage
    /// What came of an escalation: tokens, price, failure.
    case outcome
    /// Something was kept from leaving.
    case refusal
    /// Consent was given or withdrawn.
    case consent
    /// A setting that guards the person changed.
    case settings
    /// The store itself was started anew, because the earlier file could not be read.
    case recovery
    /// Entries of this log, or what was spent, are missing from here on back.
    case loss
    /// The operator has seen what is missing.
    case acknowledgement
    /// Somebody tried to end a kiosk.
    case kiosk
}

/// Something to be written into the audit log. It holds no text of a conversation: of what was said, only keyed digests
/// are kept.
package struct AuditEvent: Sendable, Hashable {
    package var kind: AuditKind
    /// One line made by the program, never taken from a conversation: `conf 0.41 < 0.80`, `rule: medical stays`.
    package var reason: String
    /// The remote model, or the setting's name.
    package var subject: String
    /// What was sent or kept back. Only its keyed digest is stored.
    package var promptText: String?
    /// What came back. Only its keyed digest is stored.
    package var replyText: String?
    package var sentTokens: Int?
    package var receivedTokens: Int?
    /// Placeholders that stand for personal data in what was sent.
    package var redactions: Int?
    package var costMicroUSD: Int64?

    package init(
        _ kind: AuditKind, reason: String, subject: String, promptText: String? = nil, replyText: String? = nil,
        sentTokens: Int? = nil, receivedTokens: Int? = nil, redactions: Int? = nil, costMicroUSD: Int64? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.subject = subject
        self.promptText = promptText
        self.replyText = replyText
        self.sentTokens = sentTokens
        self.receivedTokens = receivedTokens
        self.redactions = redactions
        self.costMicroUSD = costMicroUSD
    }
}

/// An entry as it stands in the log. Digests and hashes are lower-case hexadecimal.
package struct AuditEntry: Sendable, Hashable, Codable {
    /// 1, 2, 3 …
    package var sequence: Int64
    package var time: Timestamp
    package var kind: AuditKind
    package var reason: String
    package var subject: String
    package var promptDigest: String?
    package var replyDigest: String?
    package var sentTokens: Int?
    package var receivedTokens: Int?
    package var redactions: Int?
    package var costMicroUSD: Int64?
    /// Over this entry and the hash of the one before.
    package var hash: String

    package init(
        sequence: Int64, time: Timestamp, kind: AuditKind, reason: String, subject: String, promptDigest: String?,
        replyDigest: String?, sentTokens: Int?, receivedTokens: Int?, redactions: Int?, costMicroUSD: Int64?,
        hash: String
    ) {
        self.sequence = sequence
        self.time = time
        self.kind = kind
        self.reason = reason
        self.subject = subject
        self.promptDigest = promptDigest
        self.replyDigest = replyDigest
        self.sentTokens = sentTokens
        self.receivedTokens = receivedTokens
        self.redactions = redactions
        self.costMicroUSD = costMicroUSD
        self.hash = hash
    }
}

/// A log that is only ever added to.
package protocol AuditLog: Sendable {
    /// Returns when the entry would survive a power cut. Whoever is about to send something appends first and sends
    /// after: an entry of the kind ``AuditKind/escalation`` that cannot be kept on disk throws, and is kept nowhere.
    /// Other entries are kept in memory where there is no disk.
    @discardableResult
    func append(_ event: AuditEvent, at now: Timestamp) async throws -> AuditEntry

    /// The latest first. `limit` ≥ 0.
    func entries(limit: Int, offset: Int) async throws -> [AuditEntry]
}
