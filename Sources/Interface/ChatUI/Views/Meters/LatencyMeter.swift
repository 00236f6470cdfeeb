/// How long each stage took: the last time, in 95 of 100 cases, and at most, as it should.
struct LatencyMeter: SideMeter {
    let width: Int
    private let hearing: StageLatency
    private let firstToken: StageLatency
    private let cloudFirstToken: StageLatency
    private let answer: StageLatency
    private let firstSound: StageLatency

    private static let numberWidth = 7
    private static let barWidth = 5

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        hearing = state.session.hearing
        firstToken = state.session.firstToken
        cloudFirstToken = state.session.cloudFirstToken
        answer = state.session.answer
        firstSound = state.session.firstSound
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let head = ["last", "p95", "goal"].map { Figures.right($0, Self.numberWidth) }.joined()
        var lines = [[Span(Figures.left("LATENCY", labelWidth), .muted, .bold), Span(head, .faint)]]
        if hearing.last != nil { lines.append(stage("hearing", hearing, glyphs)) }
        lines.append(stage("first", firstToken, glyphs))
        lines.append(stage("cloud", cloudFirstToken, glyphs))
        lines.append(stage("whole", answer, glyphs))
        if firstSound.last != nil { lines.append(stage("sound", firstSound, glyphs)) }
        return lines
    }

    private var labelWidth: Int { width - 3 * Self.numberWidth - Self.barWidth - 1 }

    /// Name, last, 95th percentile and budget, and the last one on a scale with the budget in its middle.
    private func stage(_ name: String, _ latency: StageLatency, _ glyphs: Glyphs) -> [Span] {
        let bar = Bar(
            share: latency.share ?? 0, width: Self.barWidth, color: latency.isOverBudget ? .warning : .good, tick: 0.5)
        let goal = Figures.field(Figures.goal(latency.budget), Self.numberWidth)
        return [
            Span(Figures.left(name, labelWidth), .muted), number(latency.last), number(latency.p95), Span(goal, .muted),
            Span(" "),
        ] + bar.spans(glyphs)
    }

    private func number(_ duration: Duration?) -> Span {
        let text = duration.map(Figures.duration) ?? Figures.unknown
        return Span(Figures.field(text, Self.numberWidth), duration == nil ? .faint : .text)
    }
}
