internal import Glibc

/// Why there can be no full screen. The description is one sentence with the next step.
public struct ScreenError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Standard input or output is not a terminal.
        public static let notATerminal = Code(rawValue: "notATerminal")
        /// terminfo does not know `TERM`.
        public static let unknownTerminal = Code(rawValue: "unknownTerminal")
        /// The terminal cannot place its cursor.
        public static let noCursorAddressing = Code(rawValue: "noCursorAddressing")
        /// A call to the system failed.
        public static let system = Code(rawValue: "system")
    }

    public let code: Code
    public let description: String

    static let advice = "use `brim ask` for plain text"

    static let notATerminal = ScreenError(
        code: .notATerminal, description: "the full screen needs a terminal on standard input and output; \(advice)")

    static func unknownTerminal(_ name: String) -> ScreenError {
        ScreenError(
            code: .unknownTerminal,
            description: name.isEmpty
                ? "TERM is not set; set it to the terminal's name, such as xterm-256color, or \(advice)"
                : "no description of the terminal \"\(name)\" is installed; set TERM to another name, or \(advice)")
    }

    static func noCursorAddressing(_ name: String) -> ScreenError {
        ScreenError(
            code: .noCursorAddressing,
            description: "a terminal of the kind \"\(name)\" cannot show a full screen; \(advice)")
    }

    static func system(_ call: String, errno number: Int32) -> ScreenError {
        let reason = unsafe String(cString: strerror(number))
        return ScreenError(
            code: .system, description: "the terminal could not be set up (\(call): \(reason)); \(advice)")
    }
}
