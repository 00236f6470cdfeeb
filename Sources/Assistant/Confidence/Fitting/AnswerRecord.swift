public import AssistantCore

/// A question of a calibration, the model's answer with every token's numbers, and whether it was right: all that a fit
/// needs, so that fitting anew asks the model nothing.
public struct AnswerRecord: Sendable, Hashable, Codable, Identifiable {
    public struct Token: Sendable, Hashable, Codable {
        public var text: String
        public var logprob: Float
        public var entropy: Float
        public var margin: Float

        public init(_ token: GeneratedToken) {
            text = token.text
            logprob = token.logProbability
            entropy = token.entropy
            margin = token.margin
        }

        var generated: GeneratedToken {
            GeneratedToken(id: 0, text: text, logProbability: logprob, entropy: entropy, margin: margin)
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

    public var answer: String { tokens.map(\.text).joined() }
}
