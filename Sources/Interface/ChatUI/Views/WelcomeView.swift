/// What stands in an empty conversation: a hat, and what it is for.
struct WelcomeView: View {
    let keymap: Keymap

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        var lines = glyphs.hat.map { [Span($0, .brand)] }
        lines += [
            [], [Span("brim", .brand, .bold)], [Span("answers are made on this device", .muted)], [],
            [Span("type a question and press Enter", .muted)],
            [Span("\(keymap.name(of: .help)) shows the keys", .muted)],
        ]
        if lines.count > area.size.rows { lines.removeFirst(glyphs.hat.count + 1) }
        let top = area.top + max(0, (area.size.rows - lines.count) / 2)
        for (offset, line) in lines.enumerated() where top + offset < area.bottom {
            let column = area.left + max(0, (area.size.columns - line.width) / 2)
            frame.put(line, row: top + offset, column: column, limit: area.right)
        }
    }
}

/// What stands on a screen that has no room for the rest: a recording, or how large it has to be.
struct TooSmallNotice: View {
    private let talk: TalkLine?

    init(_ state: ChatState) {
        talk = TalkLine(state, width: state.size.columns - 2 - TalkLine.roomForHelp)
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let row = area.top + max(0, area.size.rows / 2)
        if let talk {
            let columns = area.left + 1..<max(area.left + 1, area.right - 1)
            return talk.draw(in: Rect(rows: row..<row + 1, columns: columns), of: &frame, glyphs)
        }
        let smallest = ScreenLayout.smallest
        let long = "Brim needs \(smallest) or more \(glyphs.dot) Ctrl-Q quits"
        let text = CellWidth.of(long) <= area.size.columns ? long : "needs \(smallest)"
        let column = area.left + max(0, (area.size.columns - CellWidth.of(text)) / 2)
        frame.put(text, Style(.text), row: row, column: column)
    }
}
