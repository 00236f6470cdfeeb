/// Leave to send one turn to the cloud. There is no public way to make one; only a ``Router`` gives it out.
///
/// Even so it opens nothing by itself: ``seal(_:with:redactor:standing:)`` looks at lock, consent and rules once more, at
/// the very text that would leave.
public struct SendPermit: Sendable, Hashable {
    /// Why the turn goes.
    public let reason: RouteReason
    /// The endpoint it may go to.
    public let endpoint: String

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

    init?(_ ruling: Ruling, _ cloud: CloudStanding) {
        guard cloud.lock != .localOnly, ruling.staying.isEmpty, cloud.isConsented,
            cloud.budget.admits, cloud.breaker.admits, case .ready(let endpoint) = cloud.endpoint
        else { return nil }
        self.endpoint = endpoint
    }

    func permit(because reason: RouteReason) -> SendPermit { SendPermit(self, because: reason) }
}
