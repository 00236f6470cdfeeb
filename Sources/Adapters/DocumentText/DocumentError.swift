internal import AssistantCore

/// Why a document has no text: one sentence with what can be done.
package struct DocumentError: CodedError {
    package struct Code: Sendable, Hashable, RawRepresentable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The file cannot be read, or is no plain file.
        package static let unreadable = Code(rawValue: "unreadable")
        /// It, or the text in it, is longer than is read.
        package static let tooLarge = Code(rawValue: "tooLarge")
        /// It is not what its name says, or is damaged.
        package static let damaged = Code(rawValue: "damaged")
        /// Its text is in an encoding that is not known.
        package static let encoding = Code(rawValue: "encoding")
        /// There is no text in it.
        package static let empty = Code(rawValue: "empty")
        /// A program that is needed is not installed.
        package static let noProgram = Code(rawValue: "noProgram")
        /// The program took too long.
        package static let timeout = Code(rawValue: "timeout")
    }

    package var code: Code
    package var description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}
