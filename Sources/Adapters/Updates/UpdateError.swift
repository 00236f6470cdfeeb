internal import AssistantCore

/// What can go wrong between a repository of updates and what this device trusts.
package struct UpdateError: CodedError {
    package struct Code: Sendable, Hashable {
        let name: String

        /// This device has no root metadata to begin with, or what it has is none.
        package static let noRoot = Code(name: "noRoot")
        /// Metadata is not what the specification says it is.
        package static let malformed = Code(name: "malformed")
        /// Too few of the keys that have to sign have signed.
        package static let unsigned = Code(name: "unsigned")
        /// Metadata is older than what this device has seen.
        package static let rolledBack = Code(name: "rolledBack")
        /// Metadata is past its date, or the clock is wrong.
        package static let expired = Code(name: "expired")
        /// Bytes are not those that trusted metadata describes.
        package static let mismatched = Code(name: "mismatched")
        /// No trusted role describes a target of that name.
        package static let unknownTarget = Code(name: "unknownTarget")
        /// The repository does not have it.
        package static let absent = Code(name: "absent")
        /// The repository could not be reached, or broke off.
        package static let unreachable = Code(name: "unreachable")
        /// The repository sends more, or more slowly, than is taken from it.
        package static let tooMuch = Code(name: "tooMuch")
        /// The address is none that can be asked.
        package static let badAddress = Code(name: "badAddress")
        /// A file or directory of this device could not be read or written.
        package static let fileSystem = Code(name: "fileSystem")
    }

    package let code: Code
    /// One line: what happened, and what to do next.
    package let description: String
    package let underlying: (any Error)?

    package init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    /// The same of a file of that name: a whole sentence, with the next step, made of one without its subject.
    func of(_ file: String) -> UpdateError {
        let step =
            switch code {
            case .expired: "set this device's clock; if it is right, ask who publishes the repository to sign it again"
            case .malformed: "ask who publishes the repository"
            case .mismatched, .tooMuch: "try again later, or take another mirror"
            default: "take nothing from this repository before who publishes it says why"
            }
        return UpdateError(code, "\(file) \(description); \(step)", underlying: underlying)
    }
}

/// A name from outside as it may stand in a message: in quotes, in one line, cut.
func quoted(_ name: String) -> String {
    let line = name.prefix(80).map { $0.isNewline ? " " : String($0) }.joined()
    return "“\(TerminalText.sanitised(line))\(name.count > 80 ? "…" : "")”"
}
