/// An amount of US dollars, exact to a billionth: what a cloud reply costs and what a budget allows.
///
/// Prices of single tokens are fractions of a micro-dollar, so the unit is the nano-dollar. The range is ± 9.2 billion
/// dollars. Sums and products saturate at its ends: an amount that large exceeds every budget, so saturation fails on
/// the side that spends nothing, and hostile numbers can neither trap nor wrap round to something small.
public struct Money: Sendable, Hashable {
    /// Billionths of a US dollar.
    public var nanoUSD: Int64

    public init(nanoUSD: Int64) {
        self.nanoUSD = nanoUSD
    }

    public static let zero = Money(nanoUSD: 0)
    /// The largest amount there is; also what an overflowing sum becomes.
    public static let max = Money(nanoUSD: .max)

    /// The amount in dollars, for charts and for `cost_usd` in JSON; sums belong in ``Money`` itself.
    public var usd: Double { Double(nanoUSD) / 1e9 }

    /// Adds, saturating at the ends of the range.
    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.nanoUSD.addingReportingOverflow(right.nanoUSD)
        guard overflow else { return Money(nanoUSD: sum) }
        return Money(nanoUSD: right.nanoUSD > 0 ? .max : .min)
    }

    /// Subtracts, saturating at the ends of the range.
    public static func - (left: Money, right: Money) -> Money {
        let (difference, overflow) = left.nanoUSD.subtractingReportingOverflow(right.nanoUSD)
        guard overflow else { return Money(nanoUSD: difference) }
        return Money(nanoUSD: right.nanoUSD < 0 ? .max : .min)
    }

    public static func += (left: inout Money, right: Money) { left = left + right }
    public static func -= (left: inout Money, right: Money) { left = left - right }
}

extension Money: Comparable {
    public static func < (left: Money, right: Money) -> Bool { left.nanoUSD < right.nanoUSD }
}
