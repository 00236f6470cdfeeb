/// A size in terminal cells.
package struct Size: Sendable, Hashable, CustomStringConvertible {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    package var description: String { "\(columns)x\(rows)" }
}

/// A place on the screen, counted from 0 at the top left.
package struct Position: Sendable, Hashable {
    package var row: Int
    package var column: Int

    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// A rectangle of cells.
package struct Rect: Sendable, Hashable {
    package let top: Int
    package let left: Int
    package let size: Size

    init(top: Int = 0, left: Int = 0, _ size: Size) {
        (self.top, self.left, self.size) = (top, left, size)
    }

    init(rows: Range<Int>, columns: Range<Int>) {
        self.init(top: rows.lowerBound, left: columns.lowerBound, Size(columns: columns.count, rows: rows.count))
    }

    /// The row below it.
    var bottom: Int { top + size.rows }
    /// The column behind it.
    var right: Int { left + size.columns }

    func contains(_ position: Position) -> Bool {
        (top..<bottom).contains(position.row) && (left..<right).contains(position.column)
    }
}
