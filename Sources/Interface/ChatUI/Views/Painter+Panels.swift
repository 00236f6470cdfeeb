extension Painter {
    /// What stands in an empty conversation: a hat, and what it is for.
    mutating func paintWelcome() {
        var lines = glyphs.hat.map { [Span($0, .brand)] }
        lines += [
            [], [Span("brim", .brand, .bold)], [Span("answers are made on this device", .muted)], [],
            [Span("type a question and press Enter", .muted)], [Span("F1 shows the keys", .muted)],
        ]
        if lines.count > layout.transcript.count { lines.removeFirst(glyphs.hat.count + 1) }
        let top = layout.transcript.lowerBound + max(0, (layout.transcript.count - lines.count) / 2)
        for (offset, line) in lines.enumerated() where top + offset < layout.transcript.upperBound {
            frame.put(line, row: top + offset, column: max(0, (state.size.columns - line.width) / 2))
        }
    }

    /// The keys in a box over the screen.
    mutating func paintHelp(from scroll: Int) {
        let count = Help.visibleCount(state.size)
        let keysWidth = Help.lines.reduce(0) { max($0, CellWidth.of($1.keys)) }
        let meaningWidth = Help.lines.reduce(0) { max($0, CellWidth.of($1.meaning)) }
        let inner = min(keysWidth + meaningWidth + 6, state.size.columns - 4)
        let left = (state.size.columns - inner - 2) / 2
        let top = max(0, (state.size.rows - count - 3) / 2)
        paintBox(top: top, left: left, inner: inner, rows: count, title: " keys ")
        for offset in 0..<count where scroll + offset < Help.lines.count {
            let line = Help.lines[scroll + offset]
            let row = top + 1 + offset
            let limit = left + 1 + inner
            if line.keys.isEmpty {
                frame.put(line.meaning, Style(.brand, on: .panel, .bold), row: row, column: left + 3, limit: limit)
            } else {
                frame.put(line.keys, Style(.text, on: .panel), row: row, column: left + 3, limit: limit)
                let column = left + keysWidth + 6
                frame.put(line.meaning, Style(.muted, on: .panel), row: row, column: column, limit: limit)
            }
        }
        paintHelpEdges(scroll, count, top: top, right: left + inner)
        frame.cursor = nil
    }

    private mutating func paintHelpEdges(_ scroll: Int, _ count: Int, top: Int, right: Int) {
        let style = Style(.brand, on: .panel)
        if scroll > 0 { frame.put(glyphs.up, style, row: top, column: right - 2) }
        if scroll + count < Help.lines.count {
            frame.put(" \(glyphs.down) more ", style, row: top + count + 1, column: right - 9)
        }
    }

    private mutating func paintBox(top: Int, left: Int, inner: Int, rows: Int, title: String) {
        let style = Style(.faint, on: .panel)
        let corners = glyphs.corners
        let edge = String(repeating: glyphs.rule, count: inner)
        frame.put(corners.topLeft + edge + corners.topRight, style, row: top, column: left)
        frame.put(title, Style(.text, on: .panel, .bold), row: top, column: left + 2)
        for row in top + 1...top + rows {
            frame.fill(Style(.text, on: .panel), row: row, columns: left..<left + inner + 2)
            frame.put(corners.side, style, row: row, column: left)
            frame.put(corners.side, style, row: row, column: left + inner + 1)
        }
        frame.put(corners.bottomLeft + edge + corners.bottomRight, style, row: top + rows + 1, column: left)
    }
}
