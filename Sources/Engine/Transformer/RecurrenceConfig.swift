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
    /// Heads with a state each; 0 where there are filters alone.
    public let headCount: Int
    /// Heads share keys, or B and C, in as many groups.
    public let groupCount: Int
    /// Floats of a state for each element of a head.
    public let stateSize: Int

    /// Width of the keys of all groups, or of B.
    var keyDimension: Int { groupCount * stateSize }

    /// Reads it from the metadata of a family that has such layers.
    init(_ kind: Architecture.Recurrence, _ reader: ConfigReader, modelDimension: Int) throws(TransformerError) {
        self.kind = kind
        if kind == .shortConvolution {
            taps = try reader.integer("shortconv.l_cache", in: 2...64)
            (channels, mixedDimension, projectedDimension) = (modelDimension, modelDimension, 3 * modelDimension)
            (headCount, groupCount, stateSize) = (0, 0, 0)
            return
        }
        taps = try reader.integer("ssm.conv_kernel", in: 2...64)
        headCount = try reader.integer("ssm.time_step_rank", in: 1...4096)
        groupCount = try reader.integer("ssm.group_count", in: 1...4096)
        stateSize = try reader.integer("ssm.state_size", in: 8...512)
        let inner = try reader.integer("ssm.inner_size", in: 1...262_144)
        guard headCount.isMultiple(of: groupCount), inner.isMultiple(of: headCount), stateSize.isMultiple(of: 8) else {
            throw reader.invalid(
                "\(headCount) heads of a state in \(groupCount) groups, \(stateSize) each, do not make \(inner)")
        }
        mixedDimension = inner
        channels = inner + 2 * groupCount * stateSize
        switch kind {
        case .deltaRule:
            guard inner == headCount * stateSize else {
                throw reader.invalid("values of \(inner / headCount) for keys of \(stateSize) are not supported")
            }
            projectedDimension = inner + channels + 2 * headCount
        case .stateSpace, .shortConvolution:
            projectedDimension = inner + channels + headCount
        }
    }

    /// What `layers` of them keep of a sequence.
    func shape(layers: Int) -> RecurrentState.Shape {
        let perHead = headCount == 0 ? 0 : mixedDimension / headCount
        return RecurrentState.Shape(
            layers: layers, channels: channels, taps: taps, stateSize: headCount * perHead * stateSize)
    }
}
