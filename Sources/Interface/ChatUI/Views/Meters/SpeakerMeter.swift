/// What the speaker is at: the level of what is heard, or when answers are said aloud.
struct SpeakerMeter: SideMeter {
    let width: Int
    private let line: SpeakingLine?
    private let words: String

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        line = SpeakingLine(state, width: width)
        words = state.speaker ?? "n/a"
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        line?.lines(glyphs) ?? [
            row("SPEAKER", words, words == "to spoken questions" || words == "always" ? .text : .faint)
        ]
    }
}

/// One line about an answer that is being said: its level on a scale, and how soon it began. Numbers keep their place.
struct SpeakingLine: View, Sendable, Hashable {
    /// dBFS, whole.
    private let level: Int?
    private let latency: Duration?
    private let gaps: Int
    private let width: Int

    /// Ends of the scale, in dBFS: a whisper, and full scale.
    private static let scale = -60...0

    /// `nil` where nothing is being said.
    init?(_ state: ChatState, width: Int) {
        guard let speaking = state.speaking else { return nil }
        level = speaking.level.map { Int($0.rounded()) }
        latency = speaking.latency
        gaps = speaking.gaps
        self.width = width
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        frame.put([spans(glyphs)], in: area)
    }

    private func spans(_ glyphs: Glyphs) -> [Span] {
        var fixed = [Span("SAYING ", .brand, .bold), Span(" " + levelWords + " ", .muted)]
        if gaps > 0 { fixed.append(Span("\(gapWords) ", .warning)) }
        let sound = [
            Span("  text \(glyphs.arrow) sound ", .muted),
            Span(Figures.right(latency.map(Figures.duration) ?? Figures.unknown, 6), latency == nil ? .faint : .text),
        ]
        let room = width - fixed.width - sound.width
        return room < 6
            ? fixed + bar(max(4, min(8, width - fixed.width))).spans(glyphs)
            : fixed + bar(min(24, room)).spans(glyphs) + sound
    }

    /// The same in a column of its own: the level, and its bar.
    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let name = "SPEAKER"
        return [
            [Span(name, .muted, .bold), Span(Figures.field(levelWords, width - name.count), .text)],
            gaps > 0
                ? [Span(Figures.field(gapWords, width), .warning)] : bar(width).spans(glyphs),
        ]
    }

    private var gapWords: String { gaps == 1 ? "1 gap" : "\(gaps) gaps" }

    private var levelWords: String { Figures.right(level.map(String.init) ?? Figures.unknown, 4) + " dB" }

    private func bar(_ width: Int) -> Bar {
        let share = level.map { Double($0 - Self.scale.lowerBound) / Double(Self.scale.count - 1) }
        return Bar(share: share ?? 0, width: width, color: .brand)
    }
}
