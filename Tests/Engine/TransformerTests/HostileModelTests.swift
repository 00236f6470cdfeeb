import Foundation
import TestSupport
import GGUF
import Kernels
import Testing

@testable import Transformer

/// Files that are sound GGUF, but no sound model.
@Suite("Models that cannot be used")
struct HostileModelTests {
    private let pool: WorkerPool

    init() throws {
        pool = try WorkerPool(threads: 1)
    }

    private func code(of builder: GGUFBuilder) throws -> TransformerError.Code? {
        do {
            _ = try ModelWeights(GGUFFile(bytes: builder.build(), name: "hostile.gguf"), pool: pool)
            return nil
        } catch let error as TransformerError {
            #expect(error.description.hasPrefix("hostile.gguf: ") && !error.description.contains("\n"))
            return error.code
        }
    }

    @Test("the tiny model itself is sound")
    func sound() throws {
        #expect(try code(of: TinyModel().builder()) == nil)
        #expect(try code(of: TinyModel(isTied: false).builder(quantised: true)) == nil)
    }

    @Test("other architectures are refused by name")
    func architecture() throws {
        var model = TinyModel()
        model.name = "mamba"
        #expect(try code(of: model.builder()) == .unsupportedArchitecture)
        var builder = TinyModel().builder()
        builder["general.architecture"] = nil
        #expect(try code(of: builder) == .unsupportedArchitecture)
        builder["general.architecture"] = .uint32(3)
        #expect(try code(of: builder) == .invalidConfiguration)
    }

    @Test(
        "hyperparameters out of range, of the wrong type or contradicting each other are refused",
        arguments: [
            ("block_count", .uint32(0)), ("block_count", .uint32(.max)), ("block_count", .string("2")),
            ("embedding_length", .uint32(0)), ("embedding_length", .uint32(33)), ("embedding_length", .uint32(.max)),
            ("feed_forward_length", .uint32(0)), ("attention.head_count", .uint32(0)),
            ("attention.head_count", .uint32(5)), ("attention.head_count_kv", .uint32(3)),
            ("attention.head_count_kv", .uint32(0)), ("attention.key_length", .uint32(12)),
            ("attention.key_length", .uint32(512)), ("attention.value_length", .uint32(.max)),
            ("attention.layer_norm_rms_epsilon", .float32(.nan)),
            ("attention.layer_norm_rms_epsilon", .float32(-1)), ("attention.layer_norm_rms_epsilon", .float32(0)),
            ("rope.freq_base", .float32(0)), ("rope.freq_base", .float32(.infinity)),
            ("rope.dimension_count", .uint32(7)), ("rope.dimension_count", .uint32(10)),
            ("rope.dimension_count", .uint32(0)), ("rope.scaling.type", .string("spiral")),
            ("context_length", .uint32(0)), ("context_length", .uint32(.max)), ("vocab_size", .uint32(95)),
        ] as [(String, GGUFBuilder.Value)])
    func hyperparameters(_ key: String, _ value: GGUFBuilder.Value) throws {
        var builder = TinyModel().builder()
        builder["llama.\(key)"] = value
        if key == "attention.value_length" { builder["llama.attention.key_length"] = .uint32(8) }
        #expect(try code(of: builder) == .invalidConfiguration)
    }

