internal import AssistantCore

/// What can go wrong between Brim and the HAT+.
package struct HatError: CodedError {
    package struct Code: Sendable, Hashable {
        let name: String

        /// The address of hailo-ollama is none, or leads to another device.
        package static let badAddress = Code(name: "badAddress")
        /// Nothing answers at the address.
        package static let notRunning = Code(name: "notRunning")
        /// Something answers, and it is not hailo-ollama.
        package static let notHailoOllama = Code(name: "notHailoOllama")
        /// hailo-ollama has no model, or not the one that was asked for.
        package static let noModel = Code(name: "noModel")
        /// hailo-ollama refused the request.
        package static let refused = Code(name: "refused")
        /// The reply is not what hailo-ollama sends.
        package static let invalidReply = Code(name: "invalidReply")
        /// The reply ended, or the connection broke, before the answer was done.
        package static let brokenStream = Code(name: "brokenStream")
        /// Nothing came for too long.
        package static let stalled = Code(name: "stalled")
        /// The question alone does not fit the board's window.
        package static let promptTooLong = Code(name: "promptTooLong")
        /// The request makes no sense.
        package static let invalidRequest = Code(name: "invalidRequest")
        /// The process that looks at the library could not be started.
        package static let probe = Code(name: "probe")
    }

    package let code: Code
    /// One line: what happened, and what to do next. Safe for a terminal.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}

extension HatError: ModelFault {
    package var blamesRequest: Bool { [.promptTooLong, .invalidRequest].contains(code) }
}
