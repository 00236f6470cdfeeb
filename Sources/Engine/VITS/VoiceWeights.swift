internal import Glibc
internal import Kernels

/// The weights of a VITS voice with one speaker, as Piper exports it.
struct VoiceWeights: Sendable {
    /// A layer of the text encoder.
    struct EncoderLayer: Sendable {
        var query: DenseConvolution
        var key: DenseConvolution
        var value: DenseConvolution
        var output: DenseConvolution
        /// (2 · window + 1, head size) each.
        var keyOffsets: FloatVector
        var valueOffsets: FloatVector
        var attentionNorm: Norm
        var inner: DenseConvolution
        var outer: DenseConvolution
        var feedForwardNorm: Norm
    }

    /// Dilated convolutions of each channel, with mixing in between.
    struct DepthwiseStack: Sendable {
        var depthwise: [DepthwiseConvolution]
        var depthwiseNorms: [Norm]
        var pointwise: [DenseConvolution]
        var pointwiseNorms: [Norm]
    }

    /// A step of the durations' flow: a spline whose knots depend on the text and on the other of the two channels.
    struct SplineFlow: Sendable {
        /// (width) each: one channel becomes `width`.
        var scale: [Float]
        var shift: [Float]
        var stack: DepthwiseStack
        var projection: DenseConvolution
    }

    struct DurationPredictor: Sendable {
        var start: DenseConvolution
        var stack: DepthwiseStack
        var projection: DenseConvolution
        /// In the order in which they run backwards.
        var flows: [SplineFlow]
        /// What the first of the two channels is at the end: (x - mean) · factor.
        var mean: Float
        var factor: Float
    }

    /// A step of the flow of latents: half of the channels change the other half.
    struct Coupling: Sendable {
        struct Layer: Sendable {
            /// 2 · width outputs: what is let through, and how much of it.
            var gated: DenseConvolution
            /// `nil` in the last layer.
            var residual: DenseConvolution?
            var skip: DenseConvolution
        }

        /// The half that is read is the second one, and the first changes.
        var readsSecondHalf: Bool
        var start: DenseConvolution
        var layers: [Layer]
        /// What is added to the other half.
        var end: DenseConvolution
    }

    /// Steps of convolutions, each of which adds to its input.
    struct ResidualBlock: Sendable {
        var steps: [[DenseConvolution]]
        var reach: Int { steps.reduce(0) { $0 + $1.reduce(0) { $0 + $1.reach } } }
    }

    struct DecoderStage: Sendable {
        var upsampling: Upsampling
        var blocks: [ResidualBlock]
        var reach: Int { blocks.map(\.reach).max() ?? 0 }
    }

    var width: Int
    var heads: Int
    var symbolCount: Int
    /// (symbols, width)
    var embedding: [Float]
    var encoder: [EncoderLayer]
    /// Mean and logarithm of the deviation of each latent.
    var statistics: DenseConvolution
    var durations: DurationPredictor
    /// In the order in which they run backwards.
    var couplings: [Coupling]
    var decoderStart: DenseConvolution
    var stages: [DecoderStage]
    var decoderEnd: DenseConvolution

    /// Samples of sound for one frame of latents.
    var samplesPerFrame: Int { stages.reduce(1) { $0 * $1.upsampling.stride } }

    static let splineBins = 10
}

extension VoiceWeights {
    /// - Throws: `unsupported` for any other graph, with what is different.
    init(_ file: ONNXFile, type: WeightType, pool: WorkerPool) throws(VITSError) {
        let graph = VoiceGraph(file, type: type, pool: pool)
        let refuse = { (reason: String) in VITSError(.unsupported, file.path, reason) }
        guard !file.nodes.isEmpty, file.inputs.contains("input"), file.inputs.contains("scales") else {
            throw VITSError(.foreign, file.path, "its graph takes no phonemes")
        }
        guard !file.inputs.contains("sid") else { throw refuse("it has several speakers; choose a voice with one") }
        guard let gather = file.nodes.first(where: { $0.operation == "Gather" && $0.inputs.last == "input" }),
            let name = gather.inputs.first, let table = file.tensors[name], table.dimensions.count == 2,
            1...4096 ~= table.dimensions[0], 1...4096 ~= table.dimensions[1]
        else { throw refuse("it has no table of phonemes") }
        (symbolCount, width) = (table.dimensions[0], table.dimensions[1])
        embedding = try file.floats(name, table.dimensions)
        let width = width
        let root = Float(width).squareRoot()
        embedding = embedding.map { $0 * root }

        (encoder, heads) = try Self.encoder(graph, width)
        guard !encoder.isEmpty else { throw refuse("it has no text encoder") }
        statistics = try graph.dense("enc_p.proj", outputs: 2 * width, inputs: width, taps: 1)
        durations = try Self.durations(graph, width)
        couplings = try Self.couplings(graph, width)

        decoderStart = try graph.dense("dec.conv_pre", inputs: width)
        (stages, decoderEnd) = try Self.decoder(graph, inputs: decoderStart.weights.rows)
        guard !stages.isEmpty, samplesPerFrame <= 1 << 12 else { throw refuse("it has no decoder") }
        guard convolutionCount == graph.convolutionCount else {
            throw refuse("its graph has \(graph.convolutionCount) convolutions, \(convolutionCount) are known")
        }
    }

