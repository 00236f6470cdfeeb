internal import AssistantCore

/// The second line of meters: how probable each token was, and what the session took so far; as many parts as fit.
struct SessionLine: View {
    let state: ChatState

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        frame.put([spans(area.size.columns, glyphs)], in: area)
    }

    private func spans(_ width: Int, _ glyphs: Glyphs) -> [Span] {
        let separator = [Span(" \(glyphs.corners.side) ", .faint)]
        var line: [Span] = []
        // What is worth most first; a part that does not fit leaves its room to a shorter one.
        for part in [tokens(glyphs), latency(glyphs), answers, money, board] where !part.isEmpty {
            let next = line.isEmpty ? part : line + separator + part
            if next.width <= width { line = next }
        }
        return line
    }

    private func tokens(_ glyphs: Glyphs) -> [Span] {
        let level = ConfidenceLevel(state.meters.confidence, threshold: state.cloud.threshold)
        let word = Span(" " + Figures.left(level?.word ?? "", 6), level?.color ?? .faint, .bold)
        return [Span("tokens ", .muted)] + TokenStrip(state.meters.tokens, width: 12).spans(glyphs) + [word]
    }

    /// Of the stage that is worth watching now: the 95th percentile, and the last one on a scale with the budget in its
    /// middle.
    private func latency(_ glyphs: Glyphs) -> [Span] {
        let stage = state.session.firstToken
        let p95 = stage.p95.map(Figures.duration) ?? Figures.unknown
        let bar = Bar(
            share: stage.share ?? 0, width: 5, color: stage.isOverBudget ? .warning : .good, tick: 0.5)
        return [
            Span("p95 ", .muted), Span(Figures.right(p95, 6), stage.p95 == nil ? .faint : .text), Span(" "),
        ] + bar.spans(glyphs) + [Span(" goal \(Figures.goal(stage.budget))", .muted)]
    }

    private var answers: [Span] {
        let session = state.session
        let counts = [
            ("local", session.localCount), ("cloud", session.cloudCount), ("cache", session.cachedCount),
            ("refused", session.unansweredCount),
        ].filter { $0.1 > 0 || $0.0 == "local" }
        return [Span(counts.map { "\($0) \($1)" }.joined(separator: " "), .muted)]
    }

    private var money: [Span] {
        guard let money = state.cloud.money, money.spent > .zero || money.limit != nil else { return [] }
        let limit = money.limit.map { "/" + Figures.dollars($0) } ?? ""
        return [Span(Figures.dollars(money.spent) + limit, money.color == .brand ? .muted : money.color)]
    }

    private var board: [Span] {
        guard let percent = state.device?.processorPercent else { return [] }
        return [Span("CPU \(percent)%", .muted)]
    }
}
