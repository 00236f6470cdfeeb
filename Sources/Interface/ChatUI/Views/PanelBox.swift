/// Where a panel lies over the screen, and which of its lines are in view.
struct PanelBox {
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

    /// Whether a place lies on it, its frame included.
    func contains(_ position: Position) -> Bool {
        (top...top + count + 1).contains(position.row) && (left...left + content.width + 1).contains(position.column)
    }

    /// The line that stands at a row of the screen; `nil` for its frame.
    func line(at row: Int) -> Int? {
        (top + 1..<top + 1 + count).contains(row) ? scroll + row - top - 1 : nil
    }
}
