internal import AssistantCore

/// A table in pipes, with columns as wide as what stands in them.
struct MarkdownTable {
    private let rows: [[String]]
    private let widths: [Int]

    /// Rows that are looked at for the width of the columns, and columns that are shown.
    private static let most = (rows: 200, columns: 16)

    static func isRow(_ line: String) -> Bool {
        line.drop { $0 == " " }.first == "|"
    }

    /// - Parameter source: lines in pipes; `nil` unless the second one separates a head from a body.
    init?(_ source: [String], width: Int) {
        guard source.count >= 2, Self.isSeparator(source[1]) else { return nil }
        var rows = source.map(Self.cells)
        rows.remove(at: 1)
        let count = min(Self.most.columns, rows.map(\.count).max() ?? 0)
        guard count > 0 else { return nil }
        var widths = (0..<count).map { column in
            rows.prefix(Self.most.rows).map { $0.count > column ? CellWidth.of($0[column]) : 0 }.max() ?? 0
        }
        // The widest column gives way first.
        while widths.reduce(3 * (count - 1), +) > width, let widest = widths.max(), widest > 1 {
            widths[widths.firstIndex(of: widest) ?? 0] -= 1
        }
        self.rows = rows
        self.widths = widths
    }

    private static func isSeparator(_ line: String) -> Bool {
        line.contains("-") && line.allSatisfy { "|-: ".contains($0) }
    }

    private static func cells(_ line: String) -> [String] {
        var cells = line.trimmed.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
        if cells.first == "" { cells.removeFirst() }
        if cells.last == "" { cells.removeLast() }
        return cells.map { $0.replacing("**", with: "").replacing("`", with: "") }
    }

    func lines(offset: Int) -> [LaidLine] {
        var lines: [LaidLine] = []
        for (index, row) in rows.enumerated() {
            let style = index == 0 ? Style(.text, .bold) : .plain
            lines.append(LaidLine(spans: line(row, style), offset: offset))
            if index == 0 {
                let rule = widths.map { String(repeating: "\u{2500}", count: $0) }.joined(
                    separator: "\u{2500}\u{253C}\u{2500}")
                lines.append(LaidLine(spans: [Span(rule, .faint)], offset: offset))
            }
        }
        return lines
    }

    private func line(_ row: [String], _ style: Style) -> [Span] {
        var spans: [Span] = []
        for (column, width) in widths.enumerated() {
            if column > 0 { spans.append(Span(" \u{2502} ", .faint)) }
            spans.append(Span(cut(column < row.count ? row[column] : "", width), style))
        }
        return spans
    }

    /// As many whole characters as fit, filled up with spaces.
    private func cut(_ text: String, _ width: Int) -> String {
        var kept = ""
        var cells = 0
        for character in text {
            let added = CellWidth.of(character)
            guard cells + added <= width else { break }
            kept.append(character)
            cells += added
        }
        return kept + String(repeating: " ", count: width - cells)
    }
}
