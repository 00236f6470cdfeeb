internal import CKernels

/// What activations become before they meet quantised weights. F32, F16 and BF16 weights use `f32` all the same.
public enum ActivationPrecision: Sendable, CaseIterable {
    /// 8-bit integers with one scale for each 32 elements, and 16 bits for those 32 that stand out of their token: the fast path.
    /// About a seventh of the divergence of plain 8 bits, for a tenth more work.
    case mixed
    /// 8-bit integers throughout.
    case int8
    /// 16-bit integers throughout.
    case int16
    /// F32 throughout, weights dequantised: the yardstick for accuracy.
    case f32

    var level: ck_precision {
        switch self {
        case .mixed: CK_MIXED
        case .int8: CK_INT8
        case .int16: CK_INT16
        case .f32: CK_FLOAT
        }
    }
}

extension WorkerPool {
    /// output = x · weightsᵀ (+ bias), or output += the same.
    ///
    /// One token (decode) streams the weights; many (prefill) unpack each panel once for all of them. A result depends on its own
    /// row of `x` and its own weights alone, bit for bit: not on how many tokens or threads there are.
    /// A row of `x` with NaN or Inf gives a row of NaN.
    /// - Parameters:
    ///   - x: (n, weights.cols). Must not overlap `output`.
    ///   - output: (n, weights.rows).
    ///   - bias: weights.rows values.
    ///   - outlierThreshold: with `mixed`, how many times the mean of its token's groups the largest element of a group of 32 must
    ///     be for the group to get 16 bits (≥ 0; infinity: none). At 1 about a third do; at 2, a tenth.
    public func multiply(
        _ weights: WeightMatrix, _ x: FloatRows, into output: FloatRows, bias: FloatVector? = nil,
        adding: Bool = false, activations: ActivationPrecision = .mixed, outlierThreshold: Float = 1
    ) {
        precondition(x.width == weights.cols, "x has \(x.width) columns, the weights \(weights.cols)")
        precondition(output.width == weights.rows, "output has \(output.width) columns for \(weights.rows) rows")
        precondition(output.count == x.count, "\(x.count) rows in, \(output.count) out")
        precondition(bias.map { $0.count == weights.rows } ?? true, "bias has another size than the output")
        let size = Int(ck_matmul_workspace(x.count, weights.cols, threadCount))
        unsafe withScratch(size) { workers, scratch, scratchBytes in
            var arguments = unsafe ck_matmul_args(
                parts: weights.parts, part_count: weights.partCount, x: x.pointer, x_stride: x.stride, n: x.count,
                out: output.pointer, out_stride: output.stride, bias: bias?.pointer, accumulate: adding,
                precision: activations.level, outlier_threshold: outlierThreshold, workspace: scratch,
                workspace_bytes: scratchBytes)
            return unsafe ck_matmul(workers, &arguments)
        }
    }
}
