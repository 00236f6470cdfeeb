import ArgumentParser
import AssistantCore
import LocalInference

/// What form an answer has to have.
struct FormOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The answer is a text of this grammar (GBNF; all begins with the rule root). Answered on the device alone.",
            valueName: "file.gbnf"))
    var grammar: String?
    @Option(
        help: ArgumentHelp(
            "The answer is JSON that fits this JSON Schema. Answered on the device alone.", valueName: "file.json"))
    var jsonSchema: String?

    func validate() throws {
        guard grammar == nil || jsonSchema == nil else {
            throw ValidationError("an answer has one form: --grammar or --json-schema")
        }
    }

    /// The form, read and checked: what is wrong with it is said before a model is loaded.
    func constraint() throws -> OutputConstraint? {
        guard let path = grammar ?? jsonSchema else { return nil }
        let bytes = try InputFile.bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(path) is no UTF-8 text")
        }
        let constraint = OutputConstraint(grammar == nil ? .jsonSchema : .grammar, text, name: path)
        try constraint.check()
        return constraint
    }
}
