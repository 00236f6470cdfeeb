/// A row-major matrix of F32 that lives across calls: activations, logits, angles. Starts as zeros.
/// Owns page-aligned memory that becomes resident only where it is written. For one thread at a time.
@safe public final class FloatMatrix {
    public let rowCount: Int
    /// Elements of a row.
    public let columnCount: Int
    private let memory: MappedMemory
    let base: UnsafeMutablePointer<Float>

    /// - Precondition: neither size is negative.
    /// - Throws: `outOfResources`.
    public init(rows: Int, columns: Int) throws(KernelError) {
        precondition(rows >= 0 && columns >= 0, "negative size")
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        let (bytes, tooLarge) = count.multipliedReportingOverflow(by: 4)
        guard !overflow, !tooLarge else {
            throw KernelError(.outOfResources, "a matrix of \(rows) x \(columns) is too large")
        }
        rowCount = rows
        columnCount = columns
        memory = try MappedMemory(byteCount: bytes)
        unsafe base = memory.base.bindMemory(to: Float.self, capacity: count)
    }

    /// A view of some rows and columns.
    /// - Precondition: the ranges lie inside the matrix.
    public subscript(rows rows: Range<Int>, columns columns: Range<Int>) -> FloatRows {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows outside the matrix")
        precondition(columns.lowerBound >= 0 && columns.upperBound <= columnCount, "columns outside the matrix")
        return FloatRows(
            matrix: self, offset: rows.lowerBound * columnCount + columns.lowerBound, count: rows.count,
            width: columns.count, stride: columnCount)
    }

    /// A view of whole rows.
    public subscript(rows rows: Range<Int>) -> FloatRows { self[rows: rows, columns: 0..<columnCount] }

    /// One element. Checked; for loops over many use `withRow`.
    public subscript(row: Int, column: Int) -> Float {
        get { self[rows: row..<row + 1].element(at: column) }
        set {
            precondition(column >= 0 && column < columnCount, "column outside the matrix")
            self[rows: row..<row + 1].withMutableRow(0) { $0[column] = newValue }
        }
    }
}
