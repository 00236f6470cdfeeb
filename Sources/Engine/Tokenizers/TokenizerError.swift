/// Why a vocabulary, a chat template or a token was refused. The description is one line that may be printed as it is.
public struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it was. More may be added.
    public struct Code: Sendable, Hashable {
        private enum Value {
            case malformedVocabulary, unsupportedTokenizer, unsupportedTemplate, missingTemplate, unknownToken
        }
        private let value: Value

        /// The vocabulary or its merges contradict themselves.
        public static let malformedVocabulary = Code(value: .malformedVocabulary)
        /// The model cuts text into tokens in a way this program does not know.
        public static let unsupportedTokenizer = Code(value: .unsupportedTokenizer)
        /// The model wants its conversations laid out in a way this program does not know.
        public static let unsupportedTemplate = Code(value: .unsupportedTemplate)
        /// The model came without a chat template: it was not made for conversations.
        public static let missingTemplate = Code(value: .missingTemplate)
        /// A token id outside the vocabulary.
        public static let unknownToken = Code(value: .unknownToken)
    }

    /// What kind of fault it was.
    public let code: Code
    /// What is wrong and what to do next, in one line.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func malformed(_ problem: String) -> TokenizerError {
        TokenizerError(.malformedVocabulary, "the model's vocabulary is damaged: \(problem); fetch the model again")
    }
}
