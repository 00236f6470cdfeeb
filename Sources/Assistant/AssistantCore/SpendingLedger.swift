/// Names one reservation of a ledger.
package struct ReservationID: Sendable, Hashable {
    package var rawValue: Int64

    package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Whose money a sum is about.
package enum SpendingScope: Sendable, Hashable {
    case everything
    case device(String)
    case team(String)
    /// Everything that is not of this team, for which something is set aside.
    case allBut(team: String)
}

/// What a request will cost at worst.
package struct SpendingRequest: Sendable, Hashable {
    /// Not negative.
    package var worstCaseMicroUSD: Int64
    package var model: String
    package var device: String
    /// Empty where there is none.
    package var team: String
    /// Not negative: of question and answer together.
    package var worstCaseTokens: Int

    package init(worstCaseMicroUSD: Int64, model: String, device: String, team: String = "", worstCaseTokens: Int = 0) {
        self.worstCaseMicroUSD = worstCaseMicroUSD
        self.worstCaseTokens = worstCaseTokens
        self.model = model
        self.device = device
        self.team = team
    }
}

/// A hard limit on what is charged in `scope` from `since` on.
package struct SpendingCap: Sendable, Hashable {
    package var scope: SpendingScope
    /// The beginning of the budget's current period. Charges dated later than now (the clock went back) count too, so
    /// that a wrong clock can only make the cap tighter.
    package var since: Timestamp
    /// A reservation passes where everything charged and the reservation together do not exceed this.
    package var limitMicroUSD: Int64

    package init(_ scope: SpendingScope = .everything, since: Timestamp, limitMicroUSD: Int64) {
        self.scope = scope
        self.since = since
        self.limitMicroUSD = limitMicroUSD
    }
}

/// Whether money was set aside.
package enum ReservationOutcome: Sendable, Hashable {
    case reserved(ReservationID)
    /// The first cap that does not allow it, with what is charged under it already. Nothing was written.
    case refused(SpendingCap, chargedMicroUSD: Int64)
    /// A limit of a minute does not allow it yet. Nothing was written.
    case tooFast(RateDelay)
    /// Part of what is charged under this cap cannot be read and counts as spent, until the operator acknowledges the loss.
    /// Nothing was written.
    case unreadable(SpendingCap)
    /// The request could not be written down for good (disk full, read-only), so it may not be sent, whatever it costs.
    case notDurable
}

/// What was spent.
package struct SpendingTotal: Sendable, Hashable {
    /// Settled and reserved together: what a cap is compared with.
    package var chargedMicroUSD: Int64
    /// The part of it that is, or stays, a worst case.
    package var reservedMicroUSD: Int64
    /// Requests that were charged.
    package var requests: Int

    package init(chargedMicroUSD: Int64, reservedMicroUSD: Int64, requests: Int) {
        self.chargedMicroUSD = chargedMicroUSD
        self.reservedMicroUSD = reservedMicroUSD
        self.requests = requests
    }
}

/// How to split what was spent.
package enum SpendingGrouping: Sendable, Hashable {
    case day, model, device, team
}

/// What was spent under one label.
package struct LabelledSpending: Sendable, Hashable {
    package var label: String
    package var total: SpendingTotal

    package init(label: String, total: SpendingTotal) {
        self.label = label
        self.total = total
    }
}

/// The only cap there is: the provider has none that we know of.
///
/// The worst case is charged before anything is sent. Where the program dies, or a stream ends without usage, the
/// reservation simply stays; only ``settle(_:costMicroUSD:usage:at:)`` and ``release(_:at:)`` change it, each at most
/// once.
package protocol SpendingLedger: Sendable {
    /// Sets the worst case aside where every cap allows it, in one step: of two processes that ask for the last cent,
    /// one gets it. Throws for an amount that is negative or above one million dollars.
    func reserve(
        _ request: SpendingRequest, within caps: [SpendingCap], rates: [RateCap], at now: Timestamp
    ) async throws -> ReservationOutcome

    /// The first limit of a minute that one more request of so many tokens would pass; `nil` where none would be. What is
    /// said here may be otherwise a moment later: only a reservation holds.
    func delay(under rates: [RateCap], adding tokens: Int, at now: Timestamp) async throws -> RateDelay?

    /// Replaces the worst case by what it cost, which may be more. Throws where the reservation is not open.
    func settle(_ id: ReservationID, costMicroUSD: Int64, usage: CloudUsage, at now: Timestamp) async throws

    /// Gives the money back: for a request of which not one byte was sent. Throws where the reservation is not open.
    func release(_ id: ReservationID, at now: Timestamp) async throws

    /// What `scope` was charged from `start` on, later-dated charges included.
    func total(of scope: SpendingScope, since start: Timestamp) async throws -> SpendingTotal

    /// The same for everything, split; labels in ascending order. Days are those of UTC, written `2026-11-23`.
    func totals(by grouping: SpendingGrouping, since start: Timestamp) async throws -> [LabelledSpending]
}

extension SpendingLedger {
    /// The same without limits of a minute.
    package func reserve(
        _ request: SpendingRequest, within caps: [SpendingCap], at now: Timestamp
    ) async throws -> ReservationOutcome {
        try await reserve(request, within: caps, rates: [], at: now)
    }
}
