/// One cell of the screen: a base character with the marks that combine with it.
public struct Cell: Sendable, Hashable {
    /// With width and style packed into the bits that it leaves: a frame is half as large as with fields of their own.
    private var content: CellText

    /// 1, 2, or 0 for the right half of a wide cell.
    public var width: UInt8 { UInt8(content.spare & 3) }
    public var style: Style { Style(packed: UInt16(content.spare >> 2)) }

    public init(_ text: String, width: UInt8 = 1, style: Style = .plain) {
        self.init(CellText(text), width: width, style: style)
    }

    init(_ content: CellText, width: UInt8 = 1, style: Style) {
        self.content = content
        self.content.spare = UInt64(width & 3) | UInt64(style.packed) << 2
    }

    /// What is drawn; empty in the right half of a wide cell.
    public var text: String { content.string }

    /// The scalar that is drawn, where it is the only one.
    public var onlyScalar: Unicode.Scalar? { content.onlyScalar }

    var isASCII: Bool { content.isASCII }

    public static let blank = Cell(" ")

    static func rightHalf(_ style: Style) -> Cell { Cell("", width: 0, style: style) }
}

/// A picture of the whole screen, cell by cell. Wide cells are always whole.
public struct Frame: Sendable, Hashable {
    public let size: Size
    /// Row by row, `size.rows × size.columns`.
    public private(set) var cells: [Cell]
    /// Where the cursor stands; `nil` hides it.
    public var cursor: Position?

    public init(size: Size) {
        let size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        self.size = size
        cells = Array(repeating: .blank, count: size.columns * size.rows)
    }

    public subscript(row: Int, column: Int) -> Cell { cells[row * size.columns + column] }

    /// The text of one row, without the spaces at its end.
    public func text(row: Int) -> String {
        var line = ""
        for column in 0..<size.columns { line += self[row, column].text }
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
            let start = row * size.columns
            for scalar in text.unicodeScalars {
                guard column < limit else { return column }
                let index = start + column
                if cells[index].width != 1 { mend(index, rowStart: start) }
                cells[index] = Cell(CellText(scalar), style: style)
                column += 1
            }
            return column
        }
        for character in text {
            for cluster in CellCluster.split(character) {
                guard column + cluster.width <= limit else { return column }
                set(Cell(cluster.text, width: UInt8(cluster.width), style: style), row: row, column: column)
                column += cluster.width
            }
        }
        return column
    }

    @discardableResult
    mutating func put(_ spans: [Span], row: Int, column: Int, limit: Int? = nil) -> Int {
        spans.reduce(column) { put($1.text, $1.style, row: row, column: $0, limit: limit) }
    }

    /// Fills part of a row with one character, a cell wide, in one style.
    mutating func fill(_ style: Style, row: Int, columns: Range<Int>, with text: String = " ") {
        guard row >= 0, row < size.rows else { return }
        let cell = Cell(text, style: style)
        for column in columns.clamped(to: 0..<size.columns) { set(cell, row: row, column: column) }
    }

    /// Puts one whole cell, and mends a wide cell that it cuts in two.
    private mutating func set(_ cell: Cell, row: Int, column: Int) {
        let start = row * size.columns
        for covered in column..<column + Int(cell.width) { mend(start + covered, rowStart: start) }
        cells[start + column] = cell
        if cell.width == 2 { cells[start + column + 1] = .rightHalf(cell.style) }
    }

    private mutating func mend(_ index: Int, rowStart: Int) {
        switch cells[index].width {
        case 0 where index > rowStart: cells[index - 1] = Cell(" ", style: cells[index - 1].style)
        case 2 where index + 1 < rowStart + size.columns: cells[index + 1] = Cell(" ", style: cells[index].style)
        default: break
        }
    }

    /// Replaces cells by those of a run; for tests and for screens that keep a copy.
    public mutating func apply(_ run: FrameRun) {
        let start = run.row * size.columns + run.column
        cells.replaceSubrange(start..<start + run.cells.count, with: run.cells)
    }
}
