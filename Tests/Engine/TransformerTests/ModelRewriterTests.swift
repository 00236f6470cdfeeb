import TestSupport
import Foundation
import GGUF
import Kernels
import Testing

@testable import Transformer

@Suite("Weights in another type")
struct ModelRewriterTests {
    private let pool: WorkerPool

    init() throws { pool = try WorkerPool(threads: 2) }

    private func rewrite(_ file: GGUFFile, _ type: WeightType, isPure: Bool = false) throws -> GGUFFile {
        let rewriter = try ModelRewriter(file, type: type, isPure: isPure)
        var bytes: [UInt8] = []
        var shares: [Double] = []
        try rewriter.write(
            pool: pool,
            progress: { share in
                shares.append(share)
                return true
            }, { span in for index in span.indices { bytes.append(span[index]) } })
        #expect(bytes.count == rewriter.byteCount)
        #expect(shares.last == 1 && shares == shares.sorted())
        return try GGUFFile(bytes: bytes, name: "rewritten.gguf")
    }

    private func sample(_ family: Architecture = .llama) throws -> (model: TinyModel, file: GGUFFile) {
        let model = TinyModel(family, seed: 5)
        var builder = model.builder()
        builder["general.name"] = .string("A tiny \u{1F980}")
        builder["tokenizer.ggml.tokens"] = .strings((0..<96).map { "token \($0)" })
        builder["tokenizer.ggml.scores"] = .float32s((0..<96).map { Float($0) / 7 })
        builder["general.file_type"] = .uint32(0)
        return (model, try GGUFFile(bytes: builder.build(), name: "tiny.gguf"))
    }

    @Test("every type that can be written gives a model that computes nearly the same", arguments: ModelRewriter.types)
    func types(_ type: WeightType) throws {
        let (_, file) = try sample(.gemma3)
        let written = try rewrite(file, type)
        let tokens = (0..<40).map { Int32($0 * 7 % 96) }
        var rows: [[Float]] = []
        for file in [file, written] {
            let session = try Session(
                ModelWeights(file, pool: pool), pool: pool, contextLength: 64, activations: .f32)
            try session.evaluate(tokens[...])
            rows.append(session.logits.withRow(0) { row in row.indices.map { row[$0] } })
        }
        let distance = zip(rows[0], rows[1]).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / 96
        let size = rows[0].reduce(Float(0)) { $0 + abs($1) } / 96
        let bound: Float = type.isQuantised ? (type.bitsPerWeight > 8 ? 0.05 : 0.6) : 0.002
        #expect(distance < bound * size, "\(type): \(distance) of \(size)")
    }

    @Test("whatever the file says is kept, but for the numbers that tell the type")
    func metadata() throws {
        let (_, file) = try sample()
        let written = try rewrite(file, .q4_1)
        for key in file.metadata.keys where key != "general.file_type" {
            #expect(written.metadata.summary(of: key) == file.metadata.summary(of: key), "\(key)")
        }
        #expect(try written.metadata.string("general.name") == "A tiny \u{1F980}")
        #expect(try written.metadata.floats("tokenizer.ggml.scores") == file.metadata.floats("tokenizer.ggml.scores"))
        #expect(try written.metadata.strings("tokenizer.ggml.tokens")?[95] == "token 95")
        #expect(try written.metadata.integer("general.file_type") == 3)
        #expect(try written.metadata.integer("general.quantization_version") == 2)
        #expect(written.tensorsInOrder.map(\.name) == file.tensorsInOrder.map(\.name))
    }

