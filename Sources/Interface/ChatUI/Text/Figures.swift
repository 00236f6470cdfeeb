internal import AssistantCore

/// Numbers as the screen shows them: short, and as wide from one moment to the next.
enum Figures {
    static let unknown = "n/a"

    /// A number with a fixed count of decimals, rounded half away from zero.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return unknown }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return "\(sign)\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// `212 ms`, `1.24 s`, `38.2 s`, `12 min`, `23 h`: at most six cells.
    static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.inMilliseconds
        return switch milliseconds {
        case ..<0: unknown
        case ..<999.5: fixed(milliseconds, decimals: 0) + " ms"
        case ..<9_995: fixed(milliseconds / 1e3, decimals: 2) + " s"
        case ..<99_950: fixed(milliseconds / 1e3, decimals: 1) + " s"
        case ..<600_000: fixed(milliseconds / 1e3, decimals: 0) + " s"
        case ..<5_970_000: fixed(milliseconds / 60e3, decimals: 0) + " min"
        case ..<35_998_200_000: fixed(milliseconds / 3_600e3, decimals: 0) + " h"
        default: unknown
        }
    }

    /// A round duration in as few cells as it takes: `300 ms`, `5 s`.
    static func goal(_ duration: Duration) -> String {
        let milliseconds = Int(duration.inMilliseconds)
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }

    /// Tokens per second, in at most four cells: `48.1`, `312`, `23k`.
    static func rate(_ perSecond: Double) -> String {
        switch perSecond {
        case ..<99.95: fixed(perSecond, decimals: 1)
        case ..<9_999.5: fixed(perSecond, decimals: 0)
        default: thousands(perSecond)
        }
    }

    /// A count, in at most three cells: `999`, `12k`.
    static func count(_ count: Int) -> String { count < 1_000 ? String(count) : thousands(Double(count)) }

    /// `23k`, `1M`; cut and not rounded.
    private static func thousands(_ value: Double) -> String {
        switch value {
        case ..<1e6: fixed((value / 1e3).rounded(.down), decimals: 0) + "k"
        case ..<1e9: fixed((value / 1e6).rounded(.down), decimals: 0) + "M"
        default: unknown
        }
    }

    /// Two decimals, cut and not rounded, as the reasons of a decision have them: 0.798 is not 0.80, which would be enough.
    static func probability(_ value: Double) -> String {
        fixed((min(max(value, 0), 1) * 100 + 1e-9).rounded(.down) / 100, decimals: 2)
    }

    static func percent(_ share: Double) -> String {
        fixed(min(max(share, 0), 9.99) * 100, decimals: 0) + "%"
    }

    /// `$0`, `$0.0031`, `$1.20`; what is less than a hundredth of a cent is not nothing: `<$0.0001`.
    static func dollars(_ money: Money) -> String {
        if money == .zero { return "$0" }
        if (1..<100).contains(money.microUSD) { return "<$0.0001" }
        return "$" + fixed(Double(money.microUSD) / 1e6, decimals: money.microUSD < 100_000 ? 4 : 2)
    }

    /// `text` made safe for the terminal, in one line.
    static func oneLine(_ text: String) -> String {
        TerminalText.sanitised(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `text` in at most `width` cells, with a mark where it was cut.
    static func cut(_ text: String, _ width: Int) -> String {
        guard CellWidth.of(text) > width else { return text }
        var kept = ""
        var used = 1
        for character in text {
            used += CellWidth.of(character)
            guard used <= width else { break }
            kept.append(character)
        }
        return kept + "\u{2026}"
    }

    /// `text` at the right of a field of `width` cells.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - CellWidth.of(text))) + text
    }

    /// `text` at the right of a field of `width` cells whose first one is blank, so that it touches nothing before it; cut
    /// where it is longer.
    static func field(_ text: String, _ width: Int) -> String { right(cut(text, width - 1), width) }

    /// `text` at the left of a field of `width` cells.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - CellWidth.of(text)))
    }
}
