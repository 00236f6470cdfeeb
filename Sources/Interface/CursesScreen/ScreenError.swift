internal import Glibc

/// Why there can be no full screen. The description is one sentence with the next step.
package struct ScreenError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Standard input or output is not a terminal.
        package static let notATerminal = Code(rawValue: "notATerminal")
        /// terminfo does not know `TERM`.
        package static let unknownTerminal = Code(rawValue: "unknownTerminal")
        /// The terminal cannot place its cursor.
        package static let noCursorAddressing = Code(rawValue: "noCursorAddressing")
        /// A call to the system failed.
        package static let system = Code(rawValue: "system")
    }

    package let code: Code
    package let description: String

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
