/// An amount of US dollars, exact to a millionth: what a cloud reply costs and what a budget allows.
///
/// The cost of a reply is rounded up to a whole micro-dollar when it is computed, and every sum after that is exact. The
/// range is ± 9.2 million million dollars. Sums saturate at its ends: an amount that large exceeds every budget, so
/// saturation fails on the side that spends nothing, and hostile numbers can neither trap nor wrap round to something
/// small.
package struct Money: Sendable, Hashable {
    /// Millionths of a US dollar.
    package var microUSD: Int64

    package init(microUSD: Int64) {
        self.microUSD = microUSD
    }

    package static let zero = Money(microUSD: 0)
    /// The largest amount there is; also what an overflowing sum becomes.
    package static let max = Money(microUSD: .max)

    /// The amount in dollars, for charts and for `cost_usd` in JSON; sums belong in ``Money`` itself.
    package var usd: Double { Double(microUSD) / 1e6 }

    /// Adds, saturating at the ends of the range.
    package static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.microUSD.addingReportingOverflow(right.microUSD)
        guard overflow else { return Money(microUSD: sum) }
        return Money(microUSD: right.microUSD > 0 ? .max : .min)
    }

    /// Subtracts, saturating at the ends of the range.
    package static func - (left: Money, right: Money) -> Money {
        let (difference, overflow) = left.microUSD.subtractingReportingOverflow(right.microUSD)
        guard overflow else { return Money(microUSD: difference) }
        return Money(microUSD: right.microUSD < 0 ? .max : .min)
    }

    package static func += (left: inout Money, right: Money) { left = left + right }
    package static func -= (left: inout Money, right: Money) { left = left - right }
}

extension Money: Comparable {
    package static func < (left: Money, right: Money) -> Bool { left.microUSD < right.microUSD }
}