    private static func encoder(
        _ graph: VoiceGraph, _ width: Int
    ) throws(VITSError) -> (layers: [EncoderLayer], heads: Int) {
        var layers: [EncoderLayer] = []
        var heads = 1
        while layers.count < 64, graph.has("enc_p.encoder.attn_layers.\(layers.count).conv_q") {
            let (index, root) = (layers.count, "enc_p.encoder")
            let attention = "\(root).attn_layers.\(index)"
            let offsets = graph.file.tensors["\(attention).emb_rel_k"]?.dimensions ?? []
            guard offsets.count == 3, offsets[0] == 1, offsets[1] % 2 == 1, 1...64 ~= offsets[1], offsets[2] > 0,
                width.isMultiple(of: offsets[2]), index == 0 || heads == width / offsets[2]
            else { throw VITSError(.unsupported, graph.file.path, "its attention knows no distances") }
            heads = width / offsets[2]
            let square = { (name: String) throws(VITSError) in
                try graph.dense("\(attention).\(name)", outputs: width, inputs: width, taps: 1)
            }
            let inner = try graph.dense("\(root).ffn_layers.\(index).conv_1", inputs: width)
            layers.append(
                EncoderLayer(
                    query: try square("conv_q"), key: try square("conv_k"), value: try square("conv_v"),
                    output: try square("conv_o"),
                    keyOffsets: FloatVector(try graph.file.floats("\(attention).emb_rel_k", offsets)),
                    valueOffsets: FloatVector(try graph.file.floats("\(attention).emb_rel_v", offsets)),
                    attentionNorm: try graph.norm("\(root).norm_layers_1.\(index)", width: width), inner: inner,
                    outer: try graph.dense(
                        "\(root).ffn_layers.\(index).conv_2", outputs: width, inputs: inner.weights.rows),
                    feedForwardNorm: try graph.norm("\(root).norm_layers_2.\(index)", width: width)))
        }
        return (layers, heads)
    }

    private static func stack(_ graph: VoiceGraph, _ name: String, _ width: Int) throws(VITSError) -> DepthwiseStack {
        var stack = DepthwiseStack(depthwise: [], depthwiseNorms: [], pointwise: [], pointwiseNorms: [])
        for index in 0..<3 {
            stack.depthwise.append(try graph.depthwise("\(name).convs_sep.\(index)", channels: width))
            stack.depthwiseNorms.append(try graph.norm("\(name).norms_1.\(index)", width: width))
            stack.pointwise.append(
                try graph.dense("\(name).convs_1x1.\(index)", outputs: width, inputs: width, taps: 1))
            stack.pointwiseNorms.append(try graph.norm("\(name).norms_2.\(index)", width: width))
        }
        return stack
    }

    private static func durations(_ graph: VoiceGraph, _ width: Int) throws(VITSError) -> DurationPredictor {
        let file = graph.file
        var flows: [SplineFlow] = []
        for index in [7, 5, 3] {
            let name = "dp.flows.\(index)"
            let start = try graph.convolution("\(name).pre")
            guard start.dimensions == [width, 1, 1], let bias = start.bias else {
                throw VITSError(.unsupported, file.path, "\(name).pre has the shape \(start.dimensions)")
            }
            // Widths and heights are divided by the root of the width before they become shares.
            let root = 1 / Float(width).squareRoot()
            flows.append(
                SplineFlow(
                    scale: try file.floats(start.weight, start.dimensions), shift: try file.floats(bias, [width]),
                    stack: try stack(graph, "\(name).convs", width),
                    projection: try graph.dense(
                        "\(name).proj", outputs: 3 * splineBins - 1, inputs: width, taps: 1
                    ) { values, bias in
                        for row in 0..<2 * splineBins {
                            for column in 0..<width { values[row * width + column] *= root }
                            bias[row] *= root
                        }
                    }))
        }
        // Exporters compute e^-logs beforehand.
        let folded = "/dp/flows.0/Exp_output_0"
        let factor =
            file.tensors[folded] != nil
            ? try file.floats(folded, [2, 1])[0] : expf(-(try file.floats("dp.flows.0.logs", [2, 1])[0]))
        return DurationPredictor(
            start: try graph.dense("dp.pre", outputs: width, inputs: width, taps: 1),
            stack: try stack(graph, "dp.convs", width),
            projection: try graph.dense("dp.proj", outputs: width, inputs: width, taps: 1), flows: flows,
            mean: try file.floats("dp.flows.0.m", [2, 1])[0], factor: factor)
    }

