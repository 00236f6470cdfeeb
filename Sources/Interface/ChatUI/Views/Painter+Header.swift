extension Painter {
    /// Name and model at the left; how the cloud and the microphone stand and where answers are made at the right.
    mutating func paintHeader() {
        if let rule = layout.headerRule {
            self.rule(rule)
            if !state.title.isEmpty { paintTitle(rule) }
        }
        frame.put(parts.header.cells(of: HeaderLine(state, spinner: spinner), glyphs).rows[0], row: 0, column: 0)
    }

    /// What the conversation is called, in the line over it.
    private mutating func paintTitle(_ row: Int) {
        let room = (layout.side?.lowerBound ?? state.size.columns) - 6
        frame.put(" \(Figures.cut(Figures.oneLine(state.title), room)) ", Style(.muted), row: row, column: 2)
    }
}
