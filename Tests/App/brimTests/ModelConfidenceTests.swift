import AssistantCore
import Confidence
import Routing
import Testing
import Turns

@testable import brim

/// Which requests have a confidence at all.
@Suite struct ModelConfidenceTests {
    private func confidence(of prompt: String, _ change: (inout TurnRequest) -> Void = { _ in }) -> Double? {
        let confidence = ModelConfidence(profile: .none, calibration: nil, problem: nil, name: "any")
        var request = TurnRequest(prompt: prompt)
        change(&request)
        var estimator = confidence.estimator(for: request.prepared(by: confidence.profile))
        for _ in 0..<40 {
            estimator.observe(GeneratedToken(id: 1, text: "a", logProbability: -0.01, entropy: 0, margin: 1))
        }
        // Early or late, a number is shown only where it tells right answers from wrong ones.
        let early = estimator.confidence
        estimator.finish()
        #expect((early == nil) == (estimator.confidence == nil))
        return estimator.confidence
    }

    @Test(
        "an open request has none, however probable its words are",
        arguments: [
            "Write a haiku about rain.", "Explain how tides work.", "Why is the sky blue?", "How do I boil an egg?",
            "Summarise this: the harbour was closed on Friday because of the storm.", "Give me five ideas for dinner.",
        ])
    func open(prompt: String) { #expect(confidence(of: prompt) == nil) }

    @Test(
        "a question, a calculation and a text to look something up in have one",
        arguments: [
            "Who wrote Faust?", "What is 12 times 12?",
            "The museum opens at nine and closes at five on weekdays. When does it close?",
        ])
    func closed(prompt: String) { #expect(confidence(of: prompt) != nil) }

    @Test("a raw prompt keeps the plain figure, as scores of texts need it")
    func raw() { #expect(confidence(of: "Write a haiku.") { $0.isRaw = true } != nil) }
}
