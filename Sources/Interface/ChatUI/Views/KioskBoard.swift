internal import AssistantCore

/// What a kiosk is at, in one large word and one plain sentence: what it hears, how sure and how fast it was, where the
/// answer came from and what it cost.
struct KioskBoard: View {
    private let state: ChatState
    /// Cells of the sentence.
    private let width: Int

    init(_ state: ChatState, width: Int) {
        (self.state, self.width) = (state, width)
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        var row = area.top
        if area.size.rows > BigText.height {
            row += 1
            for line in BigText.lines(of: word, glyphs, scale: 1) {
                frame.put(line, Style(color, .bold), row: row, column: area.left, limit: area.right)
                row += 1
            }
        } else {
            let word = "\(glyphs.bullet) \(word)"
            frame.put(word, Style(color, .bold), row: row, column: area.left, limit: area.right)
        }
        frame.put(sentence(glyphs), row: row + 1, column: area.left, limit: area.right)
    }

    private enum Phase { case listening, hearing, starting, broken, asking, thinking, answering, ready }

    private var phase: Phase {
        if state.talk.recording != nil { return .listening }
        if state.talk.isHearing { return .hearing }
        if state.turn != nil, let answer = state.lastAnswer {
            if answer.phase == .streaming { return .answering }
            return answer.origin == .cloud ? .asking : .thinking
        }
        switch state.model {
        case .loading: return .starting
        case .failed: return state.cloud.mayAnswer ? .ready : .broken
        case .ready: return .ready
        }
    }

    private var word: String {
        switch phase {
        case .listening: "LISTENING"
        case .hearing: "HEARING"
        case .starting: "STARTING"
        case .broken: "OUT OF ORDER"
        case .asking: "ASKING"
        case .thinking: "THINKING"
        case .answering: "ANSWERING"
        case .ready: "READY"
        }
    }

    private var color: ColorRole {
        switch phase {
        case .listening: .danger
        case .asking: .cloud
        case .starting: .warning
        case .broken: .danger
        case .answering: state.isRemoteAtWork ? .cloud : .brand
        case .hearing, .thinking: .brand
        case .ready: .good
        }
    }

    private func sentence(_ glyphs: Glyphs) -> [Span] {
        switch phase {
        case .listening: TalkLine(state, width: width)?.spans(glyphs) ?? []
        case .hearing: [Span("looking for your words", .text)]
        case .starting: [Span("the model is being loaded; you may ask already", .text)]
        case .broken: [Span("there is no model to answer", .text)]
        case .asking: [Span("the question was handed to NEBIUS, personal data replaced", .text)]
        case .thinking: [Span("on this device", .text)]
        case .answering: answering(glyphs)
        case .ready: state.lastAnswer.map(lookBack) ?? [Span(invitation, .text)]
        }
    }

    private var invitation: String {
        state.talk.isPossible
            ? "hold \(state.keymap.name(of: .talk)) and speak, or type a question"
            : "type a question and press Enter"
    }

    private func answering(_ glyphs: Glyphs) -> [Span] {
        guard !state.isRemoteAtWork else { return [Span("NEBIUS answers, not this device", .text)] }
        let meters = state.meters
        return [Span("on this device", .text)] + sureness(meters.confidence)
            + [Span("  ")] + TokenStrip(meters.tokens, width: 20).spans(glyphs)
    }

    /// What is known of the last answer.
    private func lookBack(_ answer: Answer) -> [Span] {
        if answer.isMissing { return [Span("there was no answer; ask in other words", .warning)] }
        let place =
            switch answer.origin {
            case .local: "answered on this device"
            case .cache: "answered before, on this device"
            case .cloud: "answered by NEBIUS"
            }
        var spans = [Span(place, .text)]
        if let took = answer.figures.duration ?? answer.figures.timeToFirstToken {
            spans.append(Span(" in " + Figures.duration(took), .text))
        }
        if answer.origin == .local { spans += sureness(answer.confidence) }
        if let cost = answer.figures.costMicroUSD, answer.origin == .cloud {
            spans.append(Span(", cost " + Figures.dollars(Money(microUSD: cost)), .text))
        } else if answer.origin != .cloud {
            spans.append(Span(", cost nothing", .text))
        }
        return spans
    }

    private func sureness(_ value: Double?) -> [Span] {
        guard let level = ConfidenceLevel(value, threshold: state.cloud.threshold) else { return [] }
        return [Span(", how sure: ", .text), Span(level.word, level.color, .bold)]
    }
}
