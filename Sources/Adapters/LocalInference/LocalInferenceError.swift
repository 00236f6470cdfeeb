internal import AssistantCore
internal import Transformer

/// Why the model on this device could not be loaded or could not answer.
package struct LocalInferenceError: CodedError {
    /// The kind of failure. More kinds may come: switch with a default.
    package struct Code: Sendable, Hashable {
        let name: String

        /// The model file could not be read, is damaged, or is of a kind this engine does not know.
        package static let unusableModel = Code(name: "unusableModel")
        /// The prompt alone does not fit the context.
        package static let promptTooLong = Code(name: "promptTooLong")
        /// A parameter of the request is out of range.
        package static let invalidRequest = Code(name: "invalidRequest")
        /// A file could not be written.
        package static let fileSystem = Code(name: "fileSystem")
        /// The model failed while it computed.
        package static let failed = Code(name: "failed")
    }

    package let code: Code
    /// One readable line that says what to do next.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    /// What is thrown where a model file could not be read, for what the engine threw.
    static func reading(_ error: any Error) -> any Error {
        switch error {
        case let error as TransformerError where error.code == .cancelled: CancellationError()
        case is LocalInferenceError: error
        default: LocalInferenceError(.unusableModel, "\(error)", underlying: error)
        }
    }

    static func promptTooLong(_ count: Int, capacity: Int) -> LocalInferenceError {
        LocalInferenceError(
            .promptTooLong, "The prompt takes \(count) tokens, but at most \(capacity) fit the context. Shorten it.")
    }
}
