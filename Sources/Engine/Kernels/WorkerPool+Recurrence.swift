internal import CKernels

/// What layers without attention compute. Rows are the next tokens of a sequence; ``RecurrentState/advance(by:)`` follows when
/// all layers have seen them. A row's result depends on it and those before alone, bit for bit.
extension WorkerPool {
    /// b = c · filter(b · x) where rows are (b, c, x): (n, 3 · channels).
    /// - Parameter weights: (taps, channels), the oldest column first.
    public func shortConvolution(_ rows: FloatRows, weights: FloatVector, state: RecurrentState, layer: Int) {
        precondition(rows.width == 3 * state.shape.channels, "rows are not three times the channels")
        var filter = unsafe state.filter(layer, weights: weights, bias: nil)
        unsafe withWorkers { unsafe ck_short_convolution($0, &filter, rows.pointer, rows.stride, rows.count) }
    }

    /// x = silu(filter(x) + bias): (n, channels).
    /// - Parameter weights: (taps, channels), the oldest column first.
    public func causalConvolution(
        _ x: FloatRows, weights: FloatVector, bias: FloatVector?, state: RecurrentState, layer: Int
    ) {
        precondition(x.width == state.shape.channels, "rows are not the channels")
        var filter = unsafe state.filter(layer, weights: weights, bias: bias)
        unsafe withWorkers { unsafe ck_causal_convolution($0, &filter, x.pointer, x.stride, x.count) }
    }

    /// The rule of a gated DeltaNet: values are replaced by what the state gives for the queries.
    /// - Parameters:
    ///   - queries, keys: (n, keyHeads · headSize) each; brought to length 1.
    ///   - values: (n, heads · headSize), as many heads as `decay` has values and a multiple of the keys'.
    ///   - beta, alpha: (n, heads) each, before sigmoid and softplus.
    ///   - decay, step: (heads) each: the state fades by exp(decay · softplus(alpha + step)).
    public func deltaRule(
        queries: FloatRows, keys: FloatRows, values: FloatRows, beta: FloatRows, alpha: FloatRows, decay: FloatVector,
        step: FloatVector, epsilon: Float, state: RecurrentState, layer: Int
    ) {
        let heads = decay.count
        let size = values.width / heads
        precondition(size > 0 && size.isMultiple(of: 8) && values.width == heads * size, "values are not whole heads")
        precondition(queries.width == keys.width && keys.width.isMultiple(of: size), "keys are not whole heads")
        precondition(heads.isMultiple(of: keys.width / size) && step.count == heads, "heads do not fit")
        precondition(beta.width == heads && alpha.width == heads, "one beta and one alpha for each head")
        precondition(state.shape.stateSize == heads * size * size, "a state of another size")
        precondition(values.isBeside(queries) && values.isBeside(keys), "rows differ")
        precondition(values.isBeside(beta) && values.isBeside(alpha), "rows differ")
        var arguments = unsafe ck_delta_args(
            q: queries.pointer, k: keys.pointer, v: values.pointer, beta: UnsafePointer(beta.pointer),
            alpha: UnsafePointer(alpha.pointer), stride: values.stride, n: values.count,
            key_heads: keys.width / size, heads: heads, size: size, a: decay.pointer, dt: step.pointer,
            state: state.state(layer), epsilon: epsilon)
        unsafe withWorkers { unsafe ck_delta_rule($0, &arguments) }
    }

    /// Sizes and weights of Mamba-2's scan.
    public struct StateScan: Sendable {
        /// Floats of a state for each element of a head: a multiple of 8.
        public let size: Int
        /// Heads share B and C in as many groups.
        public let groups: Int
        /// (heads) each: how a state fades, what of the input goes through, what is added to a step.
        public let decay: FloatVector, passing: FloatVector, step: FloatVector

        /// - Precondition: as many values in each; `groups` divides their number; `size` is a multiple of 8.
        public init(size: Int, groups: Int, decay: FloatVector, passing: FloatVector, step: FloatVector) {
            precondition(size > 0 && size.isMultiple(of: 8) && groups > 0, "unfit sizes")
            precondition(decay.count.isMultiple(of: groups), "groups do not divide the heads")
            precondition(passing.count == decay.count && step.count == decay.count, "one value for each head")
            self.size = size
            self.groups = groups
            self.decay = decay
            self.passing = passing
            self.step = step
        }
    }

    /// Mamba-2: x is replaced by what the states give.
    /// - Parameters:
    ///   - x: (n, heads · headSize).
    ///   - b, c: (n, groups · size) each.
    ///   - steps: (n, heads), before softplus.
    public func stateScan(
        _ scan: StateScan, _ x: FloatRows, b: FloatRows, c: FloatRows, steps: FloatRows, state: RecurrentState,
        layer: Int
    ) {
        let heads = scan.decay.count
        let headSize = x.width / heads
        precondition(x.width == heads * headSize && steps.width == heads, "rows are not whole heads")
        precondition(b.width == scan.groups * scan.size && c.width == b.width, "b and c are not whole groups")
        precondition(state.shape.stateSize == x.width * scan.size, "a state of another size")
        precondition(x.isBeside(b) && x.isBeside(c) && x.isBeside(steps), "rows differ")
        var arguments = unsafe ck_scan_args(
            x: x.pointer, b: UnsafePointer(b.pointer), c: UnsafePointer(c.pointer), dt: UnsafePointer(steps.pointer),
            stride: x.stride, n: x.count, heads: heads, head_size: headSize, groups: scan.groups, size: scan.size,
            a: scan.decay.pointer, d: scan.passing.pointer, bias: scan.step.pointer, state: state.state(layer))
        unsafe withWorkers { unsafe ck_state_scan($0, &arguments) }
    }

    /// x = x · sigmoid(gate), element by element.
    public func sigmoidGate(_ x: FloatRows, gate: FloatRows) {
        precondition(x.width == gate.width && x.count == gate.count, "gate and x differ in shape")
        unsafe withWorkers {
            unsafe ck_sigmoid_gate($0, x.pointer, x.stride, gate.pointer, gate.stride, x.count, x.width)
        }
    }
}

extension FloatRows {
    /// Whether another view has as many rows, as far apart.
    fileprivate func isBeside(_ other: FloatRows) -> Bool { count == other.count && stride == other.stride }
}
