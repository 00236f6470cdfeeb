public import ChatUI
internal import CNcurses
internal import Glibc

/// What a terminal could show, without taking it over.
public struct TerminalTraits: Sendable {
    public let capabilities: Capabilities

    /// `nil` where nothing is known of a terminal of that name. For the standard output.
    @MainActor
    public init?(environment: [String: String]) {
        var error: Int32 = 0
        guard unsafe setupterm(environment["TERM"] ?? "", STDOUT_FILENO, &error) == OK else { return nil }
        capabilities = Capabilities(environment: environment, terminalColours: Terminfo.number("colors") ?? 0)
    }
}
