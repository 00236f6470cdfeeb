internal import AssistantCore

extension Painter {
    /// The editor behind its prompt mark, scrolled so that the caret is seen.
    mutating func paintInput() {
        let editor = state.editor
        let rows = state.inputLayout
        let caret = rows.place(of: editor.caret, in: editor.characters)
        let height = layout.input.count
        let top = rows.top(of: editor.caret, in: editor.characters, height: height)
        let first = layout.input.lowerBound
        frame.put(glyphs.prompt, state.isReading ? Style(.faint) : Style(.person, .bold), row: first, column: 1)
        for offset in 0..<min(height, rows.rows.count - top) {
            let line = String(editor.characters[rows.rows[top + offset]].map { $0 == "\t" ? " " : $0 })
            frame.put(line, .plain, row: first + offset, column: ScreenLayout.inputColumn, limit: state.size.columns)
        }
        if editor.isEmpty {
            frame.put(placeholder, Style(.faint), row: first, column: ScreenLayout.inputColumn, limit: rightEdge)
        }
        if rows.rows.count > height { paintOverflow(top, hidden: rows.rows.count - height - top) }
        // At the chosen message, unless the view has left it.
        guard !state.isReading || frame.cursor == nil else { return }
        frame.cursor = Position(row: first + caret.row - top, column: ScreenLayout.inputColumn + caret.column)
    }

    /// That there are lines above and below those in view.
    private mutating func paintOverflow(_ above: Int, hidden below: Int) {
        if above > 0 { frame.put(glyphs.up, Style(.muted), row: layout.input.lowerBound, column: 0) }
        if below > 0 { frame.put(glyphs.down, Style(.muted), row: layout.input.upperBound - 1, column: 0) }
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