    @Test("head and embedding take types of their own, and where none is asked for, everything else stays as it is")
    func mixture() throws {
        let file = try GGUFFile(bytes: TinyModel(isTied: false, seed: 5).builder().build(), name: "tiny.gguf")
        let mixed = try ModelRewriter(file, type: nil, head: .q5_0, embedding: .q4_0)
        for step in mixed.steps {
            let expected: WeightType? =
                switch step.tensor.name {
                case "output.weight": .q5_0
                case "token_embd.weight": .q4_0
                default: nil
                }
            #expect(step.type == expected, "\(step.tensor.name)")
        }
        let whole = try ModelRewriter(file, type: .q4_1, embedding: .f16)
        #expect(whole.steps.first { $0.tensor.name == "output.weight" }?.type == .q8_0)
        #expect(whole.steps.first { $0.tensor.name == "token_embd.weight" }?.type == .f16)
        #expect(whole.steps.first { $0.tensor.name == "blk.0.ffn_up.weight" }?.type == .q4_1)
        let tied = try ModelRewriter(sample().file, type: nil, head: .q5_0)
        #expect(tied.steps.first { $0.tensor.name == "token_embd.weight" }?.type == .q5_0)
    }

    @Test("norms stay, the head keeps 8 bits unless the plan is pure, and what is of the type already is copied")
    func plan() throws {
        let (_, file) = try sample()
        let written = try rewrite(file, .q4_0)
        #expect(written.tensors["blk.0.attn_q.weight"]?.type == .q4_0)
        #expect(written.tensors["token_embd.weight"]?.type == .q8_0)
        #expect(written.tensors["blk.0.attn_norm.weight"]?.type == .f32)
        #expect(try rewrite(file, .q4_0, isPure: true).tensors["token_embd.weight"]?.type == .q4_0)
        let again = try rewrite(written, .q4_0)
        for (name, tensor) in written.tensors {
            let pair = [(written, tensor), (again, try again.tensor(name))]
            let bytes = try pair.map { file, tensor in
                unsafe try file.withUnsafeBytes(of: tensor) { unsafe [UInt8]($0) }
            }
            #expect(bytes[0] == bytes[1], "\(name)")
        }
    }

    @Test("rows that are no whole number of blocks fall back to a type that fits, and the plan says which")
    func fallback() throws {
        var model = TinyModel(seed: 5)
        model.name = "llama"
        var builder = model.builder()
        builder.tensors.append(
            .init(name: "odd.weight", dimensions: [40, 3], type: 0, bytes: TinyModel.f32((0..<120).map { Float($0) })))
        let file = try GGUFFile(bytes: builder.build(), name: "odd.gguf")
        let rewriter = try ModelRewriter(file, type: .q5_1)
        let odd = rewriter.steps.filter(\.isFallback)
        #expect(odd.map(\.tensor.name) == ["odd.weight"] && odd.first?.type == .f16)
    }

    @Test(
        "values that are no numbers, or too large for the type, are refused by the tensor's name",
        arguments: [
            Float.nan, .infinity, 1e30,
        ])
    func values(_ value: Float) throws {
        var builder = TinyModel().builder()
        let index = try #require(builder.tensors.firstIndex { $0.name == "blk.1.ffn_up.weight" })
        builder.tensors[index].bytes.replaceSubrange(0..<4, with: TinyModel.f32([value]))
        let file = try GGUFFile(bytes: builder.build(), name: "bad.gguf")
        let rewriter = try ModelRewriter(file, type: .q4_1)
        #expect {
            try rewriter.write(pool: pool) { _ in }
        } throws: {
            ($0 as? TransformerError)?.code == .invalidTensor && "\($0)".contains("blk.1.ffn_up.weight")
        }
    }

    @Test("a file without weights is refused; who stops it is told so")
    func refusals() throws {
        var builder = TinyModel().builder()
        builder.tensors = []
        let empty = try GGUFFile(bytes: builder.build(), name: "empty.gguf")
        #expect(throws: TransformerError.self) { try ModelRewriter(empty, type: .q4_1) }
        let rewriter = try ModelRewriter(try sample().file, type: .q4_1)
        #expect {
            try rewriter.write(pool: pool, progress: { $0 < 0.3 }, { _ in })
        } throws: {
            ($0 as? TransformerError)?.code == .cancelled
        }
    }
}
