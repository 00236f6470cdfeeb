import TestSupport
import GGUF
import Kernels

@testable import Transformer

/// A model small enough to compute by hand, with random weights, in two layers.
struct TinyModel {
    let family: Architecture
    /// What the file says the architecture is.
    var name: String
    var vocabulary = 96
    var model = 32
    var hidden = 64
    var layers = 2
    var heads = 4
    var kvHeads = 2
    var contextLength = 1024
    var rotaryBase: Float = 10_000
    var normEpsilon: Float = 1e-5
    var isTied = true
    /// Where the family has windows: their length, every how many layers has none, and θ of the others.
    let window = 12
    let globalInterval = 2
    let localRotaryBase: Float = 1_000
    /// Where layers do not attend: how many columns their filters see. Every other layer, from the second on, is one of them.
    let taps = 8
    /// The same for states: heads, groups that share keys, floats of a state for each element of a head.
    let state = (heads: 8, groups: 2, size: 8)
    /// Width of all heads with a state.
    var inner: Int { state.heads * state.size * (family.recurrence == .stateSpace ? 2 : 1) }
    /// Width of what filters go over.
    var channels: Int { inner + 2 * state.groups * state.size }
    /// Where the family has them.
    let multipliers = (embedding: Float(3), residual: Float(0.5), attention: Float(0.25), logitDivisor: Float(4))
    /// F32 tensors by name, fastest-running dimension first.
    private(set) var tensors: [(name: String, dimensions: [Int], values: [Float])] = []

    var head: Int { model / heads }

    init(_ family: Architecture = .llama, isTied: Bool = true, seed: UInt64 = 1) {
        self.family = family
        name = family.name
        self.isTied = isTied
        if let interval = family.unrotatedLayerInterval { layers = interval }
        var generator = SplitMix64(seed: seed)
        func add(_ name: String, _ dimensions: [Int], around center: Float = 0, spread: Float) {
            let values = (0..<dimensions.reduce(1, *)).map { _ in
                center + spread * Float(2 * generator.unit() - 1)
            }
            tensors.append((name, dimensions, values))
        }
        add("token_embd.weight", [model, vocabulary], spread: 1)
        for layer in 0..<layers {
            let block = "blk.\(layer)."
            add(block + "attn_norm.weight", [model], around: 1, spread: 0.3)
            if let recurrence = family.recurrence, !attends(layer) {
                addRecurrence(recurrence, block) { add($0, $1, around: $2, spread: $3) }
            } else {
                add(
                    block + "attn_q.weight", [model, heads * head * (family.hasGatedAttention ? 2 : 1)], spread: 0.4)
                add(block + "attn_k.weight", [model, kvHeads * head], spread: 0.4)
                add(block + "attn_v.weight", [model, kvHeads * head], spread: 0.4)
                add(block + "attn_output.weight", [heads * head, model], spread: 0.4)
                if family.hasAttentionBias {
                    add(block + "attn_q.bias", [heads * head], spread: 0.5)
                    add(block + "attn_k.bias", [kvHeads * head], spread: 0.5)
                    add(block + "attn_v.bias", [kvHeads * head], spread: 0.5)
                }
                if family.hasHeadNorm {
                    add(block + "attn_q_norm.weight", [head], around: 1, spread: 0.3)
                    add(block + "attn_k_norm.weight", [head], around: 1, spread: 0.3)
                }
            }
            add(block + family.feedForwardNorm + ".weight", [model], around: 1, spread: 0.3)
            if hasExperts(layer) {
                add(block + "ffn_gate_inp.weight", [model, experts.count], spread: 0.4)
                if family.experts?.hasBias == true { add(block + "exp_probs_b.bias", [experts.count], spread: 0.1) }
                add(block + "ffn_gate_exps.weight", [model, expertWidth, experts.count], spread: 0.4)
                add(block + "ffn_up_exps.weight", [model, expertWidth, experts.count], spread: 0.4)
                add(block + "ffn_down_exps.weight", [expertWidth, model, experts.count], spread: 0.4)
            }
            for (ending, width) in plainWidths(layer) {
                add(block + "ffn_gate\(ending).weight", [model, width], spread: 0.4)
                add(block + "ffn_up\(ending).weight", [model, width], spread: 0.4)
                add(block + "ffn_down\(ending).weight", [width, model], spread: 0.4)
            }
            if family.hasPostNorms {
                add(block + "post_attention_norm.weight", [model], around: 1, spread: 0.3)
                add(block + "post_ffw_norm.weight", [model], around: 1, spread: 0.3)
            }
        }
        add(family.outputNorm + ".weight", [model], around: 1, spread: 0.3)
        if !isTied { add("output.weight", [model, vocabulary], spread: 1) }
    }

