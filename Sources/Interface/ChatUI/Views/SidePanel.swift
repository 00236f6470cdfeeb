extension Painter {
    /// The rows of the meters beside the conversation, what is worth most first; those that find no room are left out.
    mutating func sideRows() -> [[Cell]] {
        guard let columns = layout.side else { return [] }
        let width = columns.count - 3
        let meters = [
            parts.latency.cells(of: LatencyMeter(state, width), glyphs),
            parts.sureness.cells(of: ConfidenceMeter(state, width), glyphs),
            parts.speed.cells(of: SpeedMeter(state, width), glyphs),
            parts.microphone.cells(of: MicrophoneMeter(state, width), glyphs),
            parts.speaker.cells(of: SpeakerMeter(state, width), glyphs),
            parts.answers.cells(of: AnswerMeter(state, width), glyphs),
            parts.money.cells(of: MoneyMeter(state, width), glyphs),
            parts.board.cells(of: BoardMeter(state, width), glyphs),
        ]
        var rows: [[Cell]] = []
        for meter in meters where rows.count + meter.size.rows <= layout.transcript.count {
            rows += meter.rows + [[]]
        }
        return rows
    }
}

/// A meter of the side panel: lines of one width. Numbers stand at the right of fields of fixed width.
protocol SideMeter: ScreenPart {
    /// Cells of a line.
    var width: Int { get }
    func lines(_ glyphs: Glyphs) -> [[Span]]
}

extension SideMeter {
    func drawn(_ glyphs: Glyphs) -> Frame { Frame(lines(glyphs), width: width) }

    /// A name at the left and figures at the right.
    func row(_ name: String, _ text: String, _ color: ColorRole = .text) -> [Span] {
        [Span(name, .muted, .bold), Span(Figures.field(text, width - name.count), color)]
    }
}
