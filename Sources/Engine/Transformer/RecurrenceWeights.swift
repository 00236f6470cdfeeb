internal import Kernels

/// The weights of what a layer does that does not attend. Immutable.
struct RecurrenceWeights: Sendable {
    /// (projected, model)
    let input: WeightMatrix
    /// (taps, channels), the oldest column first.
    let filter: FloatVector
    /// (model, mixed)
    let output: WeightMatrix

    /// - Parameter block: what the names of the layer's tensors begin with.
    init(
        _ block: String, _ recurrence: RecurrenceConfig, modelDimension: Int, _ load: TensorLoader
    ) throws(TransformerError) {
        let names = RecurrenceTensors(recurrence.kind)
        input = try load.matrix(block + names.input, rows: recurrence.projectedDimension, columns: modelDimension)
        filter = try load.filter(block + names.filter, taps: recurrence.taps, channels: recurrence.channels)
        output = try load.matrix(block + names.output, rows: modelDimension, columns: recurrence.mixedDimension)
    }
}

/// What the tensors of a layer that does not attend are called.
struct RecurrenceTensors {
    let input: String
    let filter: String
    let output: String

    init(_ kind: Architecture.Recurrence) {
        switch kind {
        case .shortConvolution:
            (input, filter, output) = (
                "shortconv.in_proj.weight", "shortconv.conv.weight", "shortconv.out_proj.weight"
            )
        }
    }

    /// All of them.
    var all: [String] { [input, filter, output] }
}
