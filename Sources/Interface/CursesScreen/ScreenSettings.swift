internal import ChatUI
public import Glibc

/// Where the screen is and how it behaves there.
public struct ScreenSettings: Sendable {
    /// File descriptors of the terminal. They stay open and stay the caller's.
    public var input: Int32
    public var output: Int32
    public var environment: [String: String]
    /// Plain ASCII, whatever the terminal could show.
    public var forcesASCII: Bool
    /// What is left on the terminal where the program dies of a fault; plain text, some lines of it.
    public var lastWords: String

    public init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, environment: [String: String],
        forcesASCII: Bool = false, lastWords: String = ""
    ) {
        self.input = input
        self.output = output
        self.environment = environment
        self.forcesASCII = forcesASCII
        self.lastWords = lastWords
    }

    /// Whether the person sits elsewhere.
    var isRemote: Bool {
        ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].contains { environment[$0]?.isEmpty == false }
    }
}
