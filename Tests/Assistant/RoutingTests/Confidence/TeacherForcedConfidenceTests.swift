import AssistantCore
import Testing

@testable import Routing

@Suite("The confidence of a model that reads along")
struct TeacherForcedConfidenceTests {
    private func confidence(_ tokens: (Float, Float)...) -> Double? {
        var estimator = TeacherForcedConfidence()
        for (logProbability, entropy) in tokens {
            estimator.observe(
                GeneratedToken(id: 1, text: "x", logProbability: logProbability, entropy: entropy, margin: 0))
        }
        return estimator.confidence
    }

    @Test("a token that is no more surprising than expected costs nothing, however improbable it is")
    func expected() {
        #expect(confidence((-3, 3), (-0.1, 0.5), (-2, 2.5)) == 1)
    }

    @Test("a surprise counts by how far it goes beyond what was expected, over all tokens")
    func surprise() throws {
        let value = try #require(confidence((-2, 1), (0, 0)))
        #expect(abs(value - 0.6065306597) < 1e-9)
        #expect(confidence((-8, 0.1)).map { $0 < 0.001 } == true)
    }

    @Test("before the first token, and after one without a number, nothing can be said")
    func unknown() {
        #expect(confidence() == nil)
        #expect(confidence((-1, 1), (.nan, .nan), (-1, 1)) == nil)
        #expect(confidence((-1, .nan)) == nil)
        #expect(confidence((-.infinity, 1)) == 0)
        #expect(!TeacherForcedConfidence().isCalibrated)
    }
}
