/// The mouse does what keys do: nothing can be reached by it alone.
extension ChatState {
    private static let wheelRows = 3

    mutating func take(_ mouse: MouseEvent) -> [ChatEffect] {
        switch mouse.kind {
        case .wheelUp: wheel(up: true)
        case .wheelDown: wheel(up: false)
        case .press where mouse.button == 0 && layout.tier != .tooSmall: return click(mouse.position)
        case .press, .release, .move: break
        }
        return []
    }

    private mutating func wheel(up: Bool) {
        guard panel != nil else { return transcript.scroll(by: up ? -Self.wheelRows : Self.wheelRows) }
        // In a list it chooses, in any other panel it scrolls: as the arrows do.
        for _ in 0..<Self.wheelRows {
            guard let panel else { return }
            _ = takeInPanel(KeyEvent(up ? .up : .down), panel)
        }
    }

    private mutating func click(_ position: Position) -> [ChatEffect] {
        if position.row == layout.status { return clickStatus(position.column) }
        if let panel { return clickPanel(panel, position) }
        hint = nil
        if layout.transcript.contains(position.row) {
            clickTranscript(position.row - layout.transcript.lowerBound)
        } else if position.row == layout.rule {
            transcript.scrollToEnd()
        } else if layout.input.contains(position.row) {
            clickInput(position)
        }
        return []
    }

    private mutating func clickStatus(_ column: Int) -> [ChatEffect] {
        guard !showsTalkInStatus,
            let event = statusLine().items.first(where: { $0.columns.contains(column) })?.hint.event
        else { return [] }
        // As if it were pressed, with all that a kiosk says to keys.
        return takeInKiosk(.key(event)) ?? take(.key(event))
    }

    /// A click chooses a line of a list, another one takes it; one beside the panel closes it.
    private mutating func clickPanel(_ open: OpenPanel, _ position: Position) -> [ChatEffect] {
        let box = PanelBox(open, self)
        guard box.area.contains(position) else { return takeInPanel(KeyEvent(.escape), open) }
        guard case .picker(var picker) = open.panel, let line = box.line(at: position.row),
            choices(picker).indices.contains(line)
        else { return [] }
        if line == picker.selected { return takeInPanel(KeyEvent(.enter), open) }
        picker.selected = line
        panel = OpenPanel(panel: .picker(picker))
        return []
    }

    /// Chooses a message; on its figures, unfolds them.
    private mutating func clickTranscript(_ offset: Int) {
        guard transcript.view.indices.contains(offset) else { return transcript.deselect() }
        let row = transcript.view[offset]
        switch row.part {
        case .gap: transcript.deselect()
        case .line where row.entry == transcript.selected: openPassage(of: row.entry)
        case .line: transcript.select(row.entry)
        case .foot:
            transcript.select(row.entry)
            toggleFigures()
        }
    }

    /// Puts the caret where it points.
    private mutating func clickInput(_ position: Position) {
        transcript.deselect()
        let rows = inputLayout
        let height = layout.input.count
        let top = rows.top(of: editor.caret, in: editor.characters, height: height)
        let row = min(rows.rows.count - 1, top + position.row - layout.input.lowerBound)
        editor.moveCaret(row: row, column: max(0, position.column - ScreenLayout.inputColumn), rows)
    }
}
