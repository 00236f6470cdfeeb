/// A panel over the screen, and which of its lines are in view.
struct PanelBox: View {
    let content: PanelContent
    let top: Int
    let left: Int
    let scroll: Int
    /// Lines in view.
    let count: Int

    init(_ open: OpenPanel, _ state: ChatState) {
        content = PanelContent(open.panel, state)
        count = content.visibleCount
        left = (state.size.columns - content.width - 2) / 2
        // The first line and the last one stay in sight.
        top = max(1, (state.size.rows - count - 2) / 2)
        scroll = min(content.scroll ?? open.scroll, content.lines.count - count)
    }

    /// Where it lies, its frame included.
    var area: Rect { Rect(top: top, left: left, Size(columns: content.width + 2, rows: count + 2)) }

    /// The line that stands at a row of the screen; `nil` for its frame.
    func line(at row: Int) -> Int? {
        (top + 1..<top + 1 + count).contains(row) ? scroll + row - top - 1 : nil
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        Box(title: " \(content.title) ").draw(in: area, of: &frame, glyphs)
        let right = area.right - 2
        for (offset, line) in content.lines[scroll..<scroll + count].enumerated() {
            let spans = line.map { Span($0.text, Style($0.style.color, on: .panel, $0.style.emphasis)) }
            frame.put(spans, row: area.top + 1 + offset, column: area.left + 1, limit: right + 1)
        }
        let style = Style(.brand, on: .panel)
        if scroll > 0 { frame.put(glyphs.up, style, row: area.top, column: right - 2) }
        if scroll + count < content.lines.count {
            frame.put(" \(glyphs.down) more ", style, row: area.bottom - 1, column: right - 9)
        }
        frame.cursor = content.caret.map { Position(row: area.top, column: min(area.left + 1 + $0, right)) }
    }
}

/// An empty box with a frame, and a title in it.
struct Box: View {
    let title: String

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let style = Style(.faint, on: .panel)
        let corners = glyphs.corners
        let edge = String(repeating: glyphs.rule, count: area.size.columns - 2)
        frame.put(corners.topLeft + edge + corners.topRight, style, row: area.top, column: area.left)
        frame.put(title, Style(.text, on: .panel, .bold), row: area.top, column: area.left + 2)
        for row in area.top + 1..<area.bottom - 1 {
            frame.fill(Style(.text, on: .panel), row: row, columns: area.left..<area.right)
            frame.put(corners.side, style, row: row, column: area.left)
            frame.put(corners.side, style, row: row, column: area.right - 1)
        }
        frame.put(corners.bottomLeft + edge + corners.bottomRight, style, row: area.bottom - 1, column: area.left)
    }
}
