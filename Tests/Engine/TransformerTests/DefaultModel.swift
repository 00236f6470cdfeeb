import Foundation
import GGUF
import Kernels
import Testing

@testable import Transformer

/// The default model's weights, loaded once for all tests.
enum DefaultModel {
    struct Missing: Error, CustomStringConvertible {
        let description = "models/SmolLM2-135M-Instruct.Q4_1.gguf is not there: run make models"
    }

    static let pool = Result { try WorkerPool(threads: 1) }
    static let weights = Result { try ModelWeights(GGUFFile(path: try path()), pool: try pool.get()) }

    /// A session with the fast activations, or with F32 ones.
    static func session(contextLength: Int = 1024, isExact: Bool = false) throws -> Session {
        isExact
            ? try Session(weights.get(), pool: pool.get(), contextLength: contextLength, activations: .f32)
            : try Session(weights.get(), pool: pool.get(), contextLength: contextLength)
    }

    private static func path() throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let file = package.appending(path: "models/SmolLM2-135M-Instruct.Q4_1.gguf").path
        guard FileManager.default.fileExists(atPath: file) else { throw Missing() }
        return file
    }
}

/// Natural-log probability of a token by a row of logits.
func logProbability(of token: Int32, _ logits: FloatRows) -> Double {
    logits.withRow(0) { row in Double(row[Int(token)] - LogitStatistics(logits).logSumExp) }
}
