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
        switch config.kind {
        case .shortConvolution:
            pool.shortConvolution(projected, weights: layer.filter, state: state, layer: plan.ordinal)
        }
    }
}
