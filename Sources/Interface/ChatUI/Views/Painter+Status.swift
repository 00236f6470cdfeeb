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
        let showsTalk = layout.meters.isEmpty && talkSpans != nil
        if let hint = state.hint, !showsTalk {
            frame.put(hint, Style(.warning), row: layout.status, column: 1, limit: rightEdge)
            return
        }
        let edge = paintInputSize()
        var column = showsTalk ? paintTalk(layout.status) + 3 : 1
        for (key, meaning) in keys {
            let end = column + CellWidth.of(key) + 1 + CellWidth.of(meaning)
            guard end <= edge else { break }
            column = frame.put(key, Style(.text), row: layout.status, column: column)
            column = frame.put(meaning, Style(.muted), row: layout.status, column: column + 1) + 3
        }
    }

    /// How long a long message is, at the right; returns where it begins.
    private mutating func paintInputSize() -> Int {
        let lines = state.inputLayout.rows.count
        guard lines > layout.input.count else { return rightEdge }
        let words = "\(lines) lines"
        let column = rightEdge - words.count
        frame.put(words, Style(.muted), row: layout.status, column: column)
        return column - 2
    }

    /// While recording: how it ends.
    private var talkKeys: [(String, String)] {
        let end = state.talk.status?.method == .hold ? ("let go", "send") : (state.keymap.name(of: .talk), "send")
        return [end, ("Esc", "forget it")]
    }

    /// Most useful first: what does not fit is left out.
    private var keys: [(String, String)] {
        if let panel = state.panel { return PanelContent(panel.panel, state).keys }
        var keys: [(String, String)] = []
        if state.talk.recording != nil { return talkKeys }
        if state.isAnswering { keys.append(("Esc", "stop")) } else { keys.append(("Enter", "send")) }
        let name = state.keymap.name(of:)
        if state.talk.isPossible { keys.append((name(.talk), "talk")) }
        keys.append((name(.help), "help"))
        if state.mayWantCloud, state.kiosk == nil { keys.append((name(.cloud), "ask the cloud")) }
        if state.kiosk != nil { return keys + [(name(.new), "start over"), ("PgUp", "scroll")] }
        keys.append((name(.quit), "quit"))
        if !state.transcript.isAtEnd { keys.append(("End", "newest")) }
        keys.append((name(.local), state.cloud.isLocked ? "allow the cloud" : "local-only"))
        if state.transcript.entries.isEmpty { keys.append((name(.open), "earlier")) }
        keys.append(("/", "commands"))
        keys.append(("PgUp", "scroll"))
        keys.append(("Alt-Enter", "new line"))
        keys.append(("Up", "history"))
        return keys
    }
}
