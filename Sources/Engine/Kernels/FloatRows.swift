/// A view (count, width) of a `FloatMatrix`, rows `stride` floats apart. Cheap to make and to pass; keeps the matrix alive.
public struct FloatRows {
    let matrix: FloatMatrix
    let offset: Int
    /// Rows.
    public let count: Int
    /// Elements of a row.
    public let width: Int

    /// Floats from one row to the next.
    public let stride: Int

    var pointer: UnsafeMutablePointer<Float> { unsafe matrix.base + offset }

    /// Rows `range` of this view.
    public subscript(rows range: Range<Int>) -> FloatRows {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the view")
        return FloatRows(
            matrix: matrix, offset: offset + range.lowerBound * stride, count: range.count, width: width,
            stride: stride)
    }

    /// Columns `range` of this view.
    public subscript(columns range: Range<Int>) -> FloatRows {
        precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns outside the view")
        return FloatRows(
            matrix: matrix, offset: offset + range.lowerBound, count: count, width: range.count, stride: stride)
    }

    /// A view of the same floats in which every `length` rows, one after the other, are one.
    /// - Precondition: whole rows of the matrix, a multiple of `length`.
    public func joined(by length: Int) -> FloatRows {
        precondition(length > 0 && width == stride && count.isMultiple(of: length), "rows that cannot be joined")
        return FloatRows(
            matrix: matrix, offset: offset, count: count / length, width: width * length, stride: stride * length)
    }

    /// Reads row `index`.
    public func withRow<Result: ~Copyable, Failure: Error>(
        _ index: Int, _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index >= 0 && index < count, "row outside the view")
        let row = unsafe UnsafeBufferPointer(start: UnsafePointer(pointer + index * stride), count: width)
        return try body(unsafe row.span)
    }

    /// Writes row `index`.
    public func withMutableRow<Result: ~Copyable, Failure: Error>(
        _ index: Int, _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index >= 0 && index < count, "row outside the view")
        let row = unsafe UnsafeMutableBufferPointer(start: pointer + index * stride, count: width)
        var span = unsafe row.mutableSpan
        return try body(&span)
    }

    /// Copies the only row of another view over row `index`.
    public func copyRow(_ index: Int, from source: FloatRows) {
        precondition(source.count == 1 && source.width == width, "rows of different widths")
        source.withRow(0) { source in
            withMutableRow(index) { row in
                for column in row.indices { row[column] = source[column] }
            }
        }
    }

    func element(at column: Int) -> Float { withRow(0) { $0[column] } }
}
