internal import AssistantCore

/// One line about a recording: time, level on its scale, and marks in words. Numbers keep their place.
struct TalkLine: View, Sendable, Hashable {
    /// `nil` where it has ended, and its words are sought.
    private let recording: TalkStatus.Recording?
    private let soughtFor: Duration
    private let width: Int

    /// Cells that it leaves in the last line, so that help finds room behind it.
    static let roomForHelp = 9

    /// `nil` where nothing is recorded, and no words are sought.
    init?(_ state: ChatState, width: Int) {
        guard state.talk.recording != nil || state.talk.isHearing else { return nil }
        recording = state.talk.recording
        soughtFor = recording == nil ? max(.zero, state.now - state.talk.since) : .zero
        self.width = width
    }

    /// Ends of the scale of the level, in dBFS: a quiet room, and full scale.
    private static let scale: ClosedRange<Float> = -60...0

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        frame.put([spans(glyphs)], in: area)
    }

    func spans(_ glyphs: Glyphs) -> [Span] {
        guard let recording else {
            return [Span("hearing\(glyphs.ellipsis) ", .brand), Span(Figures.duration(soughtFor), .text)]
        }
        let time = Span("\(glyphs.bullet) REC \(recording.elapsed.clock)", Style(.danger, .bold))
        if let problem = recording.problem {
            return [time, Span("  " + TerminalText.sanitised(problem), .warning)]
        }
        let decibels = Int(recording.level.rmsDecibels.rounded())
        let level = width < 48 ? " " : "  " + Figures.right("\(decibels)", 4) + " dB "
        let fixed: [Span] = [time, Span(level, .muted)]
        let marks = marks(recording)
        let room = width - fixed.width - marks.width - 1
        return fixed + bar(recording, width: max(6, min(24, room))).spans(glyphs) + [Span(" ", .faint)] + marks
    }

    /// The same in a column of its own: time and level, the level's bar, marks.
    func lines(_ glyphs: Glyphs) -> [[Span]] {
        guard let recording, recording.problem == nil else { return [spans(glyphs)] }
        let decibels = "\(Int(recording.level.rmsDecibels.rounded())) dB"
        let time = "\(glyphs.bullet) REC \(recording.elapsed.clock)"
        return [
            [
                Span(time, Style(.danger, .bold)),
                Span(Figures.right(decibels, width - CellWidth.of(time)), .muted),
            ], bar(recording, width: width).spans(glyphs), marks(recording),
        ]
    }

    private func bar(_ recording: TalkStatus.Recording, width: Int) -> Bar {
        Bar(
            share: share(recording.level.rmsDecibels), width: width,
            color: recording.level.isClipping ? .danger : .brand)
    }

    /// How far up the scale a level stands.
    private func share(_ decibels: Float) -> Double {
        Double((decibels - Self.scale.lowerBound) / (Self.scale.upperBound - Self.scale.lowerBound))
    }

    private func marks(_ recording: TalkStatus.Recording) -> [Span] {
        var marks = [Span(recording.level.isSpeech ? "speech" : "      ", .text)]
        if recording.level.isClipping { marks.append(Span(" CLIP", Style(.danger, .bold))) }
        if recording.overruns > 0 { marks.append(Span(" xruns \(recording.overruns)", .warning)) }
        return marks
    }
}
