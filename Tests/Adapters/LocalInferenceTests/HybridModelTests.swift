import AssistantCore
import Foundation
import Kernels
import TestSupport
import Testing

@testable import LocalInference
@testable import Tokenizers
@testable import Transformer

/// A tiny random Qwen 3.5 whose tokens are bytes: what it says is noise, and must be the same noise whatever was reused.
@Suite("A model whose state cannot be wound back")
struct HybridModelTests {
    private static let loaded = Task { try await load() }

    private static func load() async throws -> LocalModel {
        let file = FileManager.default.temporaryDirectory.appending(path: "hybrid-\(UUID()).gguf")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(builder().build()).write(to: file)
        return try await LocalModel.load(path: file.path, options: .init(threads: 1, contextLength: 700))
    }

    private static func builder() -> GGUFBuilder {
        var builder = GGUFBuilder()
        let specials = ["<|im_start|>", "<|im_end|>"]
        let tokens = ByteAlphabet.characters.map { String(decoding: $0, as: UTF8.self) } + specials
        let (model, hidden, inner, channels) = (32, 64, 64, 128)
        builder.metadata = [
            ("general.architecture", .string("qwen35")), ("qwen35.block_count", .uint32(4)),
            ("qwen35.context_length", .uint32(1024)), ("qwen35.embedding_length", .uint32(UInt32(model))),
            ("qwen35.feed_forward_length", .uint32(UInt32(hidden))), ("qwen35.attention.head_count", .uint32(4)),
            ("qwen35.attention.head_count_kv", .uint32(2)),
            ("qwen35.attention.layer_norm_rms_epsilon", .float32(1e-5)),
            ("qwen35.full_attention_interval", .uint32(2)), ("qwen35.ssm.conv_kernel", .uint32(4)),
            ("qwen35.ssm.inner_size", .uint32(UInt32(inner))), ("qwen35.ssm.state_size", .uint32(16)),
            ("qwen35.ssm.time_step_rank", .uint32(4)), ("qwen35.ssm.group_count", .uint32(2)),
            ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string("qwen35")),
            ("tokenizer.ggml.tokens", .strings(tokens)), ("tokenizer.ggml.merges", .strings([])),
            ("tokenizer.ggml.token_type", .int32s(Array(repeating: 1, count: 256) + [3, 3])),
            ("tokenizer.ggml.eos_token_id", .uint32(257)), ("tokenizer.chat_template", .string("chatml")),
        ]
        var generator = SplitMix64(seed: 5)
        func add(_ name: String, _ dimensions: [Int], around center: Double = 0, spread: Double = 0.4) {
            let bytes = (0..<dimensions.reduce(1, *)).flatMap { _ -> [UInt8] in
                let bits = Float(center + spread * (2 * generator.unit() - 1)).bitPattern
                return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
            }
            builder.tensors.append(.init(name: name, dimensions: dimensions.map(UInt64.init), type: 0, bytes: bytes))
        }
        add("token_embd.weight", [model, tokens.count], spread: 1)
        add("output_norm.weight", [model], around: 1)
        for layer in 0..<4 {
            let block = "blk.\(layer)."
            for norm in ["attn_norm", "post_attention_norm"] { add(block + norm + ".weight", [model], around: 1) }
            add(block + "ffn_gate.weight", [model, hidden])
            add(block + "ffn_up.weight", [model, hidden])
            add(block + "ffn_down.weight", [hidden, model])
            if layer.isMultiple(of: 2) {
                add(block + "attn_qkv.weight", [model, channels])
                add(block + "attn_gate.weight", [model, inner])
                add(block + "ssm_beta.weight", [model, 4])
                add(block + "ssm_alpha.weight", [model, 4])
                add(block + "ssm_conv1d.weight", [4, channels])
                add(block + "ssm_a", [4], around: -1)
                add(block + "ssm_dt.bias", [4])
                add(block + "ssm_norm.weight", [16], around: 1)
                add(block + "ssm_out.weight", [inner, model])
            } else {
                add(block + "attn_q.weight", [model, 2 * model])
                add(block + "attn_k.weight", [model, 16])
                add(block + "attn_v.weight", [model, 16])
                add(block + "attn_q_norm.weight", [8], around: 1)
                add(block + "attn_k_norm.weight", [8], around: 1)
                add(block + "attn_output.weight", [model, model])
            }
        }
        return builder
    }

    private let question = Message(.user, String(repeating: "the edge of a hat is called its brim. ", count: 4))

    @Test("answers the next question of a conversation as if it had read all of it anew, and has not")
    func conversation() async throws {
        let model = try await Self.loaded.value
        let going = try LocalLanguageModel(model)
        var messages = [question]
        for turn in 0..<3 {
            let request = GenerationRequest(
                .chat(messages), sampling: Sampling(temperature: 0.8, seed: 4), maxTokens: 40)
            let answer = try await going.answer(request)
            let fresh = try await LocalLanguageModel(model).answer(request)
            #expect(answer.tokens == fresh.tokens && answer.tokens.count > 2)
            let prefill = try #require(answer.prefill)
            #expect(turn == 0 || prefill.reusedTokens > prefill.promptTokens / 4, "\(prefill)")
            // The same again: the last token is read anew.
            #expect(try await going.answer(request).tokens == fresh.tokens)
            messages += [Message(.assistant, answer.text), Message(.user, "and number \(turn)?")]
        }
    }

    @Test("a conversation longer than its context goes on")
    func cut() async throws {
        let model = try await LocalLanguageModel(Self.loaded.value)
        var messages: [Message] = []
        for turn in 0..<9 {
            messages.append(Message(.user, question.text.prefix(90) + " \(turn)"))
            let answer = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 30))
            #expect(answer.summary != nil)
            messages.append(Message(.assistant, answer.text))
        }
    }

    @Test("nothing is guessed ahead from the context, and a draft model is refused in a sentence")
    func guesses() async throws {
        let model = try await Self.loaded.value
        let session = try model.makeSession()
        #expect(!Generation(model: model, session: session, cancel: CancelFlag(), speculates: true).speculates)
        let error = #expect(throws: LocalInferenceError.self) { try DraftModel(model, for: model) }
        #expect(error?.code == .unusableModel && error?.description.contains("wound back") == true)
    }
}
