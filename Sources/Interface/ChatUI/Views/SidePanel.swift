internal import AssistantCore

extension Painter {
    /// The meters beside the conversation.
    mutating func paintSide() {
        guard let columns = layout.side else { return }
        for row in layout.transcript {
            frame.put(glyphs.corners.side, Style(.faint), row: row, column: columns.lowerBound)
        }
        let left = columns.lowerBound + 2
        let panel = SidePanel(state, glyphs, width: columns.upperBound - left - 1)
        var row = layout.transcript.lowerBound
        for group in panel.groups where row + group.count <= layout.transcript.upperBound {
            for line in group {
                frame.put(line, row: row, column: left, limit: columns.upperBound - 1)
                row += 1
            }
            row += 1
        }
    }
}

/// The meters as a column: what is worth most first. Numbers stand at the right of fields of fixed width.
struct SidePanel {
    private let state: ChatState
    private let glyphs: Glyphs
    private let width: Int

    private static let numberWidth = 7

    init(_ state: ChatState, _ glyphs: Glyphs, width: Int) {
        self.state = state
        self.glyphs = glyphs
        self.width = width
    }

    /// Groups of lines; those at the end are the first to go.
    var groups: [[[Span]]] { [latency, probability, speed, answers] }

    // MARK: - Latency

    private var latency: [[Span]] {
        let session = state.session
        var lines = [
            [
                Span(Figures.left("LATENCY", labelWidth), .muted, .bold),
                Span(["last", "p95", "goal"].map { Figures.right($0, Self.numberWidth) }.joined(), .faint),
            ]
        ]
        if session.hearing.last != nil { lines.append(stage("hearing", session.hearing)) }
        lines.append(stage("first", session.firstToken))
        lines.append(stage("cloud", session.cloudFirstToken))
        lines.append(stage("whole", session.answer))
        return lines
    }

    private var labelWidth: Int { width - 3 * Self.numberWidth - Self.barWidth - 1 }
    private static let barWidth = 5

    /// Name, last, 95th percentile and budget, and the last one on a scale with the budget in its middle.
    private func stage(_ name: String, _ latency: StageLatency) -> [Span] {
        let share = latency.last.map { $0 / latency.budget / 2 }
        let isOver = latency.last.map { $0 > latency.budget } ?? false
        let bar = Bar(share: share ?? 0, width: Self.barWidth, ink: isOver ? .warning : .good, tick: 0.5)
        let goal = Figures.right(Figures.goal(latency.budget), Self.numberWidth)
        return [
            Span(Figures.left(name, labelWidth), .muted), number(latency.last), number(latency.p95), Span(goal, .muted),
            Span(" "),
        ] + bar.spans(glyphs)
    }

    private func number(_ duration: Duration?) -> Span {
        let text = duration.map(Figures.duration) ?? Figures.unknown
        return Span(Figures.right(text, Self.numberWidth), duration == nil ? .faint : .text)
    }

    // MARK: - Probability

    private var probability: [[Span]] {
        let meters = state.meters
        let value = meters.sureness.value
        let text = Figures.right(value.map { Figures.fixed($0, decimals: 2) } ?? Figures.unknown, 5)
        let title = meters.confidence != nil ? "CONFIDENCE " : meters.isScoredOnCPU ? "SCORED ON CPU" : "PROBABILITY"
        var first = [Span(title, .muted, .bold), Span(text, value == nil ? .faint : .text)]
        if let level = SureLevel(value, threshold: state.cloud.threshold) {
            first.append(Span("  " + level.word, level.ink, .bold))
        }
        let bar = Bar(share: value ?? 0, width: width, ink: .brand, tick: state.cloud.threshold)
        return [first, bar.spans(glyphs), TokenStrip(meters.tokenProbabilities, width: width).spans(glyphs)]
    }

    // MARK: - Speed and context

    private var speed: [[Span]] {
        let rate = state.meters.tokensPerSecond
        let text = Figures.right(rate.map(Figures.rate) ?? Figures.unknown, 5)
        let history = HistoryLine(values: state.meters.rateHistory, width: Meters.historyCount, ink: .brand)
        var lines = [
            [
                Span("SPEED", .muted, .bold), Span(text, rate == nil ? .faint : .text), Span(" tok/s ", .muted),
            ] + history.spans(glyphs)
        ]
        guard case .ready(let identity) = state.model, identity.contextLength > 0 else { return lines }
        let used = state.meters.contextTokens ?? 0
        let share = Double(used) / Double(identity.contextLength)
        let numbers = "\(used)/\(identity.contextLength)" + Figures.right(Figures.percent(share), 5)
        lines.append([
            Span("CONTEXT", .muted, .bold), Span(Figures.right(numbers, width - "CONTEXT".count), .text),
        ])
        lines.append(Bar(share: share, width: width, ink: share >= 0.9 ? .warning : .brand).spans(glyphs))
        return lines
    }

    // MARK: - Answers

    private var answers: [[Span]] {
        let session = state.session
        return [
            [Span("ANSWERS", .muted, .bold)],
            [
                count("local", session.localCount, .brand), count("cloud", session.cloudCount, .cloud),
                count("cache", session.cachedCount, .cache),
            ],
            [count("none", session.unansweredCount, .danger), Span("spent " + Figures.dollars(session.spent), .text)],
        ]
    }

    private func count(_ word: String, _ count: Int, _ ink: Ink) -> Span {
        Span(Figures.left("\(word) \(count)", width / 3), count == 0 ? .faint : ink)
    }
}

/// How sure the model was of its words, in a word.
struct SureLevel: Equatable {
    var word: String
    var ink: Ink

    /// `nil` where nothing was measured, or nobody said from where on an answer is kept.
    init?(_ probability: Double?, threshold: Double?) {
        guard let probability, let threshold else { return nil }
        switch probability {
        case threshold...: (word, ink) = ("HIGH", .good)
        case (threshold * 0.5)...: (word, ink) = ("UNSURE", .warning)
        default: (word, ink) = ("LOW", .danger)
        }
    }
}

/// The probability of each of the last tokens: one cell for each, by height and by colour.
struct TokenStrip {
    private let values: [Double]
    private let width: Int

    /// - Parameter values: 0 … 1, oldest first.
    init(_ values: [Double], width: Int) {
        (self.values, self.width) = (values, width)
    }

    func spans(_ glyphs: Glyphs) -> [Span] {
        let steps = glyphs.historySteps
        let shown = values.suffix(width).map { value in
            let step = Int((min(max(value, 0), 1) * Double(steps.count - 1)).rounded())
            return Span(steps[step], value < 0.25 ? .danger : value < 0.5 ? .warning : .good)
        }
        return shown + [Span(String(repeating: " ", count: width - shown.count), .faint)]
    }
}
