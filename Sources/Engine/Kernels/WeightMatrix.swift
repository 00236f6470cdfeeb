internal import CKernels

/// A weight matrix (rows, cols), packed once into panels of sixteen interleaved rows. Immutable; shared between threads.
///
/// A matrix may be a stack of several with the same columns, one below the other: Q, K and V, or gate and up. Their product
/// with one set of activations is one piece of work for the pool, whatever their types.
@safe public final class WeightMatrix: Sendable {
    public let rows: Int
    /// Elements of a row.
    public let cols: Int
    /// Type of the (first) matrix.
    public let type: WeightType
    let partCount: Int
    // SAFETY: both are written in the initialisers alone, read-only afterwards.
    nonisolated(unsafe) let parts: UnsafeMutablePointer<ck_matrix>
    private let memory: [PackedWeights]

    /// Packs `bytes`, row-major blocks in GGML's layout at any alignment, which are not needed afterwards.
    /// - Parameter arena: where the packed weights go; `nil` gives them memory of their own.
    /// - Throws: `wrongShape` when rows, cols and bytes do not fit; `invalidScale`; `outOfResources`.
    public init(
        type: WeightType, rows: Int, cols: Int, bytes: RawSpan, pool: WorkerPool? = nil, arena: WeightArena? = nil
    ) throws(KernelError) {
        guard rows > 0, cols > 0, let rowBytes = type.rowBytes(cols: cols),
            case (let expected, false) = rows.multipliedReportingOverflow(by: rowBytes), bytes.byteCount == expected
        else {
            throw KernelError(
                .wrongShape, "\(bytes.byteCount) bytes are not a \(type) matrix of \(rows) x \(cols)")
        }
        let size = unsafe ck_packed_bytes(type.format, rows, cols)
        guard size > 0 else { throw KernelError(.wrongShape, "a matrix of \(rows) x \(cols) is too large") }
        let packed = try (arena ?? WeightArena(slabByteCount: size)).take(size)
        let isValid = unsafe bytes.withUnsafeBytes { buffer in
            guard let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
            let pack = { (workers: OpaquePointer?) in
                unsafe ck_pack(workers, type.format, start, rows, cols, packed.base)
            }
            return if let pool { unsafe pool.withWorkers { unsafe pack($0) } } else { pack(nil) }
        }
        guard isValid else {
            let row = (type.firstInvalidBlock(in: bytes) ?? 0) / (cols / type.blockElements)
            throw KernelError(
                .invalidScale, "row \(row) of a \(type) matrix has a scale that is not finite; fetch the model again")
        }
        self.rows = rows
        self.cols = cols
        self.type = type
        memory = [packed]
        partCount = 1
        unsafe parts = .allocate(capacity: 1)
        unsafe parts.initialize(
            to: ck_matrix(format: type.format, type: type.rawValue, rows: rows, cols: cols, packed: packed.base))
    }

    /// Stacks matrices without copying them: rows of the first, then of the second, and so on.
    /// - Precondition: at least one, all with the same number of columns.
    public init(stacking matrices: [WeightMatrix]) {
        guard let first = matrices.first else { preconditionFailure("nothing to stack") }
        precondition(matrices.allSatisfy { $0.cols == first.cols }, "stacked matrices differ in columns")
        rows = matrices.reduce(0) { $0 + $1.rows }
        cols = first.cols
        type = first.type
        memory = matrices.flatMap(\.memory)
        partCount = matrices.reduce(0) { $0 + $1.partCount }
        unsafe parts = .allocate(capacity: partCount)
        var next = 0
        for matrix in matrices {
            unsafe (parts + next).initialize(from: matrix.parts, count: matrix.partCount)
            next += matrix.partCount
        }
    }

    /// Quantises row-major floats to Q8_0 and packs them: for models that come as floats and may run as integers.
    /// - Precondition: `values` holds rows * cols floats; cols is a multiple of 32.
    /// - Throws: `invalidScale` when a value is NaN or infinite; `outOfResources`.
    public convenience init(
        quantising values: Span<Float>, rows: Int, cols: Int, pool: WorkerPool? = nil
    ) throws(KernelError) {
        precondition(cols > 0 && cols.isMultiple(of: 32) && values.count == rows * cols, "wrong shape")
        let blocks = unsafe [UInt8](unsafeUninitializedCapacity: values.count / 32 * 34) { buffer, count in
            unsafe values.withUnsafeBufferPointer { floats in
                if let from = floats.baseAddress, let to = buffer.baseAddress {
                    unsafe ck_quantise_row_q8_0(from, to, values.count)
                }
            }
            count = values.count / 32 * 34
        }
        unsafe try self.init(type: .q8_0, rows: rows, cols: cols, bytes: blocks.span.bytes, pool: pool)
    }

    deinit { unsafe parts.deallocate() }

    /// Bytes of packed weights: what one decoded token reads.
    public var byteCount: Int { memory.reduce(0) { $0 + $1.byteCount } }

    /// Dequantises row `index` into the one row of `output`: the embedding look-up.
    public func copyRow(_ index: Int, to output: FloatRows) {
        precondition(index >= 0 && index < rows, "row outside the matrix")
        precondition(output.count == 1 && output.width == cols, "output is not one row of \(cols)")
        var part = 0
        var row = index
        while unsafe row >= parts[part].rows {
            unsafe row -= parts[part].rows
            part += 1
        }
        unsafe ck_packed_row(parts + part, row, output.pointer)
    }
}
