public import AssistantCore

/// What can go wrong between Brim and the HAT+.
public struct HatError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        let name: String

        /// The address of hailo-ollama is none, or leads to another device.
        public static let badAddress = Code(name: "badAddress")
        /// Nothing answers at the address.
        public static let notRunning = Code(name: "notRunning")
        /// Something answers, and it is not hailo-ollama.
        public static let notHailoOllama = Code(name: "notHailoOllama")
        /// hailo-ollama has no model, or not the one that was asked for.
        public static let noModel = Code(name: "noModel")
        /// hailo-ollama refused the request.
        public static let refused = Code(name: "refused")
        /// The reply is not what hailo-ollama sends.
        public static let invalidReply = Code(name: "invalidReply")
        /// The reply ended, or the connection broke, before the answer was done.
        public static let brokenStream = Code(name: "brokenStream")
        /// Nothing came for too long.
        public static let stalled = Code(name: "stalled")
        /// The question alone does not fit the board's window.
        public static let promptTooLong = Code(name: "promptTooLong")
        /// The request makes no sense.
        public static let invalidRequest = Code(name: "invalidRequest")
        /// The process that looks at the library could not be started.
        public static let probe = Code(name: "probe")
    }

    public let code: Code
    /// One line: what happened, and what to do next. Safe for a terminal.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension HatError: ModelFault {
    public var blamesRequest: Bool { [.promptTooLong, .invalidRequest].contains(code) }
}
