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

        mutating func add(_ logits: FloatRows, chat: Greedy.Chat, step: Int) {
            let difference = abs(logProbability(of: chat.output_ids[step], logits) - chat.f32_logprobs[step])
            total += difference
            count += 1
            worst = max(worst, difference)
            let top = LogitStatistics(logits).top
            if chat.f32_margin[step] >= 0.5, top != chat.f32_top1[step] {
                wrongTop.append("\(chat.output_ids[..<step]): \(top), not \(chat.f32_top1[step])")
            }
        }
    }

    /// Both ways of computing along the reference's tokens, and the divergence of the fast one from the exact one.
    struct Comparison {
        var exact = Deviation()
        var fast = Deviation()
        /// Σ KL(exact ‖ fast), in nats.
        var divergence = 0.0

        /// Batches give the bits that token by token gives: another test.
        init(_ chats: [Greedy.Chat]) throws {
            for chat in chats {
                let exactSession = try DefaultModel.session(contextLength: 256, isExact: true)
                let fastSession = try DefaultModel.session(contextLength: 256)
                try exactSession.evaluate(chat.prompt_ids.dropLast())
                try fastSession.evaluate(chat.prompt_ids.dropLast())
                let tokens = chat.prompt_ids.suffix(1) + chat.output_ids.dropLast()
                for start in stride(from: 0, to: tokens.count, by: Session.logitBatch) {
                    let batch = tokens.dropFirst(start).prefix(Session.logitBatch)
                    var rows: [FloatRows] = []
                    try exactSession.evaluateAll(batch) { row, logits in
                        exact.add(logits, chat: chat, step: start + row)
                        rows.append(logits)
                    }
                    try fastSession.evaluateAll(batch) { row, logits in
                        fast.add(logits, chat: chat, step: start + row)
                        divergence += relativeEntropy(of: rows[row], from: logits)
                    }
                }
            }
        }
    }

    /// `Fixtures/perplexity.json`: a text as tokens, its mean negative log-likelihood by the reference engine, and the
    /// values of every token under F32 activations, window by window.
    struct Text: Decodable {
        let window: Int
        let ids: [Int32]
        let q4_1_mean_nll: Double
        let f32_nll: [[Double]]
    }

    /// The portable kernels take minutes for the whole text: `make golden` gives them that time.
    private static var readsWholeText: Bool {
        InstructionSet.active != .scalar || ProcessInfo.processInfo.environment["BRIM_GOLDEN"] == "full"
    }

    private static let comparison = Result { try Comparison(fixture("greedy", as: Greedy.self).cases) }

    private static func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    @Test("with F32 activations, log-probabilities agree with the F32 reference to a mean of 0.002")
    func exactPath() throws {
        let deviation = try Self.comparison.get().exact
        #expect(deviation.count == 485)
        #expect(deviation.mean <= 0.002, "mean \(deviation.mean), worst \(deviation.worst)")
        #expect(deviation.wrongTop.isEmpty, "\(deviation.wrongTop)")
    }

    @Test("with fast activations, log-probabilities lie no further from F32 than the reference engine's own")
    func fastPath() throws {
        let deviation = try Self.comparison.get().fast
        #expect(deviation.mean <= 0.0297, "mean \(deviation.mean), worst \(deviation.worst)")
        #expect(deviation.wrongTop.isEmpty, "\(deviation.wrongTop)")
    }

    @Test("fast activations diverge from F32 ones by half of what the reference engine's do, or less")
    func divergence() throws {
        let comparison = try Self.comparison.get()
        let mean = comparison.divergence / Double(comparison.fast.count)
        #expect(mean >= 0 && mean <= 0.0018, "mean \(mean)")
    }

    @Test("decoding token by token gives the bits of a batch", arguments: [true, false])
    func decoding(isExact: Bool) throws {
        let chat = try #require(Self.fixture("greedy", as: Greedy.self).cases.first)
        let batch = try DefaultModel.session(contextLength: 256, isExact: isExact)
        let single = try DefaultModel.session(contextLength: 256, isExact: isExact)
        let answer = chat.output_ids.prefix(4)
        try batch.evaluate(chat.prompt_ids + answer)
        try single.evaluate(chat.prompt_ids[...])
        for token in answer { try single.evaluate(token) }
        batch.logits.withRow(0) { expected in
            single.logits.withRow(0) { found in
                #expect(expected.indices.allSatisfy { expected[$0] == found[$0] })
            }
        }
    }

    @Test(
        "perplexity of the whole text lies within 0.5 % of the reference engine's",
        .enabled(if: readsWholeText, "make golden runs it on every instruction set"))
    func perplexity() throws {
        let text = try Self.fixture("perplexity", as: Text.self)
        var (total, count) = (0.0, 0)
        for window in try (0..<text.f32_nll.count).map({ try negativeLogLikelihoods(window: $0, of: text) }) {
            total += window.reduce(0, +)
            count += window.count
        }
        #expect(count == 2148)
        let ratio = exp(total / Double(count) - text.q4_1_mean_nll)
        #expect(abs(ratio - 1) <= 0.005, "perplexity is \(ratio) times the reference's")
    }

    @Test("every token of a text is as likely as under F32 activations, but for rounding")
    func likelihoods() throws {
        let text = try Self.fixture("perplexity", as: Text.self)
        let found = try negativeLogLikelihoods(window: 1, of: text, count: 96)
        let differences = zip(found, text.f32_nll[1]).map { abs($0 - $1) }
        let mean = differences.reduce(0, +) / Double(differences.count)
        #expect(differences.count == 95 && mean <= 0.04, "mean \(mean)")
    }

    /// Of every token of a window but the first, in nats.
    private func negativeLogLikelihoods(window: Int, of text: Text, count: Int = .max) throws -> [Double] {
        let tokens = text.ids.dropFirst(window * text.window).prefix(min(text.window, count))
        let session = try DefaultModel.session(contextLength: text.window)
        var values: [Double] = []
        try session.evaluateAll(tokens.dropLast()) { index, logits in
            values.append(-logProbability(of: tokens[tokens.startIndex + index + 1], logits))
        }
        return values
    }
}
