internal import Kernels

/// The weights of what a layer does that does not attend. Immutable.
struct RecurrenceWeights: Sendable {
    /// What is done with a token's columns.
    enum Rule: Sendable {
        case shortConvolution
        /// decay, step: (heads) each; norm: (head)
        case deltaRule(decay: FloatVector, step: FloatVector, norm: FloatVector)
        /// A norm for each group: (mixed / groups)
        case stateSpace(WorkerPool.StateScan, norms: [FloatVector])
    }

    /// (projected, model)
    let input: WeightMatrix
    /// (taps, channels), the oldest column first.
    let filter: FloatVector
    /// (channels)
    let filterBias: FloatVector?
    let rule: Rule
    /// (model, mixed)
    let output: WeightMatrix

    /// - Parameter block: what the names of the layer's tensors begin with.
    init(
        _ block: String, _ recurrence: RecurrenceConfig, modelDimension: Int, _ load: TensorLoader
    ) throws(TransformerError) {
        let names = RecurrenceTensors(recurrence)
        input = try load.stack(
            names.inputs.map { (name: block + $0.name, rows: $0.rows) }, columns: modelDimension)
        filter = try load.filter(block + names.filter, taps: recurrence.taps, channels: recurrence.channels)
        filterBias = try names.filterBias.map { name throws(TransformerError) in
            try load.vector(block + name, count: recurrence.channels)
        }
        output = try load.matrix(block + names.output, rows: modelDimension, columns: recurrence.mixedDimension)
        let heads = recurrence.headCount
        switch recurrence.kind {
        case .shortConvolution: rule = .shortConvolution
        case .deltaRule:
            rule = .deltaRule(
                decay: try load.vector(block + "ssm_a", count: heads),
                step: try load.vector(block + "ssm_dt.bias", count: heads),
                norm: try load.vector(block + "ssm_norm.weight", count: recurrence.stateSize))
        case .stateSpace:
            let scan = WorkerPool.StateScan(
                size: recurrence.stateSize, groups: recurrence.groupCount,
                decay: try load.column(block + "ssm_a", count: heads),
                passing: try load.column(block + "ssm_d", count: heads),
                step: try load.vector(block + "ssm_dt.bias", count: heads))
            let norms = try load.vectors(
                block + "ssm_norm.weight", count: recurrence.mixedDimension / recurrence.groupCount,
                parts: recurrence.groupCount)
            rule = .stateSpace(scan, norms: norms)
        }
    }
}

/// What the tensors of a layer that does not attend are called.
struct RecurrenceTensors {
    /// Matrices of the first product, one below the other.
    let inputs: [(name: String, rows: Int)]
    let filter: String
    let filterBias: String?
    /// Those of a state.
    let others: [String]
    let output: String

    init(_ config: RecurrenceConfig) {
        switch config.kind {
        case .shortConvolution:
            inputs = [("shortconv.in_proj.weight", config.projectedDimension)]
            (filter, filterBias, others, output) = ("shortconv.conv.weight", nil, [], "shortconv.out_proj.weight")
        case .deltaRule:
            inputs = [
                ("attn_gate.weight", config.mixedDimension), ("attn_qkv.weight", config.channels),
                ("ssm_beta.weight", config.headCount), ("ssm_alpha.weight", config.headCount),
            ]
            (filter, filterBias) = ("ssm_conv1d.weight", nil)
            (others, output) = (["ssm_a", "ssm_dt.bias", "ssm_norm.weight"], "ssm_out.weight")
        case .stateSpace:
            inputs = [("ssm_in.weight", config.projectedDimension)]
            (filter, filterBias) = ("ssm_conv1d.weight", "ssm_conv1d.bias")
            (others, output) = (["ssm_a", "ssm_d", "ssm_dt.bias", "ssm_norm.weight"], "ssm_out.weight")
        }
    }

    /// All of them.
    var all: [String] { inputs.map(\.name) + [filter, output] + others + (filterBias.map { [$0] } ?? []) }
}
