import Foundation
import GGUF
import Kernels
import Testing

@testable import Transformer

/// Tiny random models of every family, written by GGUF's own package and run by the reference engine
/// (`Tests/Support/make-family-fixtures`).
@Suite("Families of models")
struct FamilyTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let tokens: [Int32]
        /// Log-probability of each next token.
        let next: [Double]
        /// Log-probabilities of all tokens after the last one.
        let last: [Double]

        var testDescription: String { name }
    }

    private struct File: Decodable { let cases: [Case] }

    static let cases: Result<[Case], any Error> = Result {
        try JSONDecoder().decode(File.self, from: Data(contentsOf: folder().appending(path: "families.json"))).cases
    }

    private static func folder() throws -> URL {
        try #require(Bundle.module.url(forResource: "Fixtures/families", withExtension: nil))
    }

    private func session(
        _ name: String, contextLength: Int, activations: ActivationPrecision = .f32
    ) throws -> Session {
        let path = try Self.folder().appending(path: "\(name).gguf").path
        let pool = try WorkerPool(threads: 2)
        return try Session(
            ModelWeights(GGUFFile(path: path), pool: pool), pool: pool, contextLength: contextLength,
            activations: activations)
    }

    @Test("every family is among the models")
    func complete() throws {
        let names = try Self.cases.get().map(\.name)
        for family in Architecture.known { #expect(names.contains(family.name)) }
    }

    @Test("log-probabilities are the reference engine's, read in one go and token by token")
    func reference() throws {
        for example in try Self.cases.get() {
            let whole = try session(example.name, contextLength: 256)
            let single = try session(example.name, contextLength: 256)
            var worst = 0.0
            try whole.evaluateAll(example.tokens[...]) { index, logits in
                if index < example.next.count {
                    let value = logProbability(of: example.tokens[index + 1], logits)
                    worst = max(worst, abs(value - example.next[index]))
                }
            }
            for token in example.tokens { try single.evaluate(token) }
            for (token, expected) in example.last.enumerated() {
                worst = max(worst, abs(logProbability(of: Int32(token), single.logits) - expected))
            }
            // Keys and values are kept in half precision here, in F32 there.
            #expect(worst < 0.01, "\(example.name): \(worst)")
            #expect(example.next.count == 89 && example.last.count == 48)
        }
    }

    @Test("types of two to six bits side by side in one layer stay close to F32 with the fast activations")
    func types() throws {
        let example = try #require(Self.cases.get().first { $0.name == "types" })
        let session = try session(example.name, contextLength: 128, activations: .mixed)
        var total = 0.0
        try session.evaluateAll(example.tokens[...]) { index, logits in
            guard index < example.next.count else { return }
            total += abs(logProbability(of: example.tokens[index + 1], logits) - example.next[index])
        }
        #expect(total / Double(example.next.count) < 0.03, "\(total / Double(example.next.count))")
    }

    @Test("LongRoPE reads a context within the original one with other factors than a longer one")
    func longRoPE() throws {
        let example = try #require(Self.cases.get().first { $0.name == "llama-longrope" })
        let short = try session(example.name, contextLength: 64)
        let long = try session(example.name, contextLength: 65)
        let tokens = example.tokens[..<60]
        try short.evaluate(tokens)
        try long.evaluate(tokens)
        let token = example.tokens[60]
        #expect(abs(logProbability(of: token, long.logits) - example.next[59]) < 0.01)
        #expect(abs(logProbability(of: token, short.logits) - example.next[59]) > 0.01)
    }
}
