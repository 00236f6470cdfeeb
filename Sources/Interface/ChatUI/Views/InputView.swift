internal import AssistantCore

/// The editor behind its prompt mark, scrolled so that the caret is seen.
struct InputView: View {
    private let state: ChatState

    init(_ state: ChatState) { self.state = state }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let editor = state.editor
        let rows = state.inputLayout
        let caret = rows.place(of: editor.caret, in: editor.characters)
        let height = area.size.rows
        let top = rows.top(of: editor.caret, in: editor.characters, height: height)
        let first = area.top
        let column = area.left + ScreenLayout.inputColumn
        frame.put(
            glyphs.prompt, state.isReading ? Style(.faint) : Style(.person, .bold), row: first, column: area.left + 1)
        for offset in 0..<min(height, rows.rows.count - top) {
            let line = String(editor.characters[rows.rows[top + offset]].map { $0 == "\t" ? " " : $0 })
            frame.put(line, .plain, row: first + offset, column: column, limit: area.right)
        }
        if editor.isEmpty {
            frame.put(placeholder, Style(.faint), row: first, column: column, limit: area.right - 1)
        }
        // That there are lines above and below those in view.
        if top > 0 { frame.put(glyphs.up, Style(.muted), row: first, column: area.left) }
        if rows.rows.count > height + top {
            frame.put(glyphs.down, Style(.muted), row: area.bottom - 1, column: area.left)
        }
        // At the chosen message, unless the view has left it.
        guard !state.isReading || frame.cursor == nil else { return }
        frame.cursor = Position(row: first + caret.row - top, column: column + caret.column)
    }

    private var placeholder: String {
        if let recording = state.talk.recording {
            return recording.text.isEmpty ? "listening" : TerminalText.sanitised(recording.text)
        }
        if case .failed = state.model { return "" }
        if state.isAnswering { return "write the next message" }
        return state.document.map { "ask about \($0)" } ?? "ask anything"
    }
}

/// The messages that wait for the answer at work, the next one first.
struct QueueView: View {
    let queue: [QueuedMessage]

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let hidden = queue.count - area.size.rows
        let start = area.left + ScreenLayout.inputColumn
        for offset in 0..<area.size.rows {
            // The last row tells how many there is no room for.
            let isRest = hidden > 0 && offset == area.size.rows - 1
            let label = isRest ? "+\(hidden + 1)" : "queued"
            let text = isRest ? "more wait" : String(queue[offset].text.map { $0.isWhitespace ? " " : $0 })
            let row = area.top + offset
            let end = frame.put(label, Style(.warning), row: row, column: start, limit: area.right - 1)
            frame.put(text, Style(.muted), row: row, column: end + 1, limit: area.right - 1)
        }
    }
}
