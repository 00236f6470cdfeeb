/// A bar with its empty part visible, to an eighth of a cell where the font allows.
struct Bar {
    /// 0 … 1; what lies outside is clamped.
    var share: Double
    /// Cells.
    var width: Int
    var color: ColorRole
    /// A mark on the scale, 0 … 1.
    var tick: Double?

    func spans(_ glyphs: Glyphs) -> [Span] {
        guard width > 0 else { return [] }
        guard let tick, tick > 0, tick < 1, width > 1 else { return spans(of: 0..<width, glyphs) }
        let mark = min(width - 1, Int(tick * Double(width)))
        let tickSpan = Span(glyphs.corners.side, Style(.text, on: .track, .bold))
        return spans(of: 0..<mark, glyphs) + [tickSpan] + spans(of: mark + 1..<width, glyphs)
    }

    /// Some of its cells, without a mark.
    private func spans(of cells: Range<Int>, _ glyphs: Glyphs) -> [Span] {
        let share = share.isFinite ? min(max(share, 0), 1) : 0
        let steps = glyphs.barSteps.count
        var filled = Int((share * Double(width * steps)).rounded())
        if share > 0 { filled = max(filled, 1) }  // something is not nothing
        let whole = filled / steps
        let (full, empty) = (cells.clamped(to: 0..<whole), cells.clamped(to: (filled + steps - 1) / steps..<width))
        var bar = String(repeating: glyphs.barSteps[steps - 1], count: full.count)
        if filled % steps > 0, cells.contains(whole) { bar += glyphs.barSteps[filled % steps - 1] }
        let track = String(repeating: glyphs.barEmpty, count: empty.count)
        return [Span(bar, Style(color, on: .track)), Span(track, Style(.faint, on: .track))]
    }
}

/// A short history: one cell for each value, the highest as high as the scale.
struct HistoryLine {
    /// Oldest first.
    var values: [Double]
    /// Cells; older values are left out, missing ones are empty.
    var width: Int
    var color: ColorRole

    func spans(_ glyphs: Glyphs) -> [Span] {
        let shown = values.suffix(width)
        let top = shown.max() ?? 0
        let steps = glyphs.historySteps
        let line = shown.map { value -> String in
            guard top > 0, value > 0 else { return steps[0] }
            return steps[min(steps.count - 1, Int(value / top * Double(steps.count - 1) + 0.5))]
        }
        return [
            Span(String(repeating: " ", count: width - shown.count), .faint), Span(line.joined(), color),
        ]
    }
}
