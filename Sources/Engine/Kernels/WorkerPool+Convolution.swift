internal import CKernels

/// Convolutions over time, and attention by distance: what a speech synthesiser needs beside products.
/// Rows are moments, columns channels.
extension WorkerPool {
    /// output[t] = Σ over taps of weights[tap] · x[t + tap · dilation] (+ bias), or output += the same. Float weights
    /// meet floats; integers meet activations of 8 bits, 32 of which have a scale. A result does not depend on how many
    /// moments or threads there are.
    /// - Parameters:
    ///   - weights: (outputs, taps · inputs): the weights of one tap after the other.
    ///   - x: (output.count + (taps - 1) · dilation, inputs): padded. Must not overlap `output`.
    ///   - output: (n, outputs).
    ///   - bias: outputs values.
    public func convolve(
        _ weights: WeightMatrix, taps: Int, dilation: Int = 1, _ x: FloatRows, into output: FloatRows,
        bias: FloatVector? = nil, adding: Bool = false
    ) {
        precondition(taps > 0 && dilation > 0 && weights.cols == taps * x.width, "weights do not fit the input")
        precondition(weights.partCount == 1 && x.width.isMultiple(of: weights.type.blockElements), "no such weights")
        precondition(x.count == output.count + (taps - 1) * dilation, "the input is not padded as it should be")
        precondition(output.width == weights.rows, "output has \(output.width) columns for \(weights.rows) rows")
        precondition(bias.map { $0.count == weights.rows } ?? true, "bias has another size than the output")
        let size = unsafe ck_convolution_workspace(weights.parts, x.count, x.width)
        unsafe withScratch(size) { workers, scratch, scratchBytes in
            var arguments = unsafe ck_convolution_args(
                weights: weights.parts, x: x.pointer, x_stride: x.stride, taps: taps, dilation: dilation,
                n: output.count, out: output.pointer, out_stride: output.stride, bias: bias?.pointer,
                accumulate: adding, workspace: scratch, workspace_bytes: scratchBytes)
            return unsafe ck_convolve(workers, &arguments)
        }
    }

    /// output = x with `before` rows of zeros in front and as many as there is room for behind; values below zero are
    /// multiplied by `slope`: 1 copies, 0 is ReLU.
    public func pad(_ x: FloatRows, before: Int = 0, slope: Float = 1, into output: FloatRows) {
        precondition(before >= 0 && output.count >= before + x.count && output.width == x.width, "no room for the rows")
        var arguments = unsafe ck_padding_args(
            x: x.pointer, x_stride: x.stride, rows: x.count, n: x.width, before: before,
            after: output.count - before - x.count, slope: slope, out: output.pointer, out_stride: output.stride)
        unsafe withWorkers { unsafe ck_pad_rows($0, &arguments) }
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
