import Foundation
import Kernels
import Testing

@testable import Transformer

@Suite("Relative entropy")
struct RelativeEntropyTests {
    private func row(_ probabilities: [Float]) throws -> FloatRows {
        let matrix = try FloatMatrix(rows: 1, columns: probabilities.count)
        // Any constant may be added to logits.
        for (index, value) in probabilities.enumerated() { matrix[0, index] = log(value) + 7 }
        return matrix[rows: 0..<1]
    }

    @Test("it is what the definition says, and not symmetric")
    func definition() throws {
        let (p, q) = (try row([0.5, 0.25, 0.25]), try row([0.25, 0.5, 0.25]))
        let expected = 0.5 * log(2.0) + 0.25 * log(0.5)
        #expect(abs(relativeEntropy(of: p, from: q) - expected) < 1e-6)
        let (r, s) = (try row([0.9, 0.1]), try row([0.5, 0.5]))
        #expect(abs(relativeEntropy(of: r, from: s) - (0.9 * log(1.8) + 0.1 * log(0.2))) < 1e-6)
        #expect(abs(relativeEntropy(of: s, from: r) - 0.5 * log(0.25 / 0.09)) < 1e-6)
    }

    @Test("equal distributions do not diverge, and impossible tokens do not count")
    func zero() throws {
        let p = try row([0.5, 0.25, 0.25])
        #expect(abs(relativeEntropy(of: p, from: p)) < 1e-6)
        let half = try row([0.5, 0.5, 0])
        #expect(abs(relativeEntropy(of: half, from: half)) < 1e-6)
    }
}
