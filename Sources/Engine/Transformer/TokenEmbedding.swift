internal import GGUF
internal import Kernels

/// What each token of the vocabulary looks like to the model: (vocabulary, model). Immutable.
///
/// Where the head has the same rows, they are packed for it. Where not, they stay in the model's file and each token reads
/// its own: nothing to load, and no memory for what is hardly ever used.
struct TokenEmbedding: Sendable {
    private enum Rows: Sendable {
        case packed(WeightMatrix)
        case inFile(FileRows)
    }

    private let rows: Rows

    /// Rows that are packed already.
    init(_ matrix: WeightMatrix) { rows = .packed(matrix) }

    /// Rows that stay where they are.
    init(_ fileRows: FileRows) { rows = .inFile(fileRows) }

    /// Bytes that ``copyRow(_:to:through:)`` needs.
    var rowByteCount: Int {
        switch rows {
        case .packed: 0
        case .inFile(let rows): rows.rowByteCount
        }
    }

    /// Writes the row of `token`, which must be there, over the one row of `output`.
    ///
    /// - Parameter bytes: of ``rowByteCount`` bytes, written over.
    /// - Throws: `invalidTensor` where the file was changed, or holds what is no number.
    func copyRow(_ token: Int32, to output: FloatRows, through bytes: inout [UInt8]) throws(TransformerError) {
        switch rows {
        case .packed(let matrix): matrix.copyRow(Int(token), to: output)
        case .inFile(let rows): try rows.copyRow(Int(token), to: output, through: &bytes)
        }
    }
}

/// The rows of a matrix in a model's file, read one at a time.
struct FileRows: Sendable {
    let file: GGUFFile
    let tensor: TensorInfo
    let type: WeightType
    /// Of a row.
    let rowByteCount: Int

    /// Writes row `index`, which must be there, over the one row of `output`; see ``TokenEmbedding``.
    func copyRow(_ index: Int, to output: FloatRows, through bytes: inout [UInt8]) throws(TransformerError) {
        let start = index * rowByteCount
        do {
            var span = bytes.mutableSpan
            var raw = unsafe span.mutableBytes
            try file.read(start..<start + rowByteCount, of: tensor, into: &raw)
        } catch {
            throw TransformerError(.invalidTensor, error.description)
        }
        // Packing looks at every scale; here it is done when a row is read.
        guard unsafe type.firstInvalidBlock(in: bytes.span.bytes) == nil else {
            throw TransformerError(
                .invalidTensor,
                "\(file.path): the tensor \(tensor.name): row \(index) has a scale that is not finite. Fetch the model again."
            )
        }
        output.withMutableRow(0) { row in unsafe type.dequantise(bytes.span.bytes, into: &row) }
    }
}
