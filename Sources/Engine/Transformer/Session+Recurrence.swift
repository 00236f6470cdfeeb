internal import Kernels

extension Session {
    /// What a layer does that does not attend, to what is normed, with its residual; all rows go into its state, those in `rows` go
    /// on.
    func recur(
        _ layer: RecurrenceWeights, _ plan: LayerPlan, norm: FloatVector?, count: Int, rows: Range<Int>,
        of sequences: [Session]
    ) {
        guard let config = weights.config.recurrence else { return }
        // (count, model) x (model, projected)
        let projected = wide[rows: 0..<count, columns: 0..<config.projectedDimension]
        pool.multiply(
            layer.input, normed[rows: 0..<count], into: projected, activations: activations,
            outlierThreshold: OutlierThreshold.queryKeyValue)
        if sequences.isEmpty { mix(projected, layer, config, plan) }
        for (row, sequence) in sequences.enumerated() {
            sequence.mix(projected[rows: row..<row + 1], layer, config, plan)
        }
        guard !rows.isEmpty else { return }
        // (rows, mixed) x (mixed, model)
        addProduct(
            layer.output, wide[rows: rows, columns: 0..<config.mixedDimension], norm: norm,
            outlierThreshold: OutlierThreshold.attentionOutput, rows: rows)
    }

    /// Takes the next tokens into the state, and writes what comes of them over the first columns of their rows.
    private func mix(
        _ projected: FloatRows, _ layer: RecurrenceWeights, _ config: RecurrenceConfig, _ plan: LayerPlan
    ) {
        guard let state else { return }
        let number = plan.ordinal
        if case .shortConvolution = layer.rule {
            pool.shortConvolution(projected, weights: layer.filter, state: state, layer: number)
            return
        }
        // A gate, what the filters go over, and a few numbers for each head.
        let (inner, keys, heads) = (config.mixedDimension, config.keyDimension, config.headCount)
        let gate = projected[columns: 0..<inner]
        let columns = projected[columns: inner..<inner + config.channels]
        let numbers = projected[columns: inner + config.channels..<config.projectedDimension]
        let epsilon = weights.config.headNormEpsilon
        pool.causalConvolution(
            columns, weights: layer.filter, bias: layer.filterBias, state: state, layer: number)
        switch layer.rule {
        case .shortConvolution: break
        case .deltaRule(let decay, let step, let norm):
            let values = columns[columns: 2 * keys..<2 * keys + inner]
            pool.deltaRule(
                queries: columns[columns: 0..<keys], keys: columns[columns: keys..<2 * keys], values: values,
                beta: numbers[columns: 0..<heads], alpha: numbers[columns: heads..<2 * heads], decay: decay,
                step: step, epsilon: epsilon, state: state, layer: number)
            pool.rmsNormHeads(values, weight: norm, epsilon: epsilon)
            pool.swiGLU(gate: gate, up: values, into: gate)
        case .stateSpace(let scan, let norms):
            let x = columns[columns: 0..<inner]
            pool.stateScan(
                scan, x, b: columns[columns: inner..<inner + keys],
                c: columns[columns: inner + keys..<inner + 2 * keys], steps: numbers, state: state, layer: number)
            pool.swiGLU(gate: gate, up: x, into: gate)
            let width = inner / norms.count
            for group in norms.indices {
                let part = gate[columns: group * width..<(group + 1) * width]
                pool.rmsNorm(part, weight: norms[group], epsilon: epsilon, into: part)
            }
        }
    }
}
