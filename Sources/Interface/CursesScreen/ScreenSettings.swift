internal import ChatUI
internal import Glibc

/// Where the screen is and how it behaves there.
package struct ScreenSettings: Sendable {
    /// File descriptors of the terminal. They stay open and stay the caller's.
    package var input: Int32
    package var output: Int32
    package var environment: [String: String]
    /// Plain ASCII, whatever the terminal could show.
    package var forcesASCII: Bool
    /// What is left on the terminal where the program dies of a fault; plain text, some lines of it.
    package var lastWords: String

    package init(
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
