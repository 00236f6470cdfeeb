/// Where a tensor lies in its file and what shape it has.
public struct TensorInfo: Sendable, Hashable {
    /// The tensor's name in the file.
    public let name: String
    /// The type of its elements.
    public let type: TensorType
    /// 1 to 4 sizes, each ≥ 1, fastest-running first as the file has them: `[columns, rows, …]`, so that a matrix
    /// of shape (rows, columns), row-major, has dimensions `[columns, rows]`.
    public let dimensions: [Int]
    /// Product of the dimensions.
    public let elementCount: Int
    /// The tensor's bytes, counted from the start of the file (of the first one, where the model is split); inside the
    /// file and overlapping no other tensor.
    public let byteRange: Range<Int>

    /// Elements in a row.
    public var columns: Int { dimensions[0] }
    /// Rows of all further dimensions together.
    public var rows: Int { elementCount / dimensions[0] }
    /// Bytes from one row to the next; rows follow each other without a gap.
    public var bytesPerRow: Int { byteRange.count / rows }

    /// The same tensor, `offset` bytes further on.
    func moved(by offset: Int) -> TensorInfo {
        TensorInfo(
            name: name, type: type, dimensions: dimensions, elementCount: elementCount,
            byteRange: byteRange.lowerBound + offset..<byteRange.upperBound + offset)
    }
}
