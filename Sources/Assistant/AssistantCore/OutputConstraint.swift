/// What form an answer has to have, whatever the model would rather say.
public struct OutputConstraint: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// A grammar in GBNF.
        case grammar
        /// JSON that fits a JSON Schema.
        case jsonSchema
    }

    public var form: Form
    /// The grammar or the schema.
    public var text: String
    /// What to call it in an error, such as its file.
    public var name: String

    public init(_ form: Form, _ text: String, name: String) {
        self.form = form
        self.text = text
        self.name = name
    }
}