    /// Where the family cannot do without: how many, how many of them a token is given to.
    let experts = (count: 6, used: 2)
    var expertWidth: Int { family.experts?.hasPlainWidth == true ? hidden : 32 }

    /// In a family with a bias for the choice the first layer is a plain one.
    func hasExperts(_ layer: Int) -> Bool {
        family.experts?.isRequired == true && !(family.experts?.hasBias == true && layer == 0)
    }

    /// Endings and widths of the feed-forward layers that every token is given to.
    func plainWidths(_ layer: Int) -> [(ending: String, width: Int)] {
        if !hasExperts(layer) { return [("", hidden)] }
        return family.experts?.hasPlainWidth == true ? [("_shexp", 32)] : []
    }

    func attends(_ layer: Int) -> Bool { family.recurrence == nil || layer.isMultiple(of: 2) }

    /// The tensors of a layer that does not attend.
    private func addRecurrence(
        _ recurrence: Architecture.Recurrence, _ block: String,
        _ add: (_ name: String, _ dimensions: [Int], _ center: Float, _ spread: Float) -> Void
    ) {
        switch recurrence {
        case .shortConvolution:
            add(block + "shortconv.in_proj.weight", [model, 3 * model], 0, 0.4)
            add(block + "shortconv.conv.weight", [taps, model], 0, 0.5)
            add(block + "shortconv.out_proj.weight", [model, model], 0, 0.4)
        case .deltaRule:
            add(block + "attn_qkv.weight", [model, channels], 0, 0.4)
            add(block + "attn_gate.weight", [model, inner], 0, 0.4)
            add(block + "ssm_beta.weight", [model, state.heads], 0, 0.4)
            add(block + "ssm_alpha.weight", [model, state.heads], 0, 0.4)
            add(block + "ssm_conv1d.weight", [taps, channels], 0, 0.5)
            add(block + "ssm_a", [state.heads], -1, 0.5)
            add(block + "ssm_dt.bias", [state.heads], 0, 0.5)
            add(block + "ssm_norm.weight", [state.size], 1, 0.3)
            add(block + "ssm_out.weight", [inner, model], 0, 0.4)
        case .stateSpace:
            add(block + "ssm_in.weight", [model, inner + channels + state.heads], 0, 0.4)
            add(block + "ssm_conv1d.weight", [taps, channels], 0, 0.5)
            add(block + "ssm_conv1d.bias", [channels], 0, 0.5)
            add(block + "ssm_a", [1, state.heads], -1, 0.5)
            add(block + "ssm_d", [1, state.heads], 1, 0.5)
            add(block + "ssm_dt.bias", [state.heads], 0, 0.5)
            add(block + "ssm_norm.weight", [inner / state.groups, state.groups], 1, 0.3)
            add(block + "ssm_out.weight", [inner, model], 0, 0.4)
        }
    }

    /// The values of a tensor, row-major.
    func values(_ name: String) -> [Float] {
        tensors.first { $0.name == name }?.values ?? []
    }

