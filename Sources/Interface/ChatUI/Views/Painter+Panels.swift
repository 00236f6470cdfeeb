extension Painter {
    /// What stands in an empty conversation: a hat, and what it is for.
    mutating func paintWelcome() {
        var lines = glyphs.hat.map { [Span($0, .brand)] }
        lines += [
            [], [Span("brim", .brand, .bold)], [Span("answers are made on this device", .muted)], [],
            [Span("type a question and press Enter", .muted)],
            [Span("\(state.keymap.name(of: .help)) shows the keys", .muted)],
        ]
        if lines.count > layout.transcript.count { lines.removeFirst(glyphs.hat.count + 1) }
        let width = layout.side?.lowerBound ?? state.size.columns
        let top = layout.transcript.lowerBound + max(0, (layout.transcript.count - lines.count) / 2)
        for (offset, line) in lines.enumerated() where top + offset < layout.transcript.upperBound {
            frame.put(line, row: top + offset, column: max(0, (width - line.width) / 2))
        }
    }

    /// A box over the screen.
    mutating func paint(_ open: OpenPanel) {
        let box = PanelBox(open, state)
        let (content, count, left, top, scroll) = (box.content, box.count, box.left, box.top, box.scroll)
        paintBox(top: top, left: left, inner: content.width, rows: count, title: " \(content.title) ")
        for offset in 0..<count {
            let spans = content.lines[scroll + offset].map { span in
                Span(span.text, Style(span.style.color, on: .panel, span.style.emphasis))
            }
            frame.put(spans, row: top + 1 + offset, column: left + 1, limit: left + 1 + content.width)
        }
        let style = Style(.brand, on: .panel)
        let right = left + content.width
        if scroll > 0 { frame.put(glyphs.up, style, row: top, column: right - 2) }
        if scroll + count < content.lines.count {
            frame.put(" \(glyphs.down) more ", style, row: top + count + 1, column: right - 9)
        }
        frame.cursor = content.caret.map { Position(row: top, column: min(left + 1 + $0, right)) }
    }

    mutating func paintBox(top: Int, left: Int, inner: Int, rows: Int, title: String) {
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
