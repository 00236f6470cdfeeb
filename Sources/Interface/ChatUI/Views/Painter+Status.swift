internal import AssistantCore

extension Painter {
    /// The line between conversation and input; says that there is more below.
    mutating func paintRule() {
        if let row = layout.rule { rule(row) }
        guard !state.transcript.isAtEnd, !state.transcript.entries.isEmpty else { return }
        let words = state.isAnswering ? "more, and still answering" : "more"
        let text = " \(glyphs.down) \(words) \(glyphs.dot) End "
        let row = layout.rule ?? layout.transcript.upperBound - 1
        frame.put(text, Style(.brand, .bold), row: row, column: max(0, rightEdge - CellWidth.of(text) - 1))
    }

    /// What the keys do now, or what has just to be said.
    mutating func paintStatus() {
        // Where no meters stand under the conversation, a recording is shown here, whatever else there is to say.
        var column = 1
        if state.showsTalkInStatus {
            let limit = rightEdge - KeyHint(.help, "help", state.keymap).width - 3
            column = min(limit, paintTalk(layout.status, limit: limit) + 3)
        }
        let line = parts.status.cells(of: state.statusLine(from: column), glyphs)
        frame.put(line.rows[0], row: layout.status, column: column)
    }
}

extension ChatState {
    /// Whether a recording has no other place than the last line.
    var showsTalkInStatus: Bool {
        layout.meters.isEmpty && layout.side == nil && (talk.recording != nil || talk.isHearing)
    }

    /// - Parameter start: the first column that is free.
    func statusLine(from start: Int = 1) -> StatusLine {
        StatusLine(self, from: start, mayHint: !showsTalkInStatus)
    }
}