    /// The model as a file, F32 or matrices as Q8_0.
    func builder(quantised: Bool = false) -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.metadata = [
            ("general.architecture", .string(name)),
            ("\(name).block_count", .uint32(UInt32(layers))),
            ("\(name).context_length", .uint32(UInt32(contextLength))),
            ("\(name).embedding_length", .uint32(UInt32(model))),
            ("\(name).feed_forward_length", .uint32(UInt32(hidden))),
            ("\(name).attention.head_count", .uint32(UInt32(heads))),
            ("\(name).attention.head_count_kv", keyValueHeads),
            ("\(name).attention.layer_norm_rms_epsilon", .float32(normEpsilon)),
            ("\(name).rope.freq_base", .float32(rotaryBase)),
            ("\(name).vocab_size", .uint32(UInt32(vocabulary))),
        ]
        builder.metadata += familyMetadata
        builder.tensors = tensors.filter { isPresent($0.name) }.map { tensor in
            let isQuantised = quantised && tensor.dimensions.count > 1 && tensor.dimensions[0].isMultiple(of: model)
            return GGUFBuilder.Tensor(
                name: tensor.name, dimensions: tensor.dimensions.map(UInt64.init), type: isQuantised ? 8 : 0,
                bytes: isQuantised ? Self.q8_0(tensor.values) : Self.f32(tensor.values))
        }
        return builder
    }

    private var keyValueHeads: GGUFBuilder.Value {
        family.recurrence == nil || family.attentionInterval != nil
            ? .uint32(UInt32(kvHeads)) : .int32s((0..<layers).map { attends($0) ? Int32(kvHeads) : 0 })
    }

    /// Whether a tensor is of one of the `layers`, or of none in particular.
    private func isPresent(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count > 1, parts[0] == "blk", let block = Int(parts[1]) else { return true }
        return block < layers
    }

    private var familyMetadata: [(key: String, value: GGUFBuilder.Value)] {
        var values: [(key: String, value: GGUFBuilder.Value)] = []
        if family.globalLayerInterval != nil {
            values.append(("\(name).attention.sliding_window", .uint32(UInt32(window))))
            values.append(("\(name).attention.sliding_window_pattern", .uint32(UInt32(globalInterval))))
            values.append(("\(name).rope.freq_base_swa", .float32(localRotaryBase)))
        }
        switch family.recurrence {
        case nil: break
        case .shortConvolution: values.append(("\(name).shortconv.l_cache", .uint32(UInt32(taps))))
        case .deltaRule, .stateSpace:
            values.append(("\(name).ssm.conv_kernel", .uint32(UInt32(taps))))
            values.append(("\(name).ssm.inner_size", .uint32(UInt32(inner))))
            values.append(("\(name).ssm.state_size", .uint32(UInt32(state.size))))
            values.append(("\(name).ssm.time_step_rank", .uint32(UInt32(state.heads))))
            values.append(("\(name).ssm.group_count", .uint32(UInt32(state.groups))))
        }
        if family.experts?.isRequired == true {
            values.append(("\(name).expert_count", .uint32(UInt32(experts.count))))
            values.append(("\(name).expert_used_count", .uint32(UInt32(experts.used))))
            values.append(("\(name).expert_feed_forward_length", .uint32(32)))
            if family.experts?.hasPlainWidth == true {
                values.append(("\(name).expert_shared_feed_forward_length", .uint32(32)))
            }
            if family.experts?.hasBias == true { values.append(("\(name).leading_dense_block_count", .uint32(1))) }
        }
        if family.attentionInterval != nil {
            let recurrent: [UInt8] = (0..<layers).map { attends($0) ? 0 : 1 }
            values.append(
                (
                    "\(name).attention.recurrent_layers",
                    .array(type: 7, count: UInt64(layers), payload: recurrent)
                ))
        }
        if family.hasMultipliers {
            values.append(("\(name).embedding_scale", .float32(multipliers.embedding)))
            values.append(("\(name).residual_scale", .float32(multipliers.residual)))
            values.append(("\(name).attention.scale", .float32(multipliers.attention)))
            values.append(("\(name).logit_scale", .float32(multipliers.logitDivisor)))
        }
        return values
    }

    func weights(quantised: Bool = false, pool: WorkerPool) throws -> ModelWeights {
        try ModelWeights(GGUFFile(bytes: builder(quantised: quantised).build(), name: "tiny.gguf"), pool: pool)
    }

    static func f32(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }

    /// Blocks of 32: an F16 scale, then 32 signed bytes.
    static func q8_0(_ values: [Float]) -> [UInt8] {
        stride(from: 0, to: values.count, by: 32).flatMap { start -> [UInt8] in
            let block = values[start..<start + 32]
            let scale = Float16((block.map(abs).max() ?? 0) / 127)
            let bits = scale.bitPattern
            let numbers = block.map { UInt8(bitPattern: Int8((scale == 0 ? 0 : $0 / Float(scale)).rounded())) }
            return [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)] + numbers
        }
    }
}
