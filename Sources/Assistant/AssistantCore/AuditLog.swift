/// What kind of decision an audit entry is about.
public enum AuditKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Something was about to leave this device.
    case escalation
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
}

/// Something to be written into the audit log. It holds no text of a conversation: of what was said, only keyed digests
/// are kept.
public struct AuditEvent: Sendable, Hashable {
    public var kind: AuditKind
    /// One line made by the program, never taken from a conversation: `conf 0.41 < 0.80`, `rule: medical stays`.
    public var reason: String
    /// The remote model, or the setting's name.
    public var subject: String
    /// What was sent or kept back. Only its keyed digest is stored.
    public var promptText: String?
    /// What came back. Only its keyed digest is stored.
    public var replyText: String?
    public var sentTokens: Int?
    public var receivedTokens: Int?
    /// Placeholders that stand for personal data in what was sent.
    public var redactions: Int?
    public var costMicroUSD: Int64?

    public init(
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
public struct AuditEntry: Sendable, Hashable, Codable {
    /// 1, 2, 3 …
    public var sequence: Int64
    public var time: Timestamp
    public var kind: AuditKind
    public var reason: String
    public var subject: String
    public var promptDigest: String?
    public var replyDigest: String?
    public var sentTokens: Int?
    public var receivedTokens: Int?
    public var redactions: Int?
    public var costMicroUSD: Int64?
    /// Over this entry and the hash of the one before.
    public var hash: String

    public init(
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
public protocol AuditLog: Sendable {
    /// Returns when the entry would survive a power cut. Whoever is about to send something appends first and sends
    /// after.
    @discardableResult
    func append(_ event: AuditEvent, at now: Timestamp) async throws -> AuditEntry

    /// The latest first. `limit` ≥ 0.
    func entries(limit: Int, offset: Int) async throws -> [AuditEntry]
}
