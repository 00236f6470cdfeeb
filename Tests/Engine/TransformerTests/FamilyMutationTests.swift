import Foundation
import GGUF
import Kernels
import Testing

@testable import Transformer

/// Damaged models of the families: a trap would end the tests, and a NaN that is called sound would be found.
@Suite("Damaged models of every family")
struct FamilyMutationTests {
    /// `BRIM_FUZZ_MODELS` asks for more.
    private static let count = Int(ProcessInfo.processInfo.environment["BRIM_FUZZ_MODELS"] ?? "") ?? 300

    @Test(
        "give an error in one line, or compute",
        arguments: [
            "gemma3", "gemma3-linear", "granite", "smollm3", "qwen3-yarn", "llama-longrope", "llama-factors", "lfm2",
            "lfm2-window", "qwen35", "granitehybrid", "qwen3moe",
            "granitemoe", "lfm2moe",
        ])
    func mutants(_ name: String) throws {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/families", withExtension: nil))
        let sound = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).gguf")))
        let header = try GGUFFile(bytes: sound, name: name).dataOffset
        let pool = try WorkerPool(threads: 1)
        var random = SplitMix64(seed: UInt64(name.utf8.count) &* 7919)
        var (refused, computed) = (0, 0)
        for _ in 0..<Self.count {
            var mutant = sound
            for _ in 0..<(1 + random.next() % 3) {
                // Most damage goes to the metadata and the tensors' descriptions, some to the weights.
                let end = random.next() % 8 == 0 ? mutant.count : header
                let place = 24 + Int(random.next() % UInt64(end - 24))
                switch random.next() % 3 {
                case 0: mutant[place] ^= 1 << UInt8(random.next() % 8)
                case 1: mutant[place] = [0, 0xFF, 0x7F, 0x80, 1][Int(random.next() % 5)]
                default: mutant[place] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            do {
                let weights = try ModelWeights(GGUFFile(bytes: mutant, name: "mutant"), pool: pool)
                let session = try Session(weights, pool: pool, contextLength: 40)
                let tokens = (0..<30).map { Int32($0 % weights.config.vocabularySize) }
                try session.evaluate(tokens[...])
                session.remove(3..<9)
                try session.evaluate(0)
                computed += 1
            } catch let error as TransformerError {
                #expect(!error.description.contains("\n") && error.description.count < 400)
                refused += 1
            } catch let error as GGUFError {
                #expect(!error.description.contains("\n") && error.description.count < 400)
                refused += 1
            }
        }
        #expect(refused + computed == Self.count && refused > 0)
    }
}
