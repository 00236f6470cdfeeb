internal import CNcurses
internal import ChatUI

/// Styles as attributes and colour pairs of ncurses, which numbers each pair of colours at its first use.
@MainActor
struct ColourPairs {
    private struct Pair: Hashable {
        var foreground: Int16
        var background: Int16
    }

    private var palette: Palette
    /// What the terminal has, whatever the theme makes of it.
    private let depth: ColourDepth
    private var numbers: [Pair: Int16] = [:]
    private var known: [Style: (attributes: attr_t, pair: Int16)] = [:]

    init(_ palette: Palette) {
        self.palette = palette
        depth = palette.depth
    }

    var theme: Theme { palette.theme }

    /// The colour pairs stay: other themes use some of them too.
    mutating func setTheme(_ theme: Theme) {
        palette = Palette(depth, theme: theme)
        known = [:]
    }

    mutating func attributes(of style: Style) -> (attributes: attr_t, pair: Int16) {
        if let known = known[style] { return known }
        let terminalStyle = palette.terminalStyle(of: style)
        let result = (Self.attributes(terminalStyle.emphasis), number(terminalStyle))
        known[style] = result
        return result
    }

    /// 0, the terminal's own colours, where there are none, or no pairs left.
    private mutating func number(_ terminalStyle: TerminalStyle) -> Int16 {
        guard terminalStyle.foreground != nil || terminalStyle.background != nil else { return 0 }
        let pair = Pair(
            foreground: Int16(terminalStyle.foreground ?? -1), background: Int16(terminalStyle.background ?? -1))
        if let number = numbers[pair] { return number }
        let next = Int16(numbers.count + 1)
        guard next < min(cn_color_pairs(), 256), init_pair(next, pair.foreground, pair.background) == OK else {
            return 0
        }
        numbers[pair] = next
        return next
    }

    private static func attributes(_ emphasis: Emphasis) -> attr_t {
        var attributes: attr_t = 0
        if emphasis.contains(.bold) { attributes |= cn_bold }
        if emphasis.contains(.dim) { attributes |= cn_dim }
        if emphasis.contains(.italic) { attributes |= cn_italic }
        if emphasis.contains(.underline) { attributes |= cn_underline }
        if emphasis.contains(.reverse) { attributes |= cn_reverse }
        return attributes
    }
}
