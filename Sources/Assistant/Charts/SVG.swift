/// What is written into a picture.
package enum SVG {
    /// At most two decimals; what is no number that a picture can hold is 0.
    package static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    /// Text as XML and HTML hold it, in elements and in quoted attributes.
    package static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

/// The numbers along an axis.
package enum ChartScale {
    /// The next of 1, 2, 2.5, 5 and 10 times a power of ten; 1 for what is not positive.
    package static func roundedUp(_ value: Double) -> Double {
        guard value.isFinite, value > 0, value < 1e15 else { return 1 }
        var power = 1e-9
        while power * 10 <= value { power *= 10 }
        let steps: [Double] = [1, 2, 2.5, 5, 10]
        return (steps.first { $0 * power >= value * (1 - 1e-12) } ?? 10) * power
    }

    /// A number of at most three digits that count, thousands as `k` and millions as `M`.
    package static func words(_ value: Double) -> String {
        guard value.isFinite else { return "n/a" }
        switch abs(value) {
        case 1e6...: return digits(value / 1e6) + "M"
        case 1e4...: return digits(value / 1e3) + "k"
        default: return digits(value)
        }
    }

    private static func digits(_ value: Double) -> String {
        guard value != 0, abs(value) < 1e9 else { return value == 0 ? "0" : "\(value)" }
        var decimals = 1.0
        while abs(value) * decimals < 99.5, decimals < 1e6 { decimals *= 10 }
        let rounded = (value * decimals).rounded() / decimals
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}
