internal import AssistantCore

/// Fixed arrays of characters, as C structs hold them.
enum HailoText {
    /// The text up to the first NUL, at most `limit` bytes, made safe for a terminal.
    static func string<Characters>(_ characters: Characters, limit: Int = .max) -> String {
        let bytes = unsafe withUnsafeBytes(of: characters) { unsafe Array($0) }
        return TerminalText.sanitised(String(decoding: bytes.prefix(limit).prefix { $0 != 0 }, as: UTF8.self))
    }
}
