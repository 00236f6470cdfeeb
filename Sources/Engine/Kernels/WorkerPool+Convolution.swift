internal import CKernels

/// Convolutions over time, and attention by distance: what a speech synthesiser needs beside products.
/// Rows are moments, columns channels.
extension WorkerPool {
    /// output[t] = Σ over taps of weights[tap] · x[t + tap · dilation - before] (+ bias) (+ residual[t]), or output += the
    /// same. Outside of `x` there are zeros. Float weights meet floats; integers meet activations of 8 bits, 32 of which
    /// have a scale. A result does not depend on how many moments or threads there are.
    /// - Parameters:
    ///   - weights: (outputs, taps · inputs): the weights of one tap after the other.
    ///   - x: (any number, inputs). Must not overlap `output`.
    ///   - before: moments before the first of `x` that the first result depends on.
    ///   - slope: what values of `x` below zero are multiplied by: 1 leaves them, 0 is ReLU.
    ///   - output: (n, outputs).
    ///   - bias: outputs values.
    ///   - residual: (n, outputs). May be `x`.
    public func convolve(
        _ weights: WeightMatrix, taps: Int, dilation: Int = 1, _ x: FloatRows, before: Int = 0, slope: Float = 1,
        into output: FloatRows, bias: FloatVector? = nil, residual: FloatRows? = nil, adding: Bool = false
    ) {
        precondition(taps > 0 && dilation > 0 && weights.cols == taps * x.width, "weights do not fit the input")
        precondition(weights.partCount == 1 && x.width.isMultiple(of: weights.type.blockElements), "no such weights")
        precondition(before >= 0, "results depend on moments that were left out")
        precondition(output.width == weights.rows, "output has \(output.width) columns for \(weights.rows) rows")
        precondition(bias.map { $0.count == weights.rows } ?? true, "bias has another size than the output")
        precondition(
            residual.map { $0.count == output.count && $0.width == output.width } ?? true,
            "what is added has another shape than the output")
        var arguments = unsafe ck_convolution_args(
            weights: weights.parts, x: x.pointer, x_stride: x.stride, rows: x.count, before: before, slope: slope,
            taps: taps, dilation: dilation, n: output.count, out: output.pointer, out_stride: output.stride,
            bias: bias?.pointer, residual: residual?.pointer, residual_stride: residual?.stride ?? 0,
            accumulate: adding, workspace: nil, workspace_bytes: 0)
        unsafe withScratch(ck_convolution_workspace(&arguments, threadCount)) { workers, scratch, scratchBytes in
            unsafe arguments.workspace = scratch
            unsafe arguments.workspace_bytes = scratchBytes
            return unsafe ck_convolve(workers, &arguments)
        }
    }

    /// output = tanh(x) · sigmoid(gate), element by element.
    public func gatedTanh(_ x: FloatRows, gate: FloatRows, into output: FloatRows) {
        unsafe run(ck_gated_tanh_rows, x, gate, output)
    }

    /// Every moment attends to all; near ones add a vector of their distance to their key and to their value.
    /// - Parameters:
    ///   - queries, keys, values: (n, heads · headSize) each, of one matrix.
    ///   - keyOffsets, valueOffsets: (2 · window + 1) vectors of a head's size, for distances -window ... window.
    ///   - output: (n, heads · headSize); may be `queries`.
    ///   - scale: of queries.
    public func attend(
        _ queries: FloatRows, keys: FloatRows, values: FloatRows, headSize: Int, keyOffsets: FloatVector,
        valueOffsets: FloatVector, scale: Float, into output: FloatRows
    ) {
        precondition(headSize > 0 && queries.width.isMultiple(of: headSize), "not a whole number of heads")
        precondition(
            keyOffsets.count == valueOffsets.count && keyOffsets.count.isMultiple(of: headSize), "wrong offsets")
        precondition(keyOffsets.count / headSize % 2 == 1, "distances are as many before as after")
        for rows in [keys, values, output] {
            precondition(rows.count == queries.count && rows.width == queries.width, "operands differ in shape")
        }
        precondition(keys.stride == queries.stride && values.stride == queries.stride, "rows of different matrices")
        let heads = queries.width / headSize
        let size = ck_relative_attention_workspace(queries.count, heads, headSize)
        unsafe withScratch(size) { workers, scratch, scratchBytes in
            var arguments = unsafe ck_relative_attention_args(
                q: queries.pointer, k: keys.pointer, v: values.pointer, stride: queries.stride, n: queries.count,
                heads: heads, head: headSize, key_offsets: keyOffsets.pointer, value_offsets: valueOffsets.pointer,
                window: keyOffsets.count / headSize / 2, scale: scale, out: output.pointer,
                out_stride: output.stride, workspace: scratch, workspace_bytes: scratchBytes)
            return unsafe ck_relative_attention(workers, &arguments)
        }
    }
}
