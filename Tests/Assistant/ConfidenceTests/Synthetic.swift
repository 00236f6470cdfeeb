import AssistantCore

@testable import Confidence

/// Answers made by a rule that a fit can find: the surer the content word, the more often it is right.
enum Synthetic {
    static let kinds = ["capitals", "symbols", "sums", "opposites"]
    static let binding = Calibration.Binding(model: "f00d", quantisation: "Q4_1", prompts: "abcd")

    static func records(_ count: Int, seed: UInt64 = 1, kinds: [String] = kinds) -> [AnswerRecord] {
        var generator = SeededGenerator(seed)
        return (0..<count).map { number in
            let certainty = Double(generator.index(below: 1_000)) / 1_000
            let isRight = Double(generator.index(below: 1_000)) / 1_000 < certainty
            let question = EvaluationQuestion(
                id: QuestionID(number), category: kinds[number % kinds.count],
                prompt: "What is the capital of Nowhere?",
                answers: isRight ? ["Somewhere"] : ["Elsewhere"])
            return AnswerRecord(question, answer(certainty))
        }
    }

    /// `The capital of Nowhere is Somewhere.`, its one content word as probable as is said.
    static func answer(_ certainty: Double) -> [GeneratedToken] {
        let probability = Float(max(certainty, 0.001))
        return ["The", " capital", " of", " Nowhere", " is"].map { token($0, 0.9) }
            + [token(" Some", probability), token("where", 0.9), token(".", 0.8), token("", 0.9)]
    }

    static func token(_ text: String, _ probability: Float) -> GeneratedToken {
        GeneratedToken(
            id: 1, text: text, logProbability: logarithm(probability), entropy: 2 * (1 - probability),
            margin: 4 * probability)
    }

    private static func logarithm(_ value: Float) -> Float {
        // A few Newton steps: tests need no library for one logarithm.
        var guess: Float = 0
        for _ in 0..<40 { guess += 2 * (value - exponential(guess)) / (value + exponential(guess)) }
        return guess
    }

    private static func exponential(_ value: Float) -> Float {
        var (sum, term): (Float, Float) = (1, 1)
        let part = value / 16
        for step in 1..<16 {
            term *= part / Float(step)
            sum += term
        }
        var result = sum
        for _ in 0..<4 { result *= result }
        return result
    }
}
