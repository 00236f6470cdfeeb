internal import AssistantCore

/// Text from outside that arrives in pieces, made safe for the terminal as it comes.
public struct ForeignText: Sendable, Hashable {
    /// What can be shown.
    public private(set) var shown = ""
    /// A carriage return whose newline may be in the next piece.
    private var endsWithReturn = false

    public init(_ text: String = "") {
        _ = append(text)
    }

    /// Takes the next piece and returns what was added to ``shown``. White space before the first word is dropped.
    mutating func append(_ piece: String) -> String {
        var piece = endsWithReturn ? "\r" + piece : piece
        endsWithReturn = piece.unicodeScalars.last == "\r"
        if endsWithReturn { piece.unicodeScalars.removeLast() }
        var clean = TerminalText.sanitised(piece)
        if shown.isEmpty { clean = String(clean.drop { $0.isWhitespace }) }
        shown += clean
        return clean
    }

    public var isEmpty: Bool { shown.isEmpty }
}