    @Test(
        "the keys of a family alone are checked as all others",
        arguments: [
            (.gemma3, "attention.sliding_window", .uint32(.max)), (.gemma3, "attention.sliding_window", .string("12")),
            (.gemma3, "attention.sliding_window_pattern", .uint32(0)),
            (.gemma3, "attention.sliding_window_pattern", .uint32(.max)),
            (.gemma3, "rope.freq_base_swa", .float32(.nan)), (.gemma3, "rope.freq_base_swa", .float32(0)),
            (.granite, "embedding_scale", .float32(0)), (.granite, "residual_scale", .float32(-1)),
            (.granite, "residual_scale", .float32(.infinity)), (.granite, "attention.scale", .float32(.nan)),
            (.granite, "logit_scale", .float32(0)), (.granite, "rope.scaling.finetuned", .uint32(1)),
            (.lfm2, "shortconv.l_cache", .uint32(1)), (.lfm2, "shortconv.l_cache", .uint32(.max)),
            (.lfm2, "attention.head_count_kv", .int32s([2])), (.lfm2, "attention.head_count_kv", .int32s([0, 0])),
            (.lfm2, "attention.head_count_kv", .int32s([2, 4])), (.lfm2, "attention.head_count_kv", .int32s([-2, 0])),
            (.lfm2, "attention.head_count_kv", .float32s([2, 0])),
            (.qwen35, "full_attention_interval", .uint32(0)), (.qwen35, "ssm.conv_kernel", .uint32(1)),
            (.qwen35, "ssm.conv_kernel", .uint32(.max)), (.qwen35, "ssm.inner_size", .uint32(72)),
            (.qwen35, "ssm.inner_size", .uint32(.max)), (.qwen35, "ssm.state_size", .uint32(12)),
            (.qwen35, "ssm.state_size", .uint32(0)), (.qwen35, "ssm.time_step_rank", .uint32(0)),
            (.qwen35, "ssm.group_count", .uint32(3)), (.qwen35, "ssm.group_count", .uint32(0)),
            (.qwen35, "attention.recurrent_layers", .array(type: 7, count: 1, payload: [0])),
            (.qwen35, "attention.recurrent_layers", .array(type: 7, count: 2, payload: [1, 1])),
            (.qwen35, "attention.recurrent_layers", .int32s([0, 1])), (.qwen35, "nextn_predict_layers", .uint32(2)),
            (.qwen35, "rope.dimension_sections", .int32s([1, 1, 1, 1])),
            (.qwen35, "rope.dimension_sections", .int32s([0, 0, 0, 0])),
            (.qwen35, "rope.dimension_sections", .int32s([-1, 4, 1, 0])),
            (.qwen35, "rope.dimension_sections", .int32s([.max, .max, .max, .max])),
            (.qwen35, "rope.dimension_sections", .int32s([4])),
            (.graniteHybrid, "ssm.inner_size", .uint32(129)), (.graniteHybrid, "ssm.group_count", .uint32(5)),
            (.graniteHybrid, "ssm.state_size", .uint32(9)),
            (.graniteHybrid, "attention.head_count_kv", .int32s([0, 0])),
            (.qwen3MoE, "expert_count", .uint32(0)), (.qwen3MoE, "expert_count", .uint32(.max)),
            (.qwen3MoE, "expert_used_count", .uint32(0)), (.qwen3MoE, "expert_used_count", .uint32(7)),
            (.qwen3MoE, "expert_feed_forward_length", .uint32(.max)),
            (.qwen3MoE, "expert_feed_forward_length", .int32s([32, 64])),
            (.qwen3MoE, "expert_gating_func", .uint32(2)), (.qwen3MoE, "expert_weights_scale", .float32(2)),
            (.qwen3MoE, "expert_weights_scale", .float32(.nan)),
            (.lfm2MoE, "leading_dense_block_count", .uint32(9)), (.lfm2MoE, "expert_gating_func", .uint32(1)),
            (.graniteMoE, "expert_shared_feed_forward_length", .uint32(.max)),
            (.llama, "attention.head_count_kv", .int32s([2, 0])),
            (.llama, "rope.scaling.factor", .float32(0)), (.llama, "rope.scale_linear", .float32(.nan)),
            (.llama, "rope.scaling.attn_factor", .float32(-1)),
            (.llama, "rope.scaling.original_context_length", .uint32(0)),
            (.llama, "rope.scaling.yarn_beta_fast", .float32(0)),
            (.llama, "rope.scaling.yarn_beta_slow", .float32(.nan)),
            (.llama, "rope.scaling.yarn_ext_factor", .float32(0.5)), (.llama, "rope.freq_base", .float32(1)),
        ] as [(Architecture, String, GGUFBuilder.Value)])
    func familyKeys(_ family: Architecture, _ key: String, _ value: GGUFBuilder.Value) throws {
        var builder = TinyModel(family).builder()
        if family == .llama { builder["llama.rope.scaling.type"] = .string("yarn") }
        #expect(try code(of: builder) == nil)
        builder["\(family.name).\(key)"] = value
        #expect(try code(of: builder) == .invalidConfiguration)
    }

    @Test("LongRoPE without its factors is refused")
    func longFactors() throws {
        var builder = TinyModel().builder()
        builder["llama.rope.scaling.type"] = .string("longrope")
        #expect(try code(of: builder) == .invalidTensor)
        for name in ["short", "long"] {
            builder.tensors.append(
                .init(
                    name: "rope_factors_\(name).weight", dimensions: [4], type: 0, bytes: TinyModel.f32([1, 2, 3, 4])))
        }
        #expect(try code(of: builder) == nil)
    }

