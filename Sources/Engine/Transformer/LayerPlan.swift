/// How tokens are mixed in one layer. Immutable.
public struct LayerPlan: Sendable, Hashable {
    /// Whether it attends; else it does what its family does instead (``Architecture/recurrence``).
    public let attends: Bool
    /// Its number among the layers that attend, or among those that do not.
    public let ordinal: Int
    /// How many positions back a token sees, its own included; `nil` for all.
    public let window: Int?
    /// Which of the model's rotations Q and K go through; `nil` for none.
    public let rotation: Int?
}

extension ModelConfig {
    /// Plans of all layers, and the rotations they name.
    ///
    /// - Parameter attending: whether each layer attends.
    static func plans(
        _ reader: ConfigReader, attending: [Bool], rotation: RotaryConfig
    ) throws(TransformerError) -> (layers: [LayerPlan], rotations: [RotaryConfig]) {
        let family = reader.architecture
        // A switch of Granite's: its hybrid models, and some of their dense ones, know positions without RoPE.
        let switchedOn = try reader.flag("rope.scaling.finetuned") ?? true
        let isRotated = switchedOn || !family.hasMultipliers
        let everyUnrotated = family.unrotatedLayerInterval ?? .max
        let window = try reader.integer("attention.sliding_window", in: 0...16_777_216, default: 0)
        guard let interval = family.globalLayerInterval, window > 0 else {
            let layers = numbered(attending) { number in
                (
                    window: family.hasOneWindow && window > 0 ? window : nil,
                    rotation: isRotated && !number.isMultiple(of: everyUnrotated) ? 0 : nil
                )
            }
            return (layers, [rotation])
        }
        let everyGlobal = try reader.integer("attention.sliding_window_pattern", in: 1...1024, default: interval)
        // Windows are short: theirs is a rotation of its own, never stretched.
        let local = RotaryConfig(
            dimension: rotation.dimension,
            base: try reader.number("rope.freq_base_swa", in: 1...1e12, default: 10_000),
            scaling: .linear(factor: 1), magnitude: 1)
        let layers = numbered(attending) { number in
            let isGlobal = number.isMultiple(of: everyGlobal)
            return (window: isGlobal ? nil : window, rotation: isGlobal ? 0 : 1)
        }
        return (layers, [rotation, local])
    }

    /// - Parameter sight: what the layer of a number, from 1 on, sees and turns by if it attends.
    private static func numbered(
        _ attending: [Bool], _ sight: (_ number: Int) -> (window: Int?, rotation: Int?)
    ) -> [LayerPlan] {
        var counts = (attending: 0, others: 0)
        return attending.enumerated().map { index, attends in
            defer { if attends { counts.attending += 1 } else { counts.others += 1 } }
            guard attends else { return LayerPlan(attends: false, ordinal: counts.others, window: nil, rotation: nil) }
            let (window, rotation) = sight(index + 1)
            return LayerPlan(attends: true, ordinal: counts.attending, window: window, rotation: rotation)
        }
    }
}
