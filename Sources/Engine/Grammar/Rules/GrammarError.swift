/// Why a grammar or a schema cannot be used, and where in it.
public struct GrammarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. More kinds may come: switch with a default.
    public struct Code: Sendable, Hashable {
        let name: String

        /// The text is not of the grammar's form, or a schema is no JSON.
        public static let malformed = Code(name: "malformed")
        /// A rule that is used is not there, or there is no `root`.
        public static let missingRule = Code(name: "missingRule")
        /// A rule is there twice.
        public static let repeatedRule = Code(name: "repeatedRule")
        /// A rule begins with itself: nothing would ever be read.
        public static let leftRecursion = Code(name: "leftRecursion")
        /// A rule never ends: each of its alternatives needs itself.
        public static let endless = Code(name: "endless")
        /// A rule that `root` never comes to.
        public static let unreachable = Code(name: "unreachable")
        /// It, or what its repetitions expand to, is larger than any use has need of.
        public static let tooLarge = Code(name: "tooLarge")
        /// A keyword of JSON Schema that is not known here, or a value that it cannot have.
        public static let unsupported = Code(name: "unsupported")
        /// The model's vocabulary has no tokens for what the grammar wants.
        public static let unwritable = Code(name: "unwritable")
    }

    /// What kind of fault it was.
    public let code: Code
    /// What is wrong and what to do, without the place.
    public let reason: String
    /// `nil` where no place is to blame.
    public let place: Place?

    init(_ code: Code, _ reason: String, at place: Place?) {
        self.code = code
        self.reason = reason
        self.place = place
    }

    /// One line: the place, and what is wrong there.
    public var description: String { (place.map { "line \($0.line), column \($0.column): " } ?? "") + reason }
}

/// A place in a text, both from 1; columns count Unicode scalars.
public struct Place: Sendable, Hashable {
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int

    /// Makes a place from a line and a column, both from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
