public import AssistantCore

/// A question of a calibration, the model's answer with every token's numbers, and whether it was right: all that a fit
/// needs, so that fitting anew asks the model nothing.
public struct AnswerRecord: Sendable, Hashable, Codable, Identifiable {
    public struct Token: Sendable, Hashable, Codable {
        public var text: String
        public var logprob: Float
        public var entropy: Float

        public init(_ token: GeneratedToken) {
            text = token.text
            logprob = token.logProbability
            entropy = token.entropy
        }

        var generated: GeneratedToken {
            GeneratedToken(id: 0, text: text, logProbability: logprob, entropy: entropy, margin: 0)
        }
    }

    public var id: Int
    public var category: String
    public var prompt: String
    public var right: Bool
    public var tokens: [Token]

    public init(_ question: JudgedQuestion, _ tokens: [GeneratedToken]) {
        id = question.id
        category = question.category
        prompt = question.prompt
        self.tokens = tokens.map(Token.init)
        right = question.isRight(tokens.map(\.text).joined())
    }

    /// An answer that a person judged. Its number is negative: those of question files are their own.
    public init(_ label: LabelledAnswer, _ tokens: [GeneratedToken], category: String) {
        id = -Int(label.message.rawValue)
        self.category = category
        prompt = label.question
        right = label.verdict == .right
        self.tokens = tokens.map(Token.init)
    }

    public var answer: String { tokens.map(\.text).joined() }
}
