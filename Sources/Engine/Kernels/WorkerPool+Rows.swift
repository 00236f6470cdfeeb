internal import CKernels

/// How RoPE pairs the elements of a head.
public enum RotaryStyle: Sendable {
    /// Neighbours (2i, 2i + 1): Llama models as GGUF stores them.
    case interleaved
    /// Halves (i, i + n / 2): GPT-NeoX, Qwen, Gemma.
    case halves
}

/// Operations on rows of floats, spread over the workers when there is enough of them. In place is allowed.
extension WorkerPool {
    /// output = x / √(mean(x²) + ε) · weight, row by row.
    public func rmsNorm(_ x: FloatRows, weight: FloatVector, epsilon: Float, into output: FloatRows) {
        precondition(weight.count == x.width, "weight has another size than the rows")
        unsafe run(ck_rms_norm_rows, x, x, output, weight: weight, epsilon: epsilon)
    }

    /// RMSNorm of each head of a row apart (Qwen3, Gemma 3); `weight` has the size of a head.
    public func rmsNormHeads(_ x: FloatRows, weight: FloatVector, epsilon: Float) {
        precondition(x.width.isMultiple(of: weight.count), "rows are not a whole number of heads")
        unsafe withWorkers { workers in
            for row in 0..<x.count {
                let start = unsafe x.pointer + row * x.stride
                var arguments = unsafe ck_rows_args()
                unsafe (arguments.x, arguments.out, arguments.weight) = (UnsafePointer(start), start, weight.pointer)
                unsafe (arguments.x_stride, arguments.out_stride) = (weight.count, weight.count)
                unsafe (arguments.rows, arguments.n) = (x.width / weight.count, weight.count)
                unsafe arguments.epsilon = epsilon
                unsafe ck_rms_norm_rows(workers, &arguments)
            }
        }
    }

    /// output = (x - mean) / √(variance + ε) · weight + bias, row by row.
    public func layerNorm(
        _ x: FloatRows, weight: FloatVector, bias: FloatVector, epsilon: Float, into output: FloatRows
    ) {
        precondition(weight.count == x.width && bias.count == x.width, "weight or bias has another size than the rows")
        unsafe run(ck_layer_norm_rows, x, x, output, weight: weight, bias: bias, epsilon: epsilon)
    }

    /// output = silu(gate) · up, element by element.
    public func swiGLU(gate: FloatRows, up: FloatRows, into output: FloatRows) {
        unsafe run(ck_swiglu_rows, gate, up, output)
    }

    /// output = gelu(gate) · up with the tanh form of GELU, as Gemma has it.
    public func geGLU(gate: FloatRows, up: FloatRows, into output: FloatRows) {
        unsafe run(ck_geglu_tanh_rows, gate, up, output)
    }

    /// GELU with erf, Whisper's form: output = x / 2 · (1 + erf(x / √2)).
    public func gelu(_ x: FloatRows, into output: FloatRows) { unsafe run(ck_gelu_rows, x, x, output) }

    /// output += x.
    public func add(_ x: FloatRows, to output: FloatRows) { unsafe run(ck_add_rows, x, x, output) }

    /// Softmax of each row, in place.
    public func softmax(_ x: FloatRows) { unsafe run(ck_softmax_rows, x, x, x) }

    /// Rotates the first `2 · angles.width` elements of every head of every row by that row's angles, in place.
    /// - Parameters:
    ///   - x: (n, heads · headSize).
    ///   - cosine, sine: (n, rotary / 2) each, contiguous rows.
    public func rotate(_ x: FloatRows, headSize: Int, cosine: FloatRows, sine: FloatRows, style: RotaryStyle) {
        let rotary = 2 * cosine.width
        precondition(x.width.isMultiple(of: headSize) && rotary <= headSize, "heads do not fit the rows")
        precondition(cosine.count == x.count && sine.count == x.count, "one row of angles for each row")
        precondition(sine.width == cosine.width, "as many sines as cosines")
        precondition(cosine.stride == cosine.width && sine.stride == sine.width, "angles are contiguous")
        unsafe withWorkers { workers in
            unsafe ck_rope_rows(
                workers, x.pointer, x.stride, x.count, x.width / headSize, headSize, cosine.pointer, sine.pointer,
                rotary, style == .halves)
        }
    }

    func run(
        _ operation: (OpaquePointer?, UnsafePointer<ck_rows_args>?) -> Void, _ x: FloatRows, _ y: FloatRows,
        _ output: FloatRows, weight: FloatVector? = nil, bias: FloatVector? = nil, epsilon: Float = 0
    ) {
        precondition(x.width == output.width && x.count == output.count, "x and output differ in shape")
        precondition(y.width == output.width && y.count == output.count, "operands differ in shape")
        var arguments = unsafe ck_rows_args(
            x: UnsafePointer(x.pointer), y: UnsafePointer(y.pointer), x_stride: x.stride, y_stride: y.stride,
            out: output.pointer, out_stride: output.stride, rows: output.count, n: output.width,
            weight: weight?.pointer, bias: bias?.pointer, epsilon: epsilon)
        unsafe withWorkers { unsafe operation($0, &arguments) }
    }
}
