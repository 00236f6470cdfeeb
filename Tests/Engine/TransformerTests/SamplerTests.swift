import Foundation
import Kernels
import Testing

@testable import Transformer

@Suite("Sampler")
struct SamplerTests {
    private func row(_ values: [Float]) throws -> FloatRows {
        let matrix = try FloatMatrix(rows: 1, columns: values.count)
        for (index, value) in values.enumerated() { matrix[0, index] = value }
        return matrix[rows: 0..<1]
    }

    private func choose(_ logits: [Float], _ config: SamplerConfig, after tokens: [Int32] = []) throws -> TokenChoice {
        var sampler = try Sampler(config, vocabularySize: logits.count)
        for token in tokens { sampler.observe(token) }
        return try sampler.choose(row(logits))
    }

    /// The tokens that ever come up in `draws` draws, with their share.
    private func shares(_ logits: [Float], _ config: SamplerConfig, draws: Int = 4000) throws -> [Int32: Double] {
        var sampler = try Sampler(config, vocabularySize: logits.count)
        var counts: [Int32: Int] = [:]
        let logits = try row(logits)
        for _ in 0..<draws { counts[try sampler.choose(logits).id, default: 0] += 1 }
        return counts.mapValues { Double($0) / Double(draws) }
    }

    private let threeWays: [Float] = [0, 3, 1, 2, -1]

    @Test("greedy takes the highest logit, and the lowest id on a tie")
    func greedy() throws {
        #expect(try choose(threeWays, SamplerConfig()).id == 1)
        #expect(try choose([1, 5, 5, 5], SamplerConfig()).id == 1)
        #expect(try choose([-3], SamplerConfig()).id == 0)
    }

    @Test("log-probability, entropy and margin are those of the plain softmax, whatever the filters")
    func statistics() throws {
        // p = (1/2, 1/4, 1/8, 1/8): entropy 1.75 bits.
        let logits: [Float] = [3, 2, 1, 1].map { $0 * 0.693147_18 + 5 }
        let hot = SamplerConfig(temperature: 3, topK: 2, topP: 0.9, minP: 0.1, repetitionPenalty: 1.7, seed: 4)
        for config in [SamplerConfig(), hot] {
            let choice = try choose(logits, config, after: [0, 0, 1])
            #expect(abs(choice.entropy - 1.75 * 0.693147_18) < 1e-5)
            #expect(abs(choice.margin - 0.693147_18) < 1e-5)
            let expected = [-1, -2, -3, -3].map { Float($0) * 0.693147_18 }
            #expect(abs(choice.logProbability - expected[Int(choice.id)]) < 1e-5)
        }
    }

    @Test("a distribution of a single token has probability one and no entropy")
    func singleton() throws {
        let choice = try choose([42], SamplerConfig())
        #expect(choice == TokenChoice(id: 0, logProbability: 0, entropy: 0, margin: 0))
    }

    @Test("sampling follows the softmax at the configured temperature", arguments: [0.5, 1.0, 2.0])
    func temperature(_ temperature: Double) throws {
        let seen = try shares(threeWays, SamplerConfig(temperature: temperature, seed: 1), draws: 20_000)
        var weights = threeWays.map { exp(Double($0) / temperature) }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        for (id, weight) in weights.enumerated() {
            #expect(abs((seen[Int32(id)] ?? 0) - weight) < 0.02)
        }
    }

    @Test("top-k keeps exactly the k best, the lower id on a tie", arguments: [1, 2, 3, 4, 5, 99])
    func topK(_ k: Int) throws {
        let seen = try shares([1, 1, 1, 1, 1.1], SamplerConfig(temperature: 1, topK: k))
        let ranking: [Int32] = [4, 0, 1, 2, 3]
        #expect(Set(seen.keys) == Set(ranking.prefix(k)))
    }

