internal import AssistantCore

/// Tokens per second with their history, why they are fewer than before, and how full the context is.
struct SpeedMeter: SideMeter {
    let width: Int
    private let rate: Double?
    private let history: [Double]
    private let slower: String?
    private let contextTokens: Int
    /// 0 where it is not known.
    private let contextLength: Int

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        rate = state.meters.tokensPerSecond
        history = state.meters.rateHistory
        slower = state.slowerWords
        contextTokens = state.meters.contextTokens ?? 0
        contextLength = if case .ready(let identity) = state.model { identity.contextLength } else { 0 }
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let text = Figures.field(rate.map(Figures.rate) ?? Figures.unknown, 5)
        let history = HistoryLine(values: history, width: Meters.historyCount, color: .brand)
        var lines = [
            [
                Span("SPEED", .muted, .bold), Span(text, rate == nil ? .faint : .text), Span(" tok/s ", .muted),
            ] + history.spans(glyphs)
        ]
        if let slower { lines.append([Span(slower, .warning)]) }
        guard contextLength > 0 else { return lines }
        let share = Double(contextTokens) / Double(contextLength)
        lines.append(row("CONTEXT", "\(contextTokens)/\(contextLength)" + Figures.right(Figures.percent(share), 5)))
        lines.append(Bar(share: share, width: width, color: share >= 0.9 ? .warning : .brand).spans(glyphs))
        return lines
    }
}

extension ChatState {
    /// That the model writes slower than it did before in this session, and why, as far as that is known.
    var slowerWords: String? {
        guard meters.generatedTokens >= 16, let rate = meters.tokensPerSecond, let best = session.bestRate,
            rate < best * 0.75
        else { return nil }
        let causes = (device?.warnings ?? []) + ((meters.contextTokens ?? 0) > 1_000 ? ["long context"] : [])
        let share = Figures.percent(1 - rate / best)
        return "\(share) slower: \(causes.isEmpty ? "cause n/a" : causes.joined(separator: ", "))"
    }
}
