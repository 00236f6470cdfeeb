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

    /// `212 ms`, `1.24 s`, `38.2 s`, `12 min`.
    static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.inMilliseconds
        return switch milliseconds {
        case ..<0: unknown
        case ..<999.5: fixed(milliseconds, decimals: 0) + " ms"
        case ..<9_995: fixed(milliseconds / 1e3, decimals: 2) + " s"
        case ..<99_950: fixed(milliseconds / 1e3, decimals: 1) + " s"
        case ..<600_000: fixed(milliseconds / 1e3, decimals: 0) + " s"
        default: fixed(milliseconds / 60e3, decimals: 0) + " min"
        }
    }

    /// A round duration in as few cells as it takes: `300 ms`, `5 s`.
    static func goal(_ duration: Duration) -> String {
        let milliseconds = Int(duration.inMilliseconds)
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }

    /// Tokens per second, in at most five cells: `48.1`, `312`.
    static func rate(_ perSecond: Double) -> String {
        fixed(perSecond, decimals: perSecond < 99.95 ? 1 : 0)
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

    /// `text` at the left of a field of `width` cells.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - CellWidth.of(text)))
    }
}
