/// One cell of the screen: a base character with the marks that combine with it.
package struct Cell: Sendable, Hashable {
    /// With width and style packed into the bits that it leaves: a frame is half as large as with fields of their own.
    private var content: CellText

    /// 1, 2, or 0 for the right half of a wide cell.
    package var width: UInt8 { UInt8(content.spare & 3) }
    package var style: Style { Style(packed: UInt16(content.spare >> 2)) }

    package init(_ text: String, width: UInt8 = 1, style: Style = .plain) {
        self.init(CellText(text), width: width, style: style)
    }

    init(_ content: CellText, width: UInt8 = 1, style: Style) {
        self.content = content
        self.content.spare = UInt64(width & 3) | UInt64(style.packed) << 2
    }

    /// What is drawn; empty in the right half of a wide cell.
    package var text: String { content.string }

    /// The scalar that is drawn, where it is the only one.
    package var onlyScalar: Unicode.Scalar? { content.onlyScalar }

    var isASCII: Bool { content.isASCII }

    package static let blank = Cell(" ")

    static func rightHalf(_ style: Style) -> Cell { Cell("", width: 0, style: style) }
}

/// A picture of the whole screen, cell by cell. Wide cells are always whole.
///
/// Each row is an array of its own: one that is as it was in another picture shares its storage, and is neither copied
/// nor compared.
package struct Frame: Sendable, Hashable {
    package let size: Size
    /// `size.rows` rows of `size.columns` cells.
    package private(set) var rows: [[Cell]]
    /// Where the cursor stands; `nil` hides it.
    package var cursor: Position?

    package init(size: Size) {
        let size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        self.size = size
        rows = Array(repeating: Array(repeating: .blank, count: size.columns), count: size.rows)
    }

    package subscript(row: Int, column: Int) -> Cell { rows[row][column] }

    /// Row by row.
    package var cells: [Cell] { Array(rows.joined()) }

    /// The text of one row, without the spaces at its end.
    package func text(row: Int) -> String {
        var line = ""
        for cell in rows[row] { line += cell.text }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Writes text into a row and returns the column behind it. What does not fit before `limit` (or the edge) is left
    /// out; a wide cell is never split.
    @discardableResult
    mutating func put(_ text: some StringProtocol, _ style: Style, row: Int, column: Int, limit: Int? = nil) -> Int {
        let limit = min(limit ?? size.columns, size.columns)
        guard row >= 0, row < size.rows, column >= 0 else { return column }
        var column = column
        // In most texts every scalar is a cell of its own: nothing combines.
        if CellWidth.plainCount(text) != nil {
            Self.put(plain: text.unicodeScalars, style, into: &rows[row], from: &column, limit: limit)
            return column
        }
        for character in text {
            for cluster in CellCluster.split(character) {
                guard column + cluster.width <= limit else { return column }
                let cell = Cell(cluster.text, width: UInt8(cluster.width), style: style)
                Self.set(cell, in: &rows[row], column: column)
                column += cluster.width
            }
        }
        return column
    }

    private static func put(
        plain scalars: some Sequence<Unicode.Scalar>, _ style: Style, into row: inout [Cell], from column: inout Int,
        limit: Int
    ) {
        for scalar in scalars {
            guard column < limit else { return }
            if row[column].width != 1 { mend(&row, column) }
            row[column] = Cell(CellText(scalar), style: style)
            column += 1
        }
    }

    @discardableResult
    mutating func put(_ spans: [Span], row: Int, column: Int, limit: Int? = nil) -> Int {
        spans.reduce(column) { put($1.text, $1.style, row: row, column: $0, limit: limit) }
    }

    /// Puts cells, which begin and end whole and find room, into a row; where they are all of it, they become the row.
    mutating func put(_ cells: [Cell], row: Int, column: Int) {
        guard !cells.isEmpty, (0..<size.rows).contains(row) else { return }
        precondition(column >= 0 && column + cells.count <= size.columns, "cells beyond the edge")
        if cells.count == size.columns {
            rows[row] = cells
        } else {
            Self.put(cells, into: &rows[row], column: column)
        }
    }

    /// Puts lines one under the other into an area; what goes beyond it is left out.
    mutating func put(_ lines: [[Span]], in area: Rect) {
        for (offset, line) in lines.prefix(area.size.rows).enumerated() {
            put(line, row: area.top + offset, column: area.left, limit: area.right)
        }
    }

    private static func put(_ cells: [Cell], into row: inout [Cell], column: Int) {
        mend(&row, column)
        mend(&row, column + cells.count - 1)
        for (offset, cell) in cells.enumerated() { row[column + offset] = cell }
    }

    /// Fills part of a row with one character, a cell wide, in one style.
    mutating func fill(_ style: Style, row: Int, columns: Range<Int>, with text: String = " ") {
        guard row >= 0, row < size.rows else { return }
        let cell = Cell(text, style: style)
        for column in columns.clamped(to: 0..<size.columns) { Self.set(cell, in: &rows[row], column: column) }
    }

    /// Puts one whole cell, and mends a wide cell that it cuts in two.
    private static func set(_ cell: Cell, in row: inout [Cell], column: Int) {
        for covered in column..<column + Int(cell.width) { mend(&row, covered) }
        row[column] = cell
        if cell.width == 2 { row[column + 1] = .rightHalf(cell.style) }
    }

    private static func mend(_ row: inout [Cell], _ column: Int) {
        switch row[column].width {
        case 0 where column > 0: row[column - 1] = Cell(" ", style: row[column - 1].style)
        case 2 where column + 1 < row.count: row[column + 1] = Cell(" ", style: row[column].style)
        default: break
        }
    }

    /// Replaces cells by those of a run; for tests and for screens that keep a copy.
    package mutating func apply(_ run: FrameRun) {
        rows[run.row].replaceSubrange(run.column..<run.column + run.cells.count, with: run.cells)
    }
}
