/// What was decided about a turn, and why: the record of it, for the screen, the audit and `brim route --json`.
///
/// As JSON: `{"type":"route","decision":"cloud","reasons":[{"code":"unsure","sentence":"conf 0.41 < 0.80"}]}`.
package struct RouteDecision: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, Codable {
        /// An earlier answer is given.
        case cache
        /// The device is answering; nothing is final.
        case draft
        /// The device's answer is kept.
        case local
        /// The device's answer is kept for want of a better one, and marked.
        case localUnsure = "local_unsure"
        /// The cloud is asked.
        case cloud
        /// Nobody may, or can, answer.
        case refused
    }

    package var outcome: Outcome
    /// The decisive one first, then what else bore on it. Empty only where nobody decided: the question was withdrawn before.
    package var reasons: [RouteReason]

    package init(_ outcome: Outcome, _ reasons: [RouteReason]) {
        self.outcome = outcome
        self.reasons = reasons
    }

    /// Whether the operator's consent is all that keeps this turn from the cloud: the moment to ask for it. A price that is
    /// unknown does not count, since nobody asks the endpoint for it before.
    package var lacksOnlyConsent: Bool {
        let bars: Set<RouteReason.Code> = [
            .dataStays, .passagesStay, .saidUnderLock, .localOnly, .cloudUnready, .budgetExhausted, .rateLimited,
            .breakerOpen,
        ]
        return reasons.contains { $0.code == .consentMissing } && !reasons.contains { bars.contains($0.code) }
    }
}

extension RouteDecision: Codable {
    private enum CodingKeys: String, CodingKey {
        case type
        case outcome = "decision"
        case reasons
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        outcome = try container.decode(Outcome.self, forKey: .outcome)
        reasons = try container.decode([RouteReason].self, forKey: .reasons)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("route", forKey: .type)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(reasons, forKey: .reasons)
    }
}
