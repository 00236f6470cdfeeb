/// Why the model on this device could not be loaded or could not answer.
public struct LocalInferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. More kinds may come: switch with a default.
    public struct Code: Sendable, Hashable {
        let name: String

        /// The model file could not be read, is damaged, or is of a kind this engine does not know.
        public static let unusableModel = Code(name: "unusableModel")
        /// The prompt alone does not fit the context.
        public static let promptTooLong = Code(name: "promptTooLong")
        /// A parameter of the request is out of range.
        public static let invalidRequest = Code(name: "invalidRequest")
        /// A file could not be written.
        public static let fileSystem = Code(name: "fileSystem")
        /// The model failed while it computed.
        public static let failed = Code(name: "failed")
    }

    public let code: Code
    /// One readable line that says what to do next.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func promptTooLong(_ count: Int, capacity: Int) -> LocalInferenceError {
        LocalInferenceError(
            .promptTooLong, "The prompt takes \(count) tokens, but at most \(capacity) fit the context. Shorten it.")
    }
}
