/// What went wrong in the language model: its file, a request to it, or its numbers.
public struct TransformerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. More kinds may come: switch with a default.
    public struct Code: Sendable, Hashable {
        let name: String

        /// The model family is not one this engine knows.
        public static let unsupportedArchitecture = Code(name: "unsupportedArchitecture")
        /// A hyperparameter is missing, out of range or contradicts another.
        public static let invalidConfiguration = Code(name: "invalidConfiguration")
        /// A tensor that the graph needs is missing, or has the wrong shape or type.
        public static let invalidTensor = Code(name: "invalidTensor")
        /// A token id outside the vocabulary.
        public static let invalidToken = Code(name: "invalidToken")
        /// The tokens do not fit the context, or do not continue what it holds.
        public static let contextOverflow = Code(name: "contextOverflow")
        /// The logits hold NaN or infinity.
        public static let nonFiniteLogits = Code(name: "nonFiniteLogits")
        /// A sampling parameter is out of range.
        public static let invalidSampling = Code(name: "invalidSampling")
        /// The cancel flag was raised.
        public static let cancelled = Code(name: "cancelled")
        /// The system refused memory.
        public static let outOfMemory = Code(name: "outOfMemory")
    }

    /// What kind of failure it was.
    public let code: Code
    /// One readable line that says what to do next.
    public let description: String

    /// Makes an error of one readable line.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
