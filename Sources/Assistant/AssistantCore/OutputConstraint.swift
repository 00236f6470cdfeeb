/// What form an answer has to have, whatever the model would rather say.
package struct OutputConstraint: Sendable, Hashable {
    package enum Form: Sendable, Hashable {
        /// A grammar in GBNF.
        case grammar
        /// JSON that fits a JSON Schema.
        case jsonSchema
    }

    package var form: Form
    /// The grammar or the schema.
    package var text: String
    /// What to call it in an error, such as its file.
    package var name: String

    package init(_ form: Form, _ text: String, name: String) {
        self.form = form
        self.text = text
        self.name = name
    }
}
