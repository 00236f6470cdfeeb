internal import AssistantCore

/// A meter of the side panel: lines of one width. Numbers stand at the right of fields of fixed width.
protocol SideMeter: View, Equatable, Sendable {
    /// Cells of a line.
    var width: Int { get }
    init(_ state: ChatState, _ width: Int)
    func lines(_ glyphs: Glyphs) -> [[Span]]
}

extension SideMeter {
    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) { frame.put(lines(glyphs), in: area) }

    /// A name at the left and figures at the right.
    func row(_ name: String, _ text: String, _ color: ColorRole = .text) -> [Span] {
        [Span(name, .muted, .bold), Span(Figures.field(text, width - name.count), color)]
    }
}

/// The meters beside the conversation with their cells.
struct CachedMeters: Sendable {
    private var latency = CachedView<LatencyMeter>()
    private var confidence = CachedView<ConfidenceMeter>()
    private var speed = CachedView<SpeedMeter>()
    private var microphone = CachedView<MicrophoneMeter>()
    private var speaker = CachedView<SpeakerMeter>()
    private var answers = CachedView<AnswerMeter>()
    private var money = CachedView<MoneyMeter>()
    private var board = CachedView<BoardMeter>()

    /// Their rows, what is worth most first; those that find no room are left out.
    mutating func rows(_ state: ChatState, _ columns: Range<Int>, height: Int, _ glyphs: Glyphs) -> [[Cell]] {
        let width = columns.count - 3
        func cells<Meter: SideMeter>(_ cache: inout CachedView<Meter>) -> Frame {
            let meter = Meter(state, width)
            return cache.cells(of: meter, size: Size(columns: width, rows: meter.lines(glyphs).count), glyphs)
        }
        let meters = [
            cells(&latency), cells(&confidence), cells(&speed), cells(&microphone), cells(&speaker), cells(&answers),
            cells(&money), cells(&board),
        ]
        var rows: [[Cell]] = []
        for meter in meters where rows.count + meter.size.rows <= height { rows += meter.rows + [[]] }
        return rows
    }
}
