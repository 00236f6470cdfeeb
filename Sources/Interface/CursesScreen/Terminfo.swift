internal import CNcurses
package import ChatUI
internal import Glibc

/// Strings of the terminal's description. `setupterm` or `newterm` must have read it.
enum Terminfo {
    /// Finds a description that fits a terminal, and reads it. Throws where there is none, or where it is one of a
    /// terminal that cannot place its cursor.
    @MainActor
    static func description(of name: String, _ descriptor: Int32) throws(ScreenError) -> String {
        for candidate in [name] + substitutes(name) {
            var error: Int32 = 0
            let isKnown = unsafe setupterm(candidate, descriptor, &error) == OK
            if isKnown, string("cup") != nil { return candidate }
            // 1: it is there, and says that it is none to draw on.
            if isKnown || error == 1 { throw .noCursorAddressing(name) }
        }
        throw .unknownTerminal(name)
    }

    /// What else a terminal understands, where its own description is not installed: newer ones bring theirs along, and a
    /// machine that is reached by SSH does not have it.
    private static func substitutes(_ name: String) -> [String] {
        if name.hasPrefix("tmux") || name.hasPrefix("screen") { return ["screen-256color", "screen"] }
        return emulators.contains { name.hasPrefix($0) } ? ["xterm-256color", "xterm"] : []
    }

    private static let emulators = [
        "alacritty", "contour", "foot", "ghostty", "gnome", "iterm", "kitty", "konsole", "mintty", "rio", "vte",
        "wezterm", "xterm",
    ]

    /// A capability without parameters and without padding; `nil` where the terminal does not have it.
    @MainActor
    static func string(_ name: String) -> String? {
        let value = unsafe tigetstr(name)
        guard let value = unsafe value, Int(bitPattern: value) != -1 else { return nil }
        return withoutPadding(unsafe String(cString: value))
    }

    /// A positive number of the terminal's description.
    @MainActor
    static func number(_ name: String) -> Int? {
        let value = unsafe Int(tigetnum(name))
        return value > 0 ? value : nil
    }

    /// Without delays such as `$<200/>`, which no terminal of today needs.
    static func withoutPadding(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let start = rest.firstRange(of: "$<"), let end = rest[start.upperBound...].firstIndex(of: ">") {
            result += rest[..<start.lowerBound]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

/// What a terminal could show, without taking it over.
package struct TerminalTraits: Sendable {
    package let capabilities: Capabilities

    /// `nil` where nothing is known of a terminal of that name. For the standard output.
    @MainActor
    package init?(environment: [String: String]) {
        var error: Int32 = 0
        guard unsafe setupterm(environment["TERM"] ?? "", STDOUT_FILENO, &error) == OK else { return nil }
        capabilities = Capabilities(environment: environment, terminalColours: Terminfo.number("colors") ?? 0)
    }
}
