/// Neighbouring cells of one row that have to be drawn. Starts and ends at whole cells.
package struct FrameRun: Sendable, Hashable {
    package var row: Int
    package var column: Int
    package var cells: [Cell]

    package init(row: Int, column: Int, cells: [Cell]) {
        self.row = row
        self.column = column
        self.cells = cells
    }
}

extension Frame {
    /// What has to be drawn to turn `old` into this frame. Both have the same size.
    ///
    /// Equal cells between two changes are redrawn where that is shorter than moving the cursor over them.
    package func runs(since old: Frame) -> [FrameRun] {
        precondition(old.size == size, "frames of different sizes have no difference; redraw the whole")
        var runs: [FrameRun] = []
        for row in 0..<size.rows {
            let (new, old) = (rows[row], old.rows[row])
            // Most rows have not changed, and are often the same array.
            if new == old { continue }
            var from: Int?
            var end = 0
            for column in 0..<size.columns where new[column] != old[column] {
                if let begun = from, column - end > Self.shortGap {
                    runs.append(Self.run(row, begun, end, new, old))
                    from = column
                }
                if from == nil { from = column }
                end = column + 1
            }
            if let from { runs.append(Self.run(row, from, end, new, old)) }
        }
        return runs
    }

    private static var shortGap: Int { 4 }

    /// Widens a change so that it cuts no wide cell, of the old frame or of the new.
    private static func run(_ row: Int, _ from: Int, _ end: Int, _ new: [Cell], _ old: [Cell]) -> FrameRun {
        var from = from
        var end = end
        while from > 0, new[from].width == 0 || old[from].width == 0 { from -= 1 }
        while end < new.count, new[end].width == 0 || old[end].width == 0 { end += 1 }
        return FrameRun(row: row, column: from, cells: Array(new[from..<end]))
    }
}
