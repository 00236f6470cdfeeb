internal import AssistantCore

/// A line of input (or several) that is edited by grapheme cluster.
package struct Editor: Sendable {
    /// Characters that fit; more is cut, and the person is told.
    package static let maximumCount = 100_000

    private(set) var characters: [Character] = [] {
        didSet { revision &+= 1 }
    }
    /// Changes whenever the text may have.
    private(set) var revision = 0
    /// Characters before the caret.
    private(set) var caret = 0
    /// What was cut last by a key that cuts.
    private(set) var cut: [Character] = []
    /// The column that Up and Down aim at.
    private var goalColumn: Int?

    package init(_ text: String = "") {
        insert(text)
    }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    // MARK: - Text in and out

    /// Inserts at the caret, without control characters. Returns `false` where not all of it fitted.
    @discardableResult
    mutating func insert(_ text: String) -> Bool {
        // The characters beside the caret may combine with what comes.
        let before = caret > 0 ? String(characters[caret - 1]) : ""
        let after = caret < characters.count ? String(characters[caret]) : ""
        let clean = TerminalText.withoutControls(text)
        let room = Self.maximumCount - characters.count
        let fitting = clean.count <= room ? clean : String(clean.prefix(max(0, room)))
        let head = Array(before + fitting)
        let whole = Array(before + fitting + after)
        let from = caret - (before.isEmpty ? 0 : 1)
        characters.replaceSubrange(from..<caret + (after.isEmpty ? 0 : 1), with: whole)
        caret = min(from + head.count, characters.count)
        goalColumn = nil
        return fitting.utf8.count == clean.utf8.count
    }

    /// Replaces everything; the caret goes to the end.
    mutating func replace(with text: String) {
        characters = Array(text.prefix(Self.maximumCount))
        moveCaret(to: characters.count)
    }

    /// Empties the editor, and returns what was in it.
    mutating func take() -> String {
        defer { replace(with: "") }
        return text
    }

    /// Empties the editor; ``yank()`` brings it back.
    mutating func clear() {
        removeKeeping(0..<characters.count)
    }

    mutating func yank() {
        insert(String(cut))
    }

    // MARK: - Deletion

    mutating func deleteBackward() {
        guard caret > 0 else { return }
        remove(caret - 1..<caret)
    }

    mutating func deleteForward() {
        guard caret < characters.count else { return }
        remove(caret..<caret + 1)
    }

    mutating func cutToLineStart() { removeKeeping(lineStart..<caret) }
    mutating func cutWordBackward() { removeKeeping(wordStart..<caret) }
    mutating func cutBlankDelimitedWordBackward() { removeKeeping(blankDelimitedWordStart..<caret) }
    mutating func cutWordForward() { removeKeeping(caret..<wordEnd) }

    /// Cuts to the end of the line, or the newline where the caret stands before it.
    mutating func cutToLineEnd() {
        let end = lineEnd
        removeKeeping(caret..<(end == caret ? min(end + 1, characters.count) : end))
    }

    private mutating func removeKeeping(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        cut = Array(characters[range])
        remove(range)
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        moveCaret(to: range.lowerBound)
        // What now stand side by side may combine.
        guard caret > 0, caret < characters.count else { return }
        let joined = Array(String(characters[caret - 1]) + String(characters[caret]))
        if joined.count == 1 {
            characters.replaceSubrange(caret - 1...caret, with: joined)
            caret -= 1
        }
    }

    // MARK: - Movement

    /// To a place in the lines as they are shown.
    mutating func moveCaret(row: Int, column: Int, _ layout: EditorLayout) {
        moveCaret(to: layout.caret(row: row, column: column, in: characters))
    }

    mutating func moveLeft() { moveCaret(to: caret - 1) }
    mutating func moveRight() { moveCaret(to: caret + 1) }
    mutating func moveWordLeft() { moveCaret(to: wordStart) }
    mutating func moveWordRight() { moveCaret(to: wordEnd) }
    mutating func moveToLineStart() { moveCaret(to: lineStart) }
    mutating func moveToLineEnd() { moveCaret(to: lineEnd) }

    private mutating func moveCaret(to target: Int) {
        caret = min(max(0, target), characters.count)
        goalColumn = nil
    }

    /// Moves by lines as they are shown at a width. Returns `false` where there is no line in that direction.
    mutating func moveVertically(by lines: Int, width: Int) -> Bool {
        let layout = layout(width: width)
        let place = layout.place(of: caret, in: characters)
        let target = place.row + lines
        guard layout.rows.indices.contains(target) else { return false }
        let column = goalColumn ?? place.column
        caret = layout.caret(row: target, column: column, in: characters)
        goalColumn = column
        return true
    }

    private var lineStart: Int {
        (characters[..<caret].lastIndex(where: \.isNewline) ?? -1) + 1
    }

    private var lineEnd: Int {
        characters[caret...].firstIndex(where: \.isNewline) ?? characters.count
    }

    private var wordStart: Int {
        let end = characters[..<caret].lastIndex(where: \.isWordPart) ?? 0
        return (characters[..<end].lastIndex { !$0.isWordPart } ?? -1) + 1
    }

    private var wordEnd: Int {
        let start = characters[caret...].firstIndex(where: \.isWordPart) ?? characters.count
        return characters[start...].firstIndex { !$0.isWordPart } ?? characters.count
    }

    /// As Ctrl-W of a shell counts words: between blanks.
    private var blankDelimitedWordStart: Int {
        let end = characters[..<caret].lastIndex { !$0.isWhitespace } ?? 0
        return (characters[..<end].lastIndex(where: \.isWhitespace) ?? -1) + 1
    }
}

extension Character {
    fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