    private static func couplings(_ graph: VoiceGraph, _ width: Int) throws(VITSError) -> [Coupling] {
        guard width.isMultiple(of: 2) else {
            throw VITSError(.unsupported, graph.file.path, "it has an odd number of latents")
        }
        let half = width / 2
        var couplings: [Coupling] = []
        // Before each step the channels are turned round: instead, the weights of every other step are.
        for (position, index) in [6, 4, 2, 0].enumerated() {
            let name = "flow.flows.\(index)"
            let isTurned = position % 2 == 0
            let start = try graph.dense("\(name).pre", inputs: half, taps: 1) { values, _ in
                if isTurned { reverseRows(&values, length: half) }
            }
            let hidden = start.weights.rows
            var layers: [Coupling.Layer] = []
            while layers.count < 32, graph.has("\(name).enc.in_layers.\(layers.count)") {
                let layer = layers.count
                let isLast = !graph.has("\(name).enc.in_layers.\(layer + 1)")
                let both = "\(name).enc.res_skip_layers.\(layer)"
                layers.append(
                    Coupling.Layer(
                        gated: try graph.dense(
                            "\(name).enc.in_layers.\(layer)", outputs: 2 * hidden, inputs: hidden, isHeavy: true),
                        residual: isLast ? nil : try graph.part(both, of: 2 * hidden, 0..<hidden, inputs: hidden),
                        skip: isLast
                            ? try graph.dense(both, outputs: hidden, inputs: hidden, taps: 1)
                            : try graph.part(both, of: 2 * hidden, hidden..<2 * hidden, inputs: hidden)))
            }
            guard !layers.isEmpty else { throw VITSError(.unsupported, graph.file.path, "its flow has no layers") }
            let end = try graph.dense("\(name).post", outputs: half, inputs: hidden, taps: 1) { values, bias in
                values = values.map { -$0 }
                bias = bias.map { -$0 }
                guard isTurned else { return }
                bias.reverse()
                values.reverse()
                reverseRows(&values, length: hidden)
            }
            couplings.append(Coupling(readsSecondHalf: isTurned, start: start, layers: layers, end: end))
        }
        return couplings
    }

    private static func reverseRows(_ values: inout [Float], length: Int) {
        for start in stride(from: 0, to: values.count, by: length) { values[start..<start + length].reverse() }
    }

    private static func decoder(
        _ graph: VoiceGraph, inputs: Int
    ) throws(VITSError) -> (stages: [DecoderStage], end: DenseConvolution) {
        var (ups, blocks) = (0, 0)
        while ups < 8, graph.has("dec.ups.\(ups)") { ups += 1 }
        while blocks < 64, graph.has("dec.resblocks.\(blocks).convs.0") || graph.has("dec.resblocks.\(blocks).convs1.0")
        { blocks += 1 }
        guard ups > 0, blocks > 0, blocks.isMultiple(of: ups) else {
            throw VITSError(.unsupported, graph.file.path, "its decoder has \(blocks) blocks for \(ups) stages")
        }
        let perStage = blocks / ups
        // The mean over a stage's blocks is taken where their sum is read next: leaky ReLU does not mind.
        let mean = 1 / Float(perStage)
        var (stages, channels): ([DecoderStage], Int) = ([], inputs)
        for stage in 0..<ups {
            let upsampling = try graph.upsampling("dec.ups.\(stage)", inputs: channels, scale: stage == 0 ? 1 : mean)
            channels = upsampling.outputs
            var list: [ResidualBlock] = []
            for block in stage * perStage..<(stage + 1) * perStage {
                let isLast = stage == ups - 1
                // What the last stage rounds is heard where the voice is quiet.
                list.append(
                    ResidualBlock(steps: try steps(graph, "dec.resblocks.\(block)", channels, isHeavy: !isLast)))
            }
            stages.append(DecoderStage(upsampling: upsampling, blocks: list))
        }
        let end = try graph.dense("dec.conv_post", outputs: 1, inputs: channels, hasBias: false) { values, _ in
            values = values.map { $0 * mean }
        }
        return (stages, end)
    }

    private static func steps(
        _ graph: VoiceGraph, _ name: String, _ channels: Int, isHeavy: Bool
    ) throws(VITSError) -> [[DenseConvolution]] {
        var steps: [[DenseConvolution]] = []
        let kinds = graph.has("\(name).convs.0") ? ["convs"] : ["convs1", "convs2"]
        while steps.count < 16, graph.has("\(name).\(kinds[0]).\(steps.count)") {
            var step: [DenseConvolution] = []
            for kind in kinds {
                step.append(
                    try graph.dense(
                        "\(name).\(kind).\(steps.count)", outputs: channels, inputs: channels, isHeavy: isHeavy))
            }
            steps.append(step)
        }
        return steps
    }

    /// Convolutions of the file that became weights.
    private var convolutionCount: Int {
        let stack = 6
        return encoder.count * 6 + 1 + 2 + stack + durations.flows.count * (2 + stack)
            + couplings.reduce(0) { $0 + 2 + $1.layers.count * 2 } + 2
            + stages.reduce(0) { $0 + 1 + $1.blocks.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.count } } }
    }
}
