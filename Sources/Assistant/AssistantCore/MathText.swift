/// LaTeX in an answer as plain text: models write fractions, roots and signs so, whatever they are asked for.
///
/// Only what stands for a sign or a form that a terminal has is taken; everything else stays as it was written.
package enum MathText {
    /// Fractions within fractions: deeper ones stay as they are.
    private static let deepest = 8
    /// How far the end of an argument is looked for.
    private static let reach = 400

    /// What a backslash begins, as text, and how many characters it was; `nil` where it is no LaTeX.
    /// - Parameters:
    ///   - source: begins with the backslash.
    ///   - previous: stands before it.
    package static func take(
        _ source: ArraySlice<Character>, after previous: Character? = nil
    ) -> (text: String, count: Int)? {
        // A path of another system has backslashes too, behind a letter and a colon.
        guard previous != ":", previous != "\\" else { return nil }
        return take(source, after: previous, depth: 0)
    }

    private static func take(
        _ source: ArraySlice<Character>, after previous: Character?, depth: Int
    ) -> (text: String, count: Int)? {
        guard depth < deepest, source.first == "\\", let next = source.dropFirst().first else { return nil }
        switch next {
        case "(", ")": return ("", 2)
        // Markdown escapes brackets too; those of a formula have a blank or nothing inside.
        case "[":
            let after = source.dropFirst(2).first
            return after == nil || after == " " ? ("", 2) : nil
        case "]": return previous == nil || previous == " " ? ("", 2) : nil
        case "%", "$", "{", "}": return (String(next), 2)
        case ",", ";", ":", "!": return (next == "!" ? "" : " ", 2)
        default: break
        }
        let name = source.dropFirst().prefix { $0.isASCII && $0.isLetter }
        guard !name.isEmpty else { return nil }
        let arguments = source[name.endIndex...]
        let taken = 1 + name.count
        switch String(name) {
        case "frac", "dfrac", "tfrac":
            guard let above = argument(arguments, depth), let below = argument(arguments.dropFirst(above.count), depth)
            else { return nil }
            return (operand(above.text) + "/" + operand(below.text), taken + above.count + below.count)
        case "sqrt":
            guard let root = argument(arguments, depth) else { return nil }
            return ("\u{221A}" + operand(root.text), taken + root.count)
        case "boxed", "text", "mathrm", "mathbf", "mathit", "textbf", "textit", "operatorname", "overline":
            guard let inner = argument(arguments, depth) else { return nil }
            return (inner.text, taken + inner.count)
        case let name:
            guard let sign = signs[name] else { return nil }
            return (sign, taken)
        }
    }

    /// What stands in braces at the start, as plain text, and how many characters it was with them.
    private static func argument(_ source: ArraySlice<Character>, _ depth: Int) -> (text: String, count: Int)? {
        guard source.first == "{" else { return nil }
        var open = 0
        for index in source.prefix(reach).indices {
            if source[index] == "{" { open += 1 }
            guard source[index] == "}" else { continue }
            open -= 1
            if open == 0 {
                let inner = source[(source.startIndex + 1)..<index]
                return (plain(inner, depth + 1), index + 1 - source.startIndex)
            }
        }
        return nil
    }

    private static func plain(_ source: ArraySlice<Character>, _ depth: Int) -> String {
        var text = ""
        var rest = source
        while let character = rest.first {
            let taken = take(rest, after: text.last, depth: depth) ?? (String(character), 1)
            text += taken.text
            rest = rest.dropFirst(taken.count)
        }
        return text
    }

    /// In parentheses where it is more than a number or a name.
    private static func operand(_ text: String) -> String {
        text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "," } ? text : "(" + text + ")"
    }

    private static let signs: [String: String] = [
        "times": "\u{D7}", "cdot": "\u{B7}", "div": "\u{F7}", "pm": "\u{B1}", "le": "\u{2264}", "leq": "\u{2264}",
        "ge": "\u{2265}", "geq": "\u{2265}", "ne": "\u{2260}", "neq": "\u{2260}", "approx": "\u{2248}",
        "infty": "\u{221E}", "pi": "\u{3C0}", "theta": "\u{3B8}", "alpha": "\u{3B1}", "beta": "\u{3B2}",
        "gamma": "\u{3B3}", "delta": "\u{3B4}", "Delta": "\u{394}", "lambda": "\u{3BB}", "mu": "\u{3BC}",
        "sigma": "\u{3C3}", "omega": "\u{3C9}", "Omega": "\u{3A9}", "sum": "\u{2211}", "int": "\u{222B}",
        "to": "\u{2192}", "rightarrow": "\u{2192}", "Rightarrow": "\u{21D2}", "implies": "\u{21D2}",
        "ldots": "\u{2026}", "dots": "\u{2026}", "cdots": "\u{2026}", "circ": "\u{B0}", "degree": "\u{B0}",
        "left": "", "right": "", "quad": "  ", "displaystyle": "",
    ]
}
