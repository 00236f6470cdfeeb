internal import AssistantCore

/// Why figures could not be handed on. It is said where somebody looks, and stops nothing.
package struct TelemetryError: CodedError {
    package struct Code: Sendable, Hashable {
        let name: String

        /// The address is none that can be asked.
        package static let badAddress = Code(name: "badAddress")
        /// The receiver cannot be reached, or does not take it.
        package static let unreachable = Code(name: "unreachable")
        /// The file cannot be written.
        package static let fileSystem = Code(name: "fileSystem")
    }

    package let code: Code
    /// One line: what happened, and what to do next.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}
