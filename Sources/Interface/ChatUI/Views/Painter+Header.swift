extension Painter {
    /// Name and model at the left; how the cloud and the microphone stand and where answers are made at the right.
    mutating func paintHeader() {
        if let rule = layout.headerRule {
            self.rule(rule)
            if !state.title.isEmpty { paintTitle(rule) }
        }
        let line = HeaderLine(state, glyphs, spinner: spinner)
        let column = frame.put("brim", Style(.brand, .bold), row: 0, column: 1) + 2
        let right = line.right(rightEdge - column)
        let start = max(column, rightEdge - right.width)
        frame.put(line.model(start - column - 1), row: 0, column: column)
        frame.put(right, row: 0, column: start, limit: rightEdge)
    }

    /// What the conversation is called, in the line over it.
    private mutating func paintTitle(_ row: Int) {
        let room = (layout.side?.lowerBound ?? state.size.columns) - 6
        frame.put(" \(Figures.cut(Figures.oneLine(state.title), room)) ", Style(.muted), row: row, column: 2)
    }
}
