/// Names one reservation of a ledger.
public struct ReservationID: Sendable, Hashable {
    public var rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Whose money a sum is about.
public enum SpendingScope: Sendable, Hashable {
    case everything
    case device(String)
    case team(String)
}

/// What a request will cost at worst.
public struct SpendingRequest: Sendable, Hashable {
    /// Not negative.
    public var worstCaseMicroUSD: Int64
    public var model: String
    public var device: String
    /// Empty where there is none.
    public var team: String

    public init(worstCaseMicroUSD: Int64, model: String, device: String, team: String = "") {
        self.worstCaseMicroUSD = worstCaseMicroUSD
        self.model = model
        self.device = device
        self.team = team
    }
}

/// A hard limit on what is charged in `scope` from `since` on.
public struct SpendingCap: Sendable, Hashable {
    public var scope: SpendingScope
    /// The beginning of the budget's current period. Charges dated later than now (the clock went back) count too, so
    /// that a wrong clock can only make the cap tighter.
    public var since: Timestamp
    /// A reservation passes where everything charged and the reservation together do not exceed this.
    public var limitMicroUSD: Int64

    public init(_ scope: SpendingScope = .everything, since: Timestamp, limitMicroUSD: Int64) {
        self.scope = scope
        self.since = since
        self.limitMicroUSD = limitMicroUSD
    }
}

/// Whether money was set aside.
public enum ReservationOutcome: Sendable, Hashable {
    case reserved(ReservationID)
    /// The first cap that does not allow it, with what is charged under it already. Nothing was written.
    case refused(SpendingCap, chargedMicroUSD: Int64)
    /// What is charged could not be written down for good (disk full, read-only), so nothing may be spent. A request
    /// that costs nothing is never refused for this.
    case notDurable
}

/// What was spent.
public struct SpendingTotal: Sendable, Hashable {
    /// Settled and reserved together: what a cap is compared with.
    public var chargedMicroUSD: Int64
    /// The part of it that is, or stays, a worst case.
    public var reservedMicroUSD: Int64
    /// Requests that were charged.
    public var requests: Int

    public init(chargedMicroUSD: Int64, reservedMicroUSD: Int64, requests: Int) {
        self.chargedMicroUSD = chargedMicroUSD
        self.reservedMicroUSD = reservedMicroUSD
        self.requests = requests
    }
}

/// How to split what was spent.
public enum SpendingGrouping: Sendable, Hashable {
    case day, model, device, team
}

/// What was spent under one label.
public struct LabelledSpending: Sendable, Hashable {
    public var label: String
    public var total: SpendingTotal

    public init(label: String, total: SpendingTotal) {
        self.label = label
        self.total = total
    }
}

/// The only cap there is: the provider has none that we know of.
///
/// The worst case is charged before anything is sent. Where the program dies, or a stream ends without usage, the
/// reservation simply stays; only ``settle(_:costMicroUSD:usage:at:)`` and ``release(_:at:)`` change it, each at most
/// once.
public protocol SpendingLedger: Sendable {
    /// Sets the worst case aside where every cap allows it, in one step: of two processes that ask for the last cent,
    /// one gets it. Throws for an amount that is negative or above one million dollars.
    func reserve(_ request: SpendingRequest, within caps: [SpendingCap], at now: Timestamp) async throws
        -> ReservationOutcome

    /// Replaces the worst case by what it cost, which may be more. Throws where the reservation is not open.
    func settle(_ id: ReservationID, costMicroUSD: Int64, usage: CloudUsage, at now: Timestamp) async throws

    /// Gives the money back: for a request of which not one byte was sent. Throws where the reservation is not open.
    func release(_ id: ReservationID, at now: Timestamp) async throws

    /// What `scope` was charged from `start` on, later-dated charges included.
    func total(of scope: SpendingScope, since start: Timestamp) async throws -> SpendingTotal

    /// The same for everything, split; labels in ascending order. Days are those of UTC, written `2026-11-23`.
    func totals(by grouping: SpendingGrouping, since start: Timestamp) async throws -> [LabelledSpending]
}
