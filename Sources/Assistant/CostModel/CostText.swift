/// Figures as a person reads them.
package enum CostText {
    /// USD to the cent; small amounts to three digits that count.
    package static func usd(_ amount: Double) -> String {
        guard amount.isFinite else { return "n/a" }
        if amount != 0, abs(amount) < 0.1 { return "$" + significant(amount) }
        let cents = Int64((min(max(amount, -1e12), 1e12) * 100).rounded())
        let digits = String(cents.magnitude % 100)
        return (cents < 0 ? "-$" : "$") + "\(cents.magnitude / 100)." + (digits.count < 2 ? "0" : "") + digits
    }

    /// A whole number of at most three digits that count, parted by commas: `57,200`.
    package static func count(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "n/a" }
        var unit = 1.0
        while abs(value) / unit >= 999.5 { unit *= 10 }
        return grouped(Int64((value / unit).rounded()) * Int64(unit))
    }

    /// A whole number with its thousands parted: `10,000`.
    package static func grouped(_ value: Int64) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// A share in percent, one decimal where it is no whole number.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e6 else { return "n/a" }
        let tenths = (share * 1_000).rounded() / 10
        return (tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)) + " %"
    }

    /// Three digits that count, never in powers of ten.
    package static func significant(_ value: Double) -> String {
        guard value.isFinite, value != 0, abs(value) >= 1e-9, abs(value) < 1e9 else { return value == 0 ? "0" : "n/a" }
        var decimals = 0
        var scaled = abs(value)
        while scaled < 99.5, decimals < 12 {
            scaled *= 10
            decimals += 1
        }
        var digits = String(Int64(scaled.rounded()))
        digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var text = decimals == 0 ? digits : String(digits.dropLast(decimals)) + "." + String(digits.suffix(decimals))
        while decimals > 0, text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return (value < 0 ? "-" : "") + text
    }
}