    @Test(
        "hyperparameters that are needed and missing are refused",
        arguments: [
            "block_count", "embedding_length", "feed_forward_length", "attention.head_count",
            "attention.layer_norm_rms_epsilon", "context_length",
        ])
    func missing(_ key: String) throws {
        var builder = TinyModel().builder()
        builder["llama.\(key)"] = nil
        #expect(try code(of: builder) == .invalidConfiguration)
    }

    @Test("a tokenizer with another number of tokens than the embedding has rows is refused")
    func vocabulary() throws {
        var builder = TinyModel().builder()
        builder["tokenizer.ggml.tokens"] = .strings((0..<95).map(String.init))
        #expect(try code(of: builder) == .invalidConfiguration)
        builder["tokenizer.ggml.tokens"] = .strings((0..<96).map(String.init))
        #expect(try code(of: builder) == nil)
    }

    @Test(
        "every tensor is needed, in its shape and a known type",
        arguments: Architecture.known.flatMap { family in TinyModel(family).tensors.map { (family, $0.name) } })
    func tensors(_ family: Architecture, _ name: String) throws {
        let sound = TinyModel(family).builder()
        let index = try #require(sound.tensors.firstIndex { $0.name == name })

        var missing = sound
        missing.tensors.remove(at: index)
        #expect(try code(of: missing) == .invalidTensor)

        var short = sound
        let side = try #require(short.tensors[index].dimensions.firstIndex { $0 > 4 })
        let columns = Int(short.tensors[index].dimensions[side])
        short.tensors[index].dimensions[side] -= 4
        short.tensors[index].bytes.removeLast(short.tensors[index].bytes.count / columns * 4)
        #expect(try code(of: short) == .invalidTensor)

        var turned = sound
        turned.tensors[index].dimensions = [1] + turned.tensors[index].dimensions
        #expect(try [.invalidTensor, .invalidConfiguration].contains(code(of: turned)))

        var foreign = sound
        foreign.tensors[index].type = 26  // I32, as wide as F32
        #expect(try code(of: foreign) == .invalidTensor)

        var poisoned = sound
        poisoned.tensors[index].bytes.replaceSubrange(0..<4, with: TinyModel.f32([.nan]))
        #expect(try code(of: poisoned) == .invalidTensor)
    }

    private func message(of builder: GGUFBuilder) throws -> String? {
        do {
            _ = try ModelWeights(GGUFFile(bytes: builder.build(), name: "hostile.gguf"), pool: pool)
            return nil
        } catch let error as TransformerError {
            #expect(error.description.hasPrefix("hostile.gguf: ") && !error.description.contains("\n"))
            return error.description
        }
    }

    /// Tensors that other families have, and that nobody has.
    private static let strangeTensors: [(Architecture, String)] = Architecture.known.flatMap { family in
        var names = [
            "blk.0.attn_output.bias", "blk.0.ffn_down.bias", "output.bias", "output_norm.bias",
            "blk.0.ffn_gate_inp.weight",
            "blk.1.attn_sinks.weight", "rope_factors_long.weight", "token_types.weight", "blk.x.attn_q.weight", "a\nb",
        ]
        if !family.hasAttentionBias { names.append("blk.0.attn_q.bias") }
        if !family.hasHeadNorm { names.append("blk.1.attn_k_norm.weight") }
        if !family.hasPostNorms { names.append("blk.1.post_ffw_norm.weight") }
        let own = TinyModel(family).tensors.map(\.name)
        return names.filter { !own.contains($0) }.map { (family, $0) }
    }

    @Test("a tensor that nothing would compute with is an error that names it", arguments: strangeTensors)
    func strangers(_ family: Architecture, _ name: String) throws {
        var builder = TinyModel(family).builder()
        #expect(try message(of: builder) == nil)
        builder.tensors.append(.init(name: name, dimensions: [4], type: 0, bytes: TinyModel.f32([1, 1, 1, 1])))
        let message = try #require(try message(of: builder))
        #expect(message.contains("\"\(name.replacing("\n", with: "\u{FFFD}"))\""), "\(message)")
        #expect(message.contains("\(family.name) models have no tensor"), "\(message)")
        #expect(try code(of: builder) == .invalidTensor)
    }

