internal import Kernels

/// The sizes of layers that do not attend. Immutable.
public struct RecurrenceConfig: Sendable, Hashable {
    /// What they do.
    public let kind: Architecture.Recurrence
    /// Columns that a filter sees, the current one included.
    public let taps: Int
    /// Width of what the filters go over.
    public let channels: Int
    /// Width of what goes in front of the layer's second product.
    public let mixedDimension: Int
    /// Width of the layer's first product.
    public let projectedDimension: Int

    /// Reads it from the metadata of a family that has such layers.
    init(_ kind: Architecture.Recurrence, _ reader: ConfigReader, modelDimension: Int) throws(TransformerError) {
        self.kind = kind
        switch kind {
        case .shortConvolution:
            taps = try reader.integer("shortconv.l_cache", in: 2...64)
            channels = modelDimension
            mixedDimension = modelDimension
            projectedDimension = 3 * modelDimension
        }
    }

    /// What `layers` of them keep of a sequence.
    func shape(layers: Int) -> RecurrentState.Shape {
        RecurrentState.Shape(layers: layers, channels: channels, taps: taps, stateSize: 0)
    }
}
