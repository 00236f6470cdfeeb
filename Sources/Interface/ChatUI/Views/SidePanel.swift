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
    var groups: [[[Span]]] {
        [latency, probability, speed, microphone, answers, money, board].filter { !$0.isEmpty }
    }

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
        let bar = Bar(
            share: latency.share ?? 0, width: Self.barWidth, ink: latency.isOverBudget ? .warning : .good, tick: 0.5)
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
        let text = Figures.right(value.map(Figures.probability) ?? Figures.unknown, 5)
        let title = meters.confidence != nil ? "CONFIDENCE " : meters.isScoredOnCPU ? "SCORED ON CPU" : "PROBABILITY"
        var first = [Span(title, .muted, .bold), Span(text, value == nil ? .faint : .text)]
        if let level = SureLevel(value, threshold: state.cloud.threshold) {
            first.append(Span("  " + level.word, level.ink, .bold))
        }
        let bar = Bar(share: value ?? 0, width: width, ink: .brand, tick: state.cloud.threshold)
        return [first, bar.spans(glyphs), TokenStrip(meters.tokens, width: width).spans(glyphs)]
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
        if let slower = state.slowerWords { lines.append([Span(slower, .warning)]) }
        guard case .ready(let identity) = state.model, identity.contextLength > 0 else { return lines }
        let used = state.meters.contextTokens ?? 0
        let share = Double(used) / Double(identity.contextLength)
        lines.append(row("CONTEXT", "\(used)/\(identity.contextLength)" + Figures.right(Figures.percent(share), 5)))
        lines.append(Bar(share: share, width: width, ink: share >= 0.9 ? .warning : .brand).spans(glyphs))
        return lines
    }

    /// A name at the left and figures at the right.
    private func row(_ name: String, _ text: String, _ ink: Ink = .text) -> [Span] {
        [Span(name, .muted, .bold), Span(Figures.right(text, width - name.count), ink)]
    }

    // MARK: - Microphone

    private var microphone: [[Span]] {
        let talk = state.talk
        if talk.recording != nil || talk.isHearing { return TalkLine(state, glyphs, width: width).lines }
        let (words, ink): (String, Ink) =
            if talk.isMuted {
                ("shut", .warning)
            } else {
                switch talk.status?.phase {
                case nil: ("n/a", .faint)
                case .unavailable: ("none", .faint)
                default: ("ready, \(talk.method) \(state.keymap.name(of: .talk))", .text)
                }
            }
        return [row("MIC", words, ink)]
    }

    // MARK: - Answers

    private var answers: [[Span]] {
        let session = state.session
        return [
            [
                Span(Figures.left("ANSWERS", width / 2), .muted, .bold), count("local", session.localCount, .brand),
                count("cache", session.cachedCount, .cache),
            ],
            [
                Span(String(repeating: " ", count: width / 2)), count("cloud", session.cloudCount, .cloud),
                count("refused", session.unansweredCount, .danger),
            ],
        ]
    }

    private func count(_ word: String, _ count: Int, _ ink: Ink) -> Span {
        Span(Figures.left("\(word) \(count)", width / 4), count == 0 ? .faint : ink)
    }

    // MARK: - Money

    /// What was spent, on a scale that ends at the budget.
    private var money: [[Span]] {
        guard let money = state.cloud.money else { return [row("MONEY", Figures.unknown, .faint)] }
        guard let limit = money.limit, limit > .zero else {
            return [row("MONEY", "\(Figures.dollars(money.spent)) \(money.period), no budget")]
        }
        let words = "\(Figures.dollars(money.spent)) of \(Figures.dollars(limit)) \(money.period)"
        let bar = Bar(share: money.share ?? 0, width: width, ink: money.ink, tick: money.warningShare)
        return [row("MONEY", words, money.ink == .brand ? .text : money.ink), bar.spans(glyphs)]
    }

    // MARK: - The board

    private var board: [[Span]] {
        guard let device = state.device else { return [row("BOARD", Figures.unknown, .faint)] }
        var first = device.processorPercent.map { ["CPU \($0)%"] } ?? []
        if !device.figures.isEmpty { first.append(device.figures) }
        var lines = [row("BOARD", first.isEmpty ? Figures.unknown : first.joined(separator: "  "))]
        if let memory = device.memory {
            let bar = Bar(share: memory.share, width: 10, ink: memory.share > 0.9 ? .warning : .brand)
            let words = Figures.right(memory.words, width - "MEMORY".count - 11) + " "
            lines.append([Span("MEMORY", .muted, .bold), Span(words, .text)] + bar.spans(glyphs))
        }
        if !device.warnings.isEmpty {
            lines.append([Span("  \(glyphs.alert) " + device.warnings.joined(separator: ", "), .warning, .bold)])
        }
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
