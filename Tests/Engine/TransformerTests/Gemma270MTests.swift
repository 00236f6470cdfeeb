import Foundation
import GGUF
import Kernels
import Testing

@testable import Transformer

/// Gemma 3 270M itself beside the reference engine (`Tests/Support/make-gemma-fixture`), where it has been fetched.
@Suite("Gemma 3 270M")
struct Gemma270MTests {
    private struct File: Decodable {
        let tokens: [Int32]
        /// Log-probabilities of the last of these tokens, by the weights in F32.
        let last: [Double]
    }

    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../models/gemma-3-270m-q4_k_m.gguf").standardized.path
    static let absent: Comment = "the model is not here; it is optional: brim models fetch gemma3-270m"

    private func scores(_ activations: ActivationPrecision) throws -> (found: [Double], expected: [Double]) {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/gemma3-270m", withExtension: "json"))
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        #expect(file.tokens.count == 640 && file.last.count == 64)
        let pool = try WorkerPool(threads: 2)
        let session = try Session(
            ModelWeights(GGUFFile(path: Self.path), pool: pool), pool: pool, contextLength: 640,
            activations: activations)
        // Windows of 512 have moved on where the last tokens are read.
        let first = file.tokens.count - file.last.count - 1
        try session.evaluate(file.tokens[..<first])
        var found: [Double] = []
        try session.evaluateAll(file.tokens[first..<file.tokens.count - 1]) { index, logits in
            found.append(logProbability(of: file.tokens[first + index + 1], logits))
        }
        return (found, file.last)
    }

    @Test(
        "log-probabilities behind a window of 512 tokens are those of the reference in F32",
        .enabled(if: FileManager.default.fileExists(atPath: path), absent))
    func exact() throws {
        let (found, expected) = try scores(.f32)
        let mean = zip(found, expected).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(expected.count)
        #expect(mean < 0.01, "\(mean)")
    }

    @Test(
        "integer activations stay close to F32 ones",
        .enabled(if: FileManager.default.fileExists(atPath: path), absent))
    func fast() throws {
        let (found, expected) = try scores(.mixed)
        let mean = zip(found, expected).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(expected.count)
        #expect(mean < 0.06, "\(mean)")
    }
}
