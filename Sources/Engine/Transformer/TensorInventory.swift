internal import GGUF

/// The tensors that a model consists of. What a file holds beyond them is not computed with, so that its answers would be
/// others than its makers': that is an error before anything is loaded.
struct TensorInventory {
    /// All that may be there; what is missing, its loading finds.
    let names: Set<String>

    init(_ config: ModelConfig) {
        let family = config.architecture
        var common = ["attn_norm", family.feedForwardNorm].map { $0 + ".weight" }
        let plain = ["ffn_gate", "ffn_up", "ffn_down"].map { $0 + ".weight" }
        let experts = config.experts.map { Self.experts($0, family) } ?? []
        if family.hasPostNorms { common += ["post_attention_norm.weight", "post_ffw_norm.weight"] }
        var attention = ["attn_q", "attn_k", "attn_v", "attn_output"].map { $0 + ".weight" }
        if family.hasHeadNorm { attention += ["attn_q_norm.weight", "attn_k_norm.weight"] }
        if family.hasAttentionBias { attention += ["attn_q.bias", "attn_k.bias", "attn_v.bias"] }
        let recurrence = config.recurrence.map { RecurrenceTensors($0).all } ?? []
        var names: Set = ["token_embd.weight", "output.weight", "\(family.outputNorm).weight", "rope_freqs.weight"]
        if case .long = config.rotations[0].scaling {
            names.formUnion(["rope_factors_short.weight", "rope_factors_long.weight"])
        }
        for (index, plan) in config.layers.enumerated() {
            let parts = common + (config.hasExperts(index) ? experts : plain) + (plan.attends ? attention : recurrence)
            names.formUnion(parts.map { "blk.\(index).\($0)" })
        }
        self.names = names
    }

    private static func experts(_ config: ExpertConfig, _ family: Architecture) -> [String] {
        var parts = ["gate_inp", "gate_exps", "up_exps", "down_exps"]
        if config.sharedWidth > 0 { parts += ["gate_shexp", "up_shexp", "down_shexp"] }
        return parts.map { "ffn_\($0).weight" } + (family.experts?.hasBias == true ? ["exp_probs_b.bias"] : [])
    }

    /// - Throws: `invalidTensor` with the name of the first tensor that nothing asks for.
    func check(_ file: GGUFFile, _ config: ModelConfig) throws(TransformerError) {
        let extra = file.tensorsInOrder.filter {
            !names.contains($0.name) && !Self.isUnused($0.name, config)
        }
        guard let first = extra.first else { return }
        let name = first.name.quoted()
        let others = extra.count == 1 ? "" : ", nor \(extra.count - 1) others"
        let reason: String
        if let index = Self.block(of: first.name), index >= config.layerCount {
            reason =
                "has the tensor \(name)\(extra.count == 1 ? "" : " and \(extra.count - 1) others"), but its metadata tell of "
                + "\(config.layerCount) blocks only. Fetch the model again or use another."
        } else {
            reason =
                "\(config.architecture.name) models have no tensor \(name)\(others); without it the model would answer as "
                + "another. Use a model that this program knows in full."
        }
        throw TransformerError(.invalidTensor, "\(file.path): \(reason)")
    }

    /// Whether a tensor is of a block that is not computed with.
    static func isUnused(_ name: String, _ config: ModelConfig) -> Bool {
        !config.unusedBlocks.isEmpty && block(of: name).map(config.unusedBlocks.contains) == true
    }

    /// The number behind `blk.`
    private static func block(of name: String) -> Int? {
        let parts = name.split(separator: ".")
        return parts.count > 2 && parts[0] == "blk" ? Int(parts[1]) : nil
    }
}
