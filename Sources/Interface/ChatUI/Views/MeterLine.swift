internal import AssistantCore

/// The meters in one line. Numbers stand at the right of fields of fixed width, so that nothing moves as they change.
struct MeterLine: View {
    let state: ChatState

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        frame.put([spans(area.size.columns, glyphs)], in: area)
    }

    /// The richest line that fits. Bars grow with the room and are the first to go.
    private func spans(_ width: Int, _ glyphs: Glyphs) -> [Span] {
        var detail = Detail()
        detail.showsWord = state.layout.meters.count == 1
        for step in Detail.steps {
            step(&detail)
            if line(detail, glyphs).width <= width { break }
        }
        let room = width - line(detail, glyphs).width
        let bars = (detail.contextBar > 0 ? 1 : 0) + (detail.probabilityBar > 0 ? 1 : 0)
        if bars > 0, room > 0 {
            let more = min(8, room / bars)
            if detail.contextBar > 0 { detail.contextBar += more }
            if detail.probabilityBar > 0 { detail.probabilityBar += more }
        }
        return line(detail, glyphs)
    }

    private struct Detail {
        var history = 8
        var contextBar = 6
        var probabilityBar = 6
        var showsContextNumbers = true
        /// How sure it is in a word; the second line has it where there is one.
        var showsWord = true
        var isTerse = false

        /// What is given up, one after the other, where the room is short.
        static let steps: [@Sendable (inout Detail) -> Void] = [
            { _ in },
            { $0.contextBar = 0 },
            { $0.history = 6 },
            { $0.probabilityBar = 4 },
            { $0.showsContextNumbers = false },
            { $0.history = 0 },
            { $0.probabilityBar = 0 },
            { $0.isTerse = true },
            { $0.showsWord = false },
        ]
    }

    private func line(_ detail: Detail, _ glyphs: Glyphs) -> [Span] {
        let separator = Span(" \(glyphs.corners.side) ", .faint)
        let parts = [first, speed(detail, glyphs), context(detail, glyphs), probability(detail, glyphs)]
        return Array(parts.joined(separator: [separator]))
    }

    private var first: [Span] {
        let time = state.meters.timeToFirstToken.map(Figures.duration)
        return [label("first"), number(time, 6)]
    }

    private func speed(_ detail: Detail, _ glyphs: Glyphs) -> [Span] {
        let rate = state.meters.tokensPerSecond.map(Figures.rate)
        var spans = [
            Span(Figures.right(rate ?? Figures.unknown, 4), rate == nil ? .faint : .text), label(" tok/s"),
        ]
        if detail.history > 0 {
            let history = HistoryLine(values: state.meters.rateHistory, width: detail.history, color: .brand)
            spans += [label(" ")] + history.spans(glyphs)
        }
        return spans
    }

    private func context(_ detail: Detail, _ glyphs: Glyphs) -> [Span] {
        guard case .ready(let identity) = state.model, identity.contextLength > 0 else {
            return [label("context"), number(nil, 4)]
        }
        let length = identity.contextLength
        let used = state.meters.contextTokens ?? 0
        let share = Double(used) / Double(length)
        var spans = [label(detail.isTerse ? "ctx" : "context")]
        if detail.showsContextNumbers {
            let digits = String(length).count
            spans.append(number(String(used), digits))
            spans.append(label("/\(length)"))
        }
        if detail.contextBar > 0 {
            let color: ColorRole = share >= 0.9 ? .warning : .brand
            spans += [label(" ")] + Bar(share: share, width: detail.contextBar, color: color).spans(glyphs)
        }
        spans.append(number(Figures.percent(share), 4))
        return spans
    }

    private func probability(_ detail: Detail, _ glyphs: Glyphs) -> [Span] {
        let (name, probability) = state.meters.sureness
        var spans = [label(name), number(probability.map { Figures.probability($0) }, 4)]
        if detail.probabilityBar > 0 {
            let bar = Bar(
                share: probability ?? 0, width: detail.probabilityBar, color: .brand, tick: state.cloud.threshold)
            spans += [label(" ")] + bar.spans(glyphs)
        }
        if detail.showsWord {
            let level = ConfidenceLevel(state.meters.confidence, threshold: state.cloud.threshold)
            spans.append(Span(" " + Figures.left(level?.word ?? "", 6), level?.color ?? .faint, .bold))
        }
        return spans
    }

    private func label(_ text: String) -> Span { Span(text, .muted) }

    private func number(_ text: String?, _ width: Int) -> Span {
        Span(" " + Figures.right(text ?? Figures.unknown, width), text == nil ? .faint : .text)
    }
}
