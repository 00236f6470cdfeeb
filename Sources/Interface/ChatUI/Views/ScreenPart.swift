/// A part of the screen as a value: all that it is drawn from. Equal parts look the same, whatever else has happened.
protocol ScreenPart: Equatable, Sendable {
    /// Its cells; no larger than they have to be.
    func drawn(_ glyphs: Glyphs) -> Frame
}

/// A part with its cells, which stand until it is another.
struct CachedPart<Part: ScreenPart>: Sendable {
    private var part: Part?
    private var cells = Frame(size: Size(columns: 0, rows: 0))

    mutating func cells(of part: Part, _ glyphs: Glyphs) -> Frame {
        if part != self.part {
            cells = part.drawn(glyphs)
            self.part = part
        }
        return cells
    }
}

/// The parts of the picture before: what has not changed is not drawn anew. While an answer streams that is most of it,
/// ten times a second.
///
/// A short cut and nothing else: a picture is the same with it and without.
package struct RenderCache: Sendable {
    /// What all of them were drawn for.
    private let capabilities: Capabilities?
    var header = CachedPart<HeaderLine>()
    var status = CachedPart<StatusLine>()
    var latency = CachedPart<LatencyMeter>()
    var sureness = CachedPart<ConfidenceMeter>()
    var speed = CachedPart<SpeedMeter>()
    var microphone = CachedPart<MicrophoneMeter>()
    var speaker = CachedPart<SpeakerMeter>()
    var answers = CachedPart<AnswerMeter>()
    var money = CachedPart<MoneyMeter>()
    var board = CachedPart<BoardMeter>()
    /// The rows of the conversation with what stands beside them, by their place.
    private var body: [CachedPart<BodyRow>] = []

    package init() { self.init(for: nil) }

    private init(for capabilities: Capabilities?) { self.capabilities = capabilities }

    /// Forgets them where something else is to be drawn for.
    mutating func fit(to capabilities: Capabilities) {
        if capabilities != self.capabilities { self = RenderCache(for: capabilities) }
    }

    /// - Parameter place: counted from the first row of the conversation.
    mutating func cells(of row: BodyRow, at place: Int, _ glyphs: Glyphs) -> [Cell] {
        while body.count <= place { body.append(CachedPart()) }
        return body[place].cells(of: row, glyphs).rows[0]
    }
}

/// A whole row of the screen between header and input: a line of the conversation, and one of the meters beside it.
struct BodyRow: ScreenPart {
    /// Of the screen.
    let width: Int
    /// `nil` where the conversation has none.
    let line: TranscriptLine?
    /// Where the meters begin, and this row of them; `nil` where there are none.
    let side: (column: Int, cells: [Cell])?

    static func == (first: BodyRow, second: BodyRow) -> Bool {
        first.width == second.width && first.side?.column == second.side?.column
            && first.side?.cells == second.side?.cells && first.line == second.line
    }

    func drawn(_ glyphs: Glyphs) -> Frame {
        var frame = Frame(size: Size(columns: width, rows: 1))
        if let line { frame.put(line.drawn(glyphs).rows[0], row: 0, column: 0) }
        if let side {
            frame.put(glyphs.corners.side, Style(.faint), row: 0, column: side.column)
            frame.put(side.cells, row: 0, column: side.column + 2)
        }
        return frame
    }
}
