internal import AssistantCore

/// The second line of meters: how probable each token was, and what the session took so far.
struct SessionLine {
    private let state: ChatState
    private let glyphs: Glyphs

    init(_ state: ChatState, _ glyphs: Glyphs) {
        (self.state, self.glyphs) = (state, glyphs)
    }

    var spans: [Span] {
        let session = state.session
        let separator = [Span(" \(glyphs.corners.side) ", .faint)]
        let counts = [("local", session.localCount), ("cloud", session.cloudCount), ("cache", session.cachedCount)]
            .map { "\($0) \($1)" }.joined(separator: " ")
        let p95 = session.firstToken.p95.map(Figures.duration) ?? Figures.unknown
        let spent = session.spent > .zero ? separator + [Span(Figures.dollars(session.spent), .muted)] : []
        return tokens + separator + [Span("p95 ", .muted), Span(Figures.right(p95, 6), .text)] + separator
            + [Span(counts, .muted)] + spent
    }

    private var tokens: [Span] {
        let level = SureLevel(state.meters.sureness.value, threshold: state.cloud.threshold)
        let word = Span(" " + Figures.left(level?.word ?? "", 6), level?.ink ?? .faint, .bold)
        return [Span("tokens ", .muted)] + TokenStrip(state.meters.tokenProbabilities, width: 14).spans(glyphs) + [word]
    }
}