    @Test("blocks that the metadata do not tell of are an error that names the first", arguments: Architecture.known)
    func blocks(_ family: Architecture) throws {
        var builder = TinyModel(family).builder()
        let layers = TinyModel(family).layers
        var fewer = TinyModel(family)
        fewer.layers = layers - 1
        builder.metadata = fewer.builder().metadata
        let message = try #require(try message(of: builder))
        #expect(
            message.contains("\"blk.\(layers - 1).attn_norm.weight\" and")
                && message.contains("\(layers - 1) blocks only"),
            "\(message)")
    }

    @Test("blocks that guess ahead are passed over")
    func guessingBlocks() throws {
        var model = TinyModel(.qwen35)
        var builder = model.builder()
        model.layers = 1
        builder.metadata = model.builder().metadata
        builder["qwen35.block_count"] = .uint32(2)
        #expect(try code(of: builder) != nil)
        builder["qwen35.nextn_predict_layers"] = .uint32(1)
        builder.tensors.append(
            .init(name: "blk.1.nextn.enorm.weight", dimensions: [4], type: 0, bytes: TinyModel.f32([1, 1, 1, 1])))
        #expect(try code(of: builder) == nil)
        let file = try GGUFFile(bytes: builder.build(), name: "tiny.gguf")
        let weights = try ModelWeights(file, pool: pool)
        #expect(weights.layers.count == 1)
        #expect(ModelFootprint(weights.config, file).bytesPerToken == weights.bytesPerToken)
    }

    @Test("a scale that is NaN or infinite is refused", arguments: [0x7E00, 0x7C00, 0xFC00] as [UInt16])
    func scales(_ bits: UInt16) throws {
        var builder = TinyModel().builder(quantised: true)
        let index = try #require(builder.tensors.firstIndex { $0.name == "blk.1.ffn_up.weight" })
        let last = builder.tensors[index].bytes.count - 34
        builder.tensors[index].bytes[last] = UInt8(truncatingIfNeeded: bits)
        builder.tensors[index].bytes[last + 1] = UInt8(bits >> 8)
        #expect(try code(of: builder) == .invalidTensor)
    }

    @Test("an embedding that stays in the file is looked at as it is read, and a file that was cut is an error")
    func embeddingInFile() throws {
        var builder = TinyModel(isTied: false).builder(quantised: true)
        try withTemporaryFile(builder.build()) { path in
            let session = try self.session(GGUFFile(path: path))
            try session.evaluate(5)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 4096)
            try handle.close()
            let error = #expect(throws: TransformerError.self) { try session.evaluate(5) }
            #expect(error?.code == .invalidTensor && error?.description.contains("was changed") == true)
        }
        let index = try #require(builder.tensors.firstIndex { $0.name == "token_embd.weight" })
        builder.tensors[index].bytes.replaceSubrange(5 * 34..<5 * 34 + 2, with: [0, 0x7C])
        let session = try self.session(GGUFFile(bytes: builder.build(), name: "hostile.gguf"))
        try session.evaluate(4)
        let error = #expect(throws: TransformerError.self) { try session.evaluate(5) }
        #expect(error?.code == .invalidTensor && error?.description.contains("row 5 ") == true)
        #expect(session.tokens == [4])
        try session.evaluate(6)
    }

    private func session(_ file: GGUFFile) throws -> Session {
        try Session(ModelWeights(file, pool: pool), pool: pool, contextLength: 64)
    }

    @Test("factors of RoPE's frequencies must be positive", arguments: [0, -1])
    func rotaryFactors(_ factor: Float) throws {
        var builder = TinyModel().builder()
        builder.tensors.append(
            .init(name: "rope_freqs.weight", dimensions: [4], type: 0, bytes: TinyModel.f32([1, 2, factor, 4])))
        #expect(try code(of: builder) == .invalidTensor)
    }

    @Test("loading stops where its caller says so")
    func stop() throws {
        let file = try GGUFFile(bytes: TinyModel().builder().build(), name: "tiny.gguf")
        var shares: [Double] = []
        #expect {
            _ = try ModelWeights(file, pool: pool) { share in
                shares.append(share)
                return share < 0.5
            }
        } throws: {
            ($0 as? TransformerError)?.code == .cancelled
        }
        #expect(shares.count == 3 && shares == shares.sorted())
    }
}
