/// What is wrong with the operator's rules. None of them is in force then.
public struct RoutingPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, RawRepresentable {
        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// A number outside its range.
        public static let outOfRange = Code(rawValue: "out_of_range")
        /// More rules, phrases, words or bytes than are taken.
        public static let tooLarge = Code(rawValue: "too_large")
        /// A data class without words of its own that is not among the known ones.
        public static let unknownClass = Code(rawValue: "unknown_class")
        /// A phrase without a word in it, a rule that can never apply, or two rules of the same name.
        public static let meaningless = Code(rawValue: "meaningless")
    }

    public let code: Code
    /// One line: what is wrong, where, and what would be right.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