    @Test("top-p keeps the smallest set that reaches p")
    func topP() throws {
        let logits: [Float] = [3, 2, 1, 1].map { $0 * 0.693147_18 }  // 1/2, 1/4, 1/8, 1/8
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, topP: 0.49)).keys) == [0])
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, topP: 0.51)).keys) == [0, 1])
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, topP: 0.8)).keys) == [0, 1, 2])
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, topP: 1)).keys) == [0, 1, 2, 3])
    }

    @Test("min-p drops what is less probable than that share of the best")
    func minP() throws {
        let logits: [Float] = [3, 2, 1, 1].map { $0 * 0.693147_18 }
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, minP: 0.6)).keys) == [0])
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, minP: 0.3)).keys) == [0, 1])
        #expect(try Set(shares(logits, SamplerConfig(temperature: 1, minP: 0.2)).keys) == [0, 1, 2, 3])
    }

    @Test("the repetition penalty divides positive logits, multiplies negative ones, once for each token")
    func repetition() throws {
        let penalty = SamplerConfig(repetitionPenalty: 2)
        #expect(try choose([4, 3, 1], penalty, after: [0]).id == 1)
        #expect(try choose([4, 2.1, 1], penalty, after: [1, 1, 1]).id == 0)
        #expect(try choose([4, 2.1, 1], penalty, after: [0, 0, 0]).id == 1)
        #expect(try choose([4, 1.9, 1], penalty, after: [0, 0, 0]).id == 0)
        #expect(try choose([-1, -1.5, -3], penalty, after: [0]).id == 1)
    }

    @Test("the repetition penalty forgets tokens after 64 others")
    func repetitionWindow() throws {
        let penalty = SamplerConfig(repetitionPenalty: 2)
        let filler = [Int32](repeating: 2, count: penalty.repetitionWindow)
        #expect(try choose([4, 3, 1], penalty, after: [0] + filler.dropLast()).id == 1)
        #expect(try choose([4, 3, 1], penalty, after: [0] + filler).id == 0)
    }

    @Test("the repetition penalty looks back as far as it is told")
    func longWindow() throws {
        let penalty = SamplerConfig(repetitionPenalty: 2, repetitionWindow: 1_000)
        let filler = [Int32](repeating: 2, count: 999)
        #expect(try choose([4, 3, 1], penalty, after: [0] + filler).id == 1)
        #expect(try choose([4, 3, 1], penalty, after: [0] + filler + filler + filler).id == 0)
    }

    @Test("DRY takes multiplier · base^(run − allowed) from the token that would make a repeated run longer")
    func dry() throws {
        // 5 6 7 8 stood there; after 5 6 7 the 8 is what would go on: a run of 3, one more than is allowed.
        let context: [Int32] = [5, 6, 7, 8, 1, 5, 6, 7]
        var logits = [Float](repeating: 0, count: 10)
        logits[8] = 1.75 * 0.8 + 0.01
        let config = SamplerConfig(dry: SamplerConfig.DRY(multiplier: 0.8, base: 1.75, allowedLength: 2))
        #expect(try choose(logits, config, after: context).id == 8)
        logits[8] = 1.75 * 0.8 - 0.01
        #expect(try choose(logits, config, after: context).id == 0)
        // Runs of the allowed length lose the multiplier alone; shorter ones nothing.
        logits[8] = 0.79
        #expect(try choose(logits, config, after: [3, 6, 7, 8, 1, 5, 6, 7]).id == 0)
        #expect(try choose(logits, config, after: [3, 2, 7, 8, 1, 5, 6, 7]).id == 8)
    }

    @Test("DRY sees no run across a breaker, and takes nothing from one")
    func dryBreakers() throws {
        var logits = [Float](repeating: 0, count: 10)
        logits[8] = 0.5
        let config = SamplerConfig(dry: SamplerConfig.DRY(multiplier: 10))
        for breaker in [Int32(6), 7, 8] {
            var sampler = try Sampler(config, vocabularySize: 10) { $0 == breaker }
            for token in [5, 6, 7, 8, 1, 5, 6, 7] as [Int32] { sampler.observe(token) }
            #expect(try sampler.choose(row(logits)).id == 8, "\(breaker)")
        }
    }

    @Test("a context that is one token over and over, and ids outside the vocabulary, do no harm to DRY")
    func dryExtremes() throws {
        let config = SamplerConfig(dry: SamplerConfig.DRY(multiplier: 100, base: 8, allowedLength: 1))
        #expect(try choose([3, 2, 1], config, after: [Int32](repeating: 0, count: 9_000)).id == 1)
        #expect(try choose([3, 2, 1], config, after: [9, -1, 9, -1, 9]).id == 0)
        #expect(try choose([3], config, after: [0, 0, 0]).id == 0)
    }

    @Test("the same seed draws the same tokens, another seed others")
    func seeds() throws {
        let logits = (0..<200).map { Float($0 % 17) * 0.1 }
        func draw(_ seed: UInt64) throws -> [Int32] {
            var sampler = try Sampler(SamplerConfig(temperature: 1, seed: seed), vocabularySize: logits.count)
            return try (0..<50).map { _ in try sampler.choose(row(logits)).id }
        }
        #expect(try draw(7) == draw(7))
        #expect(try draw(7) != draw(8))
    }

    @Test("very small temperatures, equal logits and extreme logits still choose a token")
    func extremes() throws {
        #expect(try choose(threeWays, SamplerConfig(temperature: 1e-300)).id == 1)
        let flat = [Float](repeating: 0.5, count: 1000)
        #expect(try choose(flat, SamplerConfig()).entropy > 6.9)
        #expect((0..<1000).contains(try choose(flat, SamplerConfig(temperature: 1, topP: 1e-9)).id))
        let wide: [Float] = [-3e38, 3e38, 0]
        let choice = try choose(wide, SamplerConfig(temperature: 1))
        #expect(choice.id == 1 && choice.logProbability == 0 && choice.entropy < 1e-30)
    }

    @Test("minus infinity is an impossible token, and nothing but it is an error")
    func impossible() throws {
        let some: [Float] = [-.infinity, 1, -.infinity, 1]
        #expect(try Set(shares(some, SamplerConfig(temperature: 1)).keys) == [1, 3])
        #expect(abs(try choose(some, SamplerConfig()).entropy - 0.693147_18) < 1e-6)
        #expect(throws: TransformerError.self) { try choose([-.infinity, -.infinity], SamplerConfig()) }
    }

    @Test("NaN and infinite logits are an error", arguments: [Float.nan, .infinity])
    func nonFinite(_ poison: Float) throws {
        for position in [0, 40, 99] {
            var logits = (0..<100).map { Float($0) }
            logits[position] = poison
            for config in [SamplerConfig(), SamplerConfig(temperature: 1, repetitionPenalty: 1.1)] {
                #expect { try choose(logits, config) } throws: {
                    ($0 as? TransformerError)?.code == .nonFiniteLogits
                }
            }
        }
    }

    @Test(
        "parameters out of range are an error",
        arguments: [
            SamplerConfig(temperature: -0.1), SamplerConfig(temperature: .nan), SamplerConfig(temperature: 11),
            SamplerConfig(topK: -1), SamplerConfig(topP: 0), SamplerConfig(topP: 1.1), SamplerConfig(topP: .nan),
            SamplerConfig(minP: 1), SamplerConfig(minP: -0.1), SamplerConfig(repetitionPenalty: 0),
            SamplerConfig(repetitionPenalty: .infinity),
        ])
    func ranges(_ config: SamplerConfig) {
        #expect { _ = try Sampler(config, vocabularySize: 10) } throws: {
            ($0 as? TransformerError)?.code == .invalidSampling
        }
    }
}
