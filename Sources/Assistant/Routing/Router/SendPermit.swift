package import AssistantCore

/// Leave to send one turn to the cloud. There is no public way to make one; only a ``Router`` gives it out.
///
/// Even so it opens nothing by itself: ``seal(_:under:redactor:cloud:)`` looks at lock, consent and rules once more, at
/// the very text that would leave.
package struct SendPermit: Sendable, Hashable {
    /// Why the turn goes.
    package let reason: RouteReason
    /// The endpoint it may go to.
    package let endpoint: String

    fileprivate init(_ clearance: CloudClearance, because reason: RouteReason) {
        self.reason = reason
        endpoint = clearance.endpoint
    }
}

/// Proof that nothing keeps a turn at home. This file is the only place that makes one, and its initialiser is the whole
/// of the promise: under local-only, under a rule that keeps data home, and without consent there is none, whatever else
/// is the case.
struct CloudClearance: Sendable {
    fileprivate let endpoint: String

    init?(_ ruling: Ruling, _ cloud: CloudState) {
        guard cloud.lock != .localOnly, ruling.mayLeave, cloud.isConsented,
            case .ready(let endpoint) = cloud.endpoint
        else { return nil }
        self.endpoint = endpoint
    }

    func permit(because reason: RouteReason) -> SendPermit { SendPermit(self, because: reason) }
}

extension SendPermit {
    /// Told to the model along with a prompt in which something was replaced.
    static let note = """
        Marks such as <EMAIL_1> stand for values that are hidden from you. Where you mean such a value, write its mark \
        exactly as it is.
        """

    /// Makes of a conversation what may leave: checked again under the lock, the consent and the rules of this moment,
    /// and with everything personal replaced.
    ///
    /// - Parameters:
    ///   - messages: all that would be sent, as it was said.
    ///   - redactor: of this conversation; it learns what is new.
    ///   - cloud: as it stands now. Budget and breaker play no part here; reserve and ask the breaker afterwards.
    package func seal(
        _ messages: [Message], under policy: RoutingPolicy, redactor: inout Redactor, cloud: CloudState
    ) throws(SealRefusal) -> SealedPrompt {
        let ruling = policy.ruling(on: messages)
        guard let clearance = CloudClearance(ruling, cloud), clearance.endpoint == endpoint else {
            throw SealRefusal(reasons: refusals(ruling, cloud))
        }
        let preview = redactor.redact(messages).explained
        return SealedPrompt(endpoint: endpoint, reason: reason, preview: preview, restorer: redactor.restorer)
    }

    private func refusals(_ ruling: Ruling, _ cloud: CloudState) -> [RouteReason] {
        var reasons = ruling.bonds
        if cloud.lock == .localOnly { reasons.append(.localOnly) }
        if reasons.isEmpty, !cloud.isConsented { reasons.append(.consentMissing) }
        return reasons.isEmpty ? [.endpointChanged] : reasons
    }
}

/// A conversation that may leave: redacted, and cleared for one endpoint. Only a ``SendPermit`` makes one.
package struct SealedPrompt: Sendable {
    /// Where it may go.
    package let endpoint: String
    /// Why it goes.
    package let reason: RouteReason
    /// Every message as it leaves, with what was replaced marked, and with a note on the placeholders where there are any.
    package let preview: [RedactedMessage]
    /// To be fed with the reply as it streams.
    package let restorer: PlaceholderRestorer
    /// What leaves: ``preview`` as text.
    package let messages: [Message]
    /// How many pieces were replaced.
    package let redactionCount: Int

    /// Whether it may still leave: to be asked at the last moment, since the lock may be set and consent withdrawn while
    /// money is reserved and a connection made.
    package func mayLeave(under cloud: CloudState) -> Bool {
        CloudClearance(Ruling(), cloud)?.endpoint == endpoint
    }

    /// Why it may not leave any more; empty where it may.
    package func bars(under cloud: CloudState) -> [RouteReason] {
        guard !mayLeave(under: cloud) else { return [] }
        if cloud.lock == .localOnly { return [.localOnly] }
        return cloud.isConsented ? [.endpointChanged] : [.consentMissing]
    }

    fileprivate init(
        endpoint: String, reason: RouteReason, preview: [RedactedMessage], restorer: PlaceholderRestorer
    ) {
        self.endpoint = endpoint
        self.reason = reason
        self.preview = preview
        self.restorer = restorer
        redactionCount = preview.reduce(0) { $0 + $1.content.redactionCount }
        messages = preview.map { redacted in
            var message = Message(redacted.role, redacted.content.text)
            message.picture = redacted.picture
            return message
        }
    }
}

extension [RedactedMessage] {
    /// With a note to the model on the placeholders where there are any: exactly what a ``SealedPrompt`` lets leave.
    package var explained: [RedactedMessage] {
        guard contains(where: { $0.content.redactionCount > 0 }) else { return self }
        var messages = self
        if messages.first?.role == .system {
            messages[0].content.segments.append(.plain("\n\n" + SendPermit.note))
        } else {
            messages.insert(
                RedactedMessage(role: .system, content: RedactedText(segments: [.plain(SendPermit.note)])), at: 0)
        }
        return messages
    }
}

/// Why a permitted turn was held back at the last moment.
package struct SealRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Never empty.
    package let reasons: [RouteReason]

    package var description: String { reasons.map(\.sentence).joined(separator: " ") }
}
