internal import AssistantCore

/// Text from outside that arrives in pieces: as it came, and made safe for the terminal to be shown.
package struct ForeignText: Sendable, Hashable {
    /// What can be shown.
    package private(set) var shown = ""
    /// What came, where that is not what is shown.
    private var other: String?
    /// A carriage return whose newline may be in the next piece.
    private var endsWithReturn = false
    /// All that came, as it came.
    private var received = ""

    package init(_ text: String = "") {
        _ = append(text)
    }

    /// What came, to be taken elsewhere: without control characters and newlines before the first word, and else as it
    /// was.
    package var text: String { other ?? shown }

    /// Takes the next piece and returns what was added to ``shown``. White space before the first word is not shown.
    mutating func append(_ piece: String) -> String {
        received += piece
        var piece = endsWithReturn ? "\r" + piece : piece
        endsWithReturn = piece.unicodeScalars.last == "\r"
        if endsWithReturn { piece.unicodeScalars.removeLast() }
        var clean = TerminalText.sanitised(piece)
        if shown.isEmpty { clean = String(clean.drop { $0.isWhitespace }) }
        var whole = TerminalText.withoutControls(piece)
        if text.isEmpty { whole = String(whole.drop { $0.isNewline }) }
        if other != nil || !whole.utf8.elementsEqual(clean.utf8) { other = (other ?? shown) + whole }
        shown += clean
        return clean
    }

    /// Takes back the last `count` bytes of what came.
    mutating func removeLast(_ count: Int) {
        self = ForeignText(String(decoding: received.utf8.dropLast(count), as: UTF8.self))
    }

    package var isEmpty: Bool { shown.isEmpty }
}
