import Foundation
import Kernels
import Testing

@testable import Transformer

/// Agreement with a reference engine on the real model.
@Suite("Golden values of the default model", .serialized)
struct GoldenTests {
    /// `Fixtures/greedy.json`: chats whose greedy tokens were chosen by the reference engine, with the natural-log
    /// probability, argmax and top-2 margin of the same weights under F32 activations.
    struct Greedy: Decodable {
        struct Chat: Decodable {
            let prompt_ids: [Int32]
            let output_ids: [Int32]
            let f32_logprobs: [Double]
            let f32_top1: [Int]
            let f32_margin: [Double]
        }
        let cases: [Chat]
    }

    /// How far one way of computing lies from the reference's F32 column.
    struct Deviation {
        var total = 0.0
        var count = 0
        var worst = 0.0
        var wrongTop: [String] = []

        var mean: Double { total / Double(count) }
    }

    private func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    /// Runs every chat along the reference's tokens. (Batches give the bits that token by token gives: another test.)
    private func deviation(_ activations: ActivationPrecision, of chats: [Greedy.Chat]) throws -> Deviation {
        var deviation = Deviation()
        for (number, chat) in chats.enumerated() {
            let session = try DefaultModel.session(contextLength: 256, activations: activations)
            try session.evaluate(chat.prompt_ids.dropLast())
            let read = chat.prompt_ids.suffix(1) + chat.output_ids.dropLast()
            try session.evaluateAll(read) { step, logits in
                let difference = abs(logProbability(of: chat.output_ids[step], logits) - chat.f32_logprobs[step])
                deviation.total += difference
                deviation.count += 1
                deviation.worst = max(deviation.worst, difference)
                let top = LogitStatistics(logits).top
                if chat.f32_margin[step] >= 0.5, top != chat.f32_top1[step] {
                    deviation.wrongTop.append("chat \(number), token \(step): \(top), not \(chat.f32_top1[step])")
                }
            }
        }
        #expect(deviation.count == 485)
        return deviation
    }

    @Test("with F32 activations, log-probabilities agree with the F32 reference to a mean of 0.002")
    func floatPath() throws {
        let deviation = try deviation(.f32, of: fixture("greedy", as: Greedy.self).cases)
        #expect(deviation.mean <= 0.002, "mean \(deviation.mean), worst \(deviation.worst)")
        #expect(deviation.wrongTop.isEmpty, "\(deviation.wrongTop)")
    }

    @Test("with integer activations, log-probabilities lie no further from F32 than the reference engine's own")
    func integerPath() throws {
        let deviation = try deviation(.int16, of: fixture("greedy", as: Greedy.self).cases)
        #expect(deviation.mean <= 0.0297, "mean \(deviation.mean), worst \(deviation.worst)")
        #expect(deviation.wrongTop.isEmpty, "\(deviation.wrongTop)")
    }

    @Test("decoding token by token gives the bits of a batch", arguments: [ActivationPrecision.int16, .f32])
    func decoding(_ activations: ActivationPrecision) throws {
        let chat = try #require(fixture("greedy", as: Greedy.self).cases.first)
        let (batch, single) = (
            try DefaultModel.session(contextLength: 256, activations: activations),
            try DefaultModel.session(contextLength: 256, activations: activations)
        )
        let tokens = chat.prompt_ids + chat.output_ids.prefix(4)
        try batch.evaluate(tokens[...])
        try single.evaluate(chat.prompt_ids[...])
        for token in chat.output_ids.prefix(4) { try single.evaluate(token) }
        batch.logits.withRow(0) { expected in
            single.logits.withRow(0) { found in
                #expect(expected.indices.allSatisfy { expected[$0] == found[$0] })
            }
        }
    }
}
