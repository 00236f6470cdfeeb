/// What a turn tells whoever watches it, as it happens: the screen, `brim ask`, the tests.
///
/// In this order: `route`; what a draft tells; where the turn escalates, `route` again, `escalation` and what the cloud
/// tells; one `finished`.
package enum TurnEvent: Sendable {
    /// A decision, with its reasons. The last one before `finished` is the one that holds.
    case route(RouteDecision)
    /// A model of this device tells something. The confidence is what is known after it; `nil` where nothing can be said,
    /// or the event has no bearing on it.
    case local(GenerationEvent, confidence: ConfidenceReading?)
    /// The draft had been given up, the cloud failed, and the device answers anew: what was drafted no longer counts.
    case draftRestarted
    /// The request leaves the device now.
    case escalation(Escalation)
    /// The remote model tells something: `retrying`, `connected`, `reasoning`, or `content`, in which what had been
    /// redacted is restored. Its end is part of `finished`.
    case cloud(CloudEvent)
    case finished(TurnOutcome)
}

/// What leaves the device, and why.
package struct Escalation: Sendable, Hashable {
    package var model: String
    package var reason: RouteReason
    /// An estimate before the server has counted: four bytes a token.
    package var sentTokens: Int
    /// Placeholders that stand for personal data in what is sent.
    package var redactions: Int
    /// What leaves of the document that came with the question; `nil` where none did.
    package var share: DocumentShare?

    package init(
        model: String, reason: RouteReason, sentTokens: Int, redactions: Int, share: DocumentShare? = nil
    ) {
        self.share = share
        self.model = model
        self.reason = reason
        self.sentTokens = sentTokens
        self.redactions = redactions
    }
}

extension Escalation: Encodable {
    private enum CodingKeys: String, CodingKey {
        case type, model, reason
        case sentTokens = "sent_tokens"
        case redactions = "redacted"
        case share = "document"
    }

    /// `{"type":"escalation","model":"m","reason":"conf 0.41 < 0.80","sent_tokens":214,"redacted":3}`
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("escalation", forKey: .type)
        try container.encode(model, forKey: .model)
        try container.encode(reason.sentence, forKey: .reason)
        try container.encode(sentTokens, forKey: .sentTokens)
        try container.encode(redactions, forKey: .redactions)
        try container.encodeIfPresent(share, forKey: .share)
    }
}
