/// The sizes of feed-forward layers with experts. Immutable.
public struct ExpertConfig: Sendable, Hashable {
    /// Experts of a layer.
    public let count: Int
    /// Those that a token is given to.
    public let used: Int
    /// Width of each.
    public let width: Int
    /// Width of one that every token is given to; 0 for none.
    public let sharedWidth: Int
    /// Layers at the beginning that have a plain feed-forward layer instead.
    public let leadingPlainLayers: Int

    /// Reads it from the metadata; `nil` where a file of a family that may have experts has none.
    init?(
        _ style: Architecture.Experts, _ reader: ConfigReader, layerCount: Int, feedForwardDimension: Int
    ) throws(TransformerError) {
        let count = try reader.integer("expert_count", in: 0...1024, default: style.isRequired ? nil : 0)
        guard count > 0 || style.isRequired else { return nil }
        guard count > 0 else { throw reader.invalid("has no experts") }
        self.count = count
        used = try reader.integer("expert_used_count", in: 1...min(count, 64))
        let widths = try reader.perLayer("expert_feed_forward_length", count: layerCount, in: 0...1_048_576) ?? []
        guard widths.allSatisfy({ $0 == widths[0] }) else {
            throw reader.invalid("layers with experts of different widths are not supported")
        }
        let plain = style.hasPlainWidth ? feedForwardDimension : feedForwardDimension / used
        width = style.hasPlainWidth || widths.isEmpty || widths[0] == 0 ? plain : widths[0]
        guard width > 0 else { throw reader.invalid("experts of \(feedForwardDimension) / \(used) are not supported") }
        sharedWidth =
            style.hasPlainWidth
            ? try reader.integer("expert_shared_feed_forward_length", in: 0...1_048_576, default: 0) : 0
        leadingPlainLayers =
            style.hasBias ? try reader.integer("leading_dense_block_count", in: 0...layerCount, default: 0) : 0
        let scale = try reader.number("expert_weights_scale", in: 0...1e4, default: 1)
        guard scale == 0 || scale == 1 else {
            throw reader.invalid("shares of experts scaled by \(scale) (expert_weights_scale) are not supported")
        }
        // llama.cpp's numbers: 1 is softmax, 2 is sigmoid.
        let usual = style.gating == .softmax ? 1 : 2
        let gating = try reader.integer("expert_gating_func", in: 0...16, default: usual)
        guard gating == usual || gating == 0 else {
            throw reader.invalid("experts chosen by the function \(gating) (expert_gating_func) are not supported")
        }
    }
}
