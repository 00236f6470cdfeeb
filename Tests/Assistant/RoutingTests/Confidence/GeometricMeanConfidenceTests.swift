import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Confidence: geometric mean")
struct GeometricMeanConfidenceTests {
    private func confidence(_ logProbabilities: [Float]) -> Double? {
        var meter = GeometricMeanConfidence()
        for value in logProbabilities {
            meter.observe(GeneratedToken(id: 0, text: "", logProbability: value, entropy: 0, margin: 0))
        }
        return meter.confidence
    }

    @Test("It is the geometric mean of the tokens' probabilities")
    func mean() throws {
        let probabilities: [Float] = [0.9, 0.5, 0.25]
        let expected = pow(0.9 * 0.5 * 0.25, 1.0 / 3)
        #expect(abs(try #require(confidence(probabilities.map { log($0) })) - expected) < 1e-6)
        #expect(confidence([0]) == 1)
    }

    @Test("Before the first token, and after one without a number, nothing is said")
    func unknown() {
        #expect(confidence([]) == nil)
        #expect(confidence([-1, .nan, -1]) == nil)
    }

    @Test("Impossible numbers stay within 0 and 1")
    func hostile() {
        #expect(confidence([1, 5, .infinity]) == 1)
        #expect(confidence([-.infinity, -1]) == 0)
        #expect(confidence([-Float.greatestFiniteMagnitude]) == 0)
        #expect(confidence([.infinity, -.infinity]) == 0)
    }
}
