/// An amount of money in billionths of a United States dollar: 1 USD = 1,000,000,000.
///
/// Prices are quoted in dollars for a million tokens, so a single token costs a fraction of a micro-dollar. Costs are
/// rounded up to a whole unit when they are computed, and every sum after that is exact. The largest amount is about nine
/// thousand million dollars; additions saturate there instead of trapping.
public struct NanoUSD: Sendable, Hashable, Comparable, Codable {
    public var units: Int64

    public static let zero = NanoUSD(units: 0)

    public init(units: Int64) {
        self.units = units
    }

    /// `dollars` rounded up to a whole unit; `nil` for what is not finite, negative, or too large.
    public init?(dollars: Double) {
        let scaled = (dollars * 1e9).rounded(.up)
        guard scaled >= 0, let units = Int64(exactly: scaled) else { return nil }
        self.units = units
    }

    public init(from decoder: any Decoder) throws {
        units = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(units)
    }

    /// For display only; sums are kept in ``units``.
    public var dollars: Double { Double(units) / 1e9 }

    public static func < (lhs: NanoUSD, rhs: NanoUSD) -> Bool { lhs.units < rhs.units }

    /// Saturating sum.
    public static func + (lhs: NanoUSD, rhs: NanoUSD) -> NanoUSD {
        let (sum, overflowed) = lhs.units.addingReportingOverflow(rhs.units)
        return NanoUSD(units: overflowed ? (rhs.units < 0 ? .min : .max) : sum)
    }
}
