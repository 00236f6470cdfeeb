package import AssistantCore

/// A question of a calibration, the model's answer with every token's numbers, and whether it was right: all that a fit
/// needs, so that fitting anew asks the model nothing.
package struct AnswerRecord: Sendable, Hashable, Codable, Identifiable {
    package struct Token: Sendable, Hashable, Codable {
        package var text: String
        package var logprob: Float
        package var entropy: Float

        package init(_ token: GeneratedToken) {
            text = token.text
            logprob = token.logProbability
            entropy = token.entropy
        }

        var generated: GeneratedToken {
            GeneratedToken(id: 0, text: text, logProbability: logprob, entropy: entropy, margin: 0)
        }
    }

    package var id: QuestionID
    package var category: String
    package var prompt: String
    package var right: Bool
    package var tokens: [Token]

    package init(_ question: EvaluationQuestion, _ tokens: [GeneratedToken]) {
        id = question.id
        category = question.category
        prompt = question.prompt
        self.tokens = tokens.map(Token.init)
        right = question.isRight(tokens.map(\.text).joined())
    }

    /// An answer that a person judged. Its number is negative: those of question files are their own.
    package init(_ label: LabelledAnswer, _ tokens: [GeneratedToken], category: String) {
        id = QuestionID(0 &- Int(label.message.rawValue))
        self.category = category
        prompt = label.question
        right = label.verdict == .right
        self.tokens = tokens.map(Token.init)
    }

    package var answer: String { tokens.map(\.text).joined() }
}
