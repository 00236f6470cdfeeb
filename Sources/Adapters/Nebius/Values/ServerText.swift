import AssistantCore

/// Text of a server made fit for one line of a message, a log or a record.
enum ServerText {
    /// One line of at most `limit` characters without controls and without any of the `secrets`.
    static func cleaned(_ text: String, limit: Int = 240, hiding secrets: [Secret] = []) -> String {
        let text = secrets.reduce(text) { $1.removed(from: $0) }
        let words = TerminalText.sanitised(text).split(whereSeparator: \.isWhitespace)
        let line = words.joined(separator: " ")
        return line.count <= limit ? line : line.prefix(limit - 1) + "…"
    }
}
