internal import AssistantCore

extension ChatState {
    /// The rows of the conversation that are in view; `nil` where there is none, or a gap.
    func transcriptLines(_ glyphs: Glyphs) -> [TranscriptLine?] {
        let layout = layout
        let view = transcript.view
        let today = wallClock?.today(at: now)
        var last: (entry: Int, style: EntryStyle)?
        return (0..<layout.transcript.count).map { place in
            guard view.indices.contains(place), view[place].part != .gap else { return nil }
            let row = view[place]
            let style: EntryStyle
            if let last, last.entry == row.entry {
                style = last.style
            } else {
                style = EntryStyle(transcript.entries[row.entry], glyphs)
                last = (row.entry, style)
            }
            return TranscriptLine(
                content(of: row, glyphs), style, isFirst: transcript.isFirstRow(row), layout, today: today)
        }
    }

    private func content(of row: Transcript.Row, _ glyphs: Glyphs) -> TranscriptLine.Content {
        switch row.part {
        case .gap: return .text([], sentAt: nil)
        case .line(let index):
            return .text(
                transcript.citedLine(index, of: row.entry), sentAt: index == 0 ? timeSent(row.entry) : nil)
        case .foot(let index):
            let entry = transcript.entries[row.entry]
            if case .answer(let answer) = entry.content, !answer.isEnded { return .live(liveFoot(answer, glyphs)) }
            return .figures(entry, index)
        }
    }

    private func timeSent(_ entry: Int) -> Timestamp? {
        if case .person(let message) = transcript.entries[entry].content { message.time } else { nil }
    }

    // MARK: - The answer at work

    private func liveFoot(_ answer: Answer, _ glyphs: Glyphs) -> [Span] {
        guard let turn else { return [] }
        let waited = Figures.duration(max(.zero, now - turn.sentAt))
        if turn.isStopping { return [Span("\(spinner(glyphs)) stopping\(glyphs.ellipsis)", .muted)] }
        switch answer.phase {
        case .waiting:
            if answer.origin == .cloud {
                return [Span("\(spinner(glyphs)) NEBIUS ", .cloud), Span("asked\(glyphs.ellipsis) \(waited)", .muted)]
            }
            if case .loading = model {
                return [Span("\(spinner(glyphs)) waiting for the model\(glyphs.ellipsis) \(waited)", .muted)]
            }
            return [Span("\(spinner(glyphs)) thinking\(glyphs.ellipsis) \(waited)", .muted)]
        case .reading(let done, let total):
            let bar = Bar(share: Double(done) / Double(max(total, 1)), width: 12, color: .brand)
            return [Span("\(spinner(glyphs)) reading ", .muted)] + bar.spans(glyphs)
                + [Span(" \(done)/\(total) tokens", .muted)]
        case .remote(let words):
            return [Span("\(spinner(glyphs)) NEBIUS ", .cloud), Span("\(words)\(glyphs.ellipsis) \(waited)", .muted)]
        case .streaming:
            let saying = answer.said == nil ? [] : [Span(" and saying it", .brand)]
            return [Span("\(spinner(glyphs)) answering", .muted)] + saying + liveTokens(answer, glyphs)
        case .ended: return []
        }
    }

    /// How sure the model is of the words as they come: a strip and a word.
    private func liveTokens(_ answer: Answer, _ glyphs: Glyphs) -> [Span] {
        guard answer.origin == .local, meters.tokens.count > 0 else { return [] }
        let width = min(24, layout.textWidth - (answer.said == nil ? 22 : 36))
        guard width >= 8 else { return [] }
        let strip = TokenStrip(meters.tokens, width: width).spans(glyphs)
        let level = ConfidenceLevel(meters.confidence, threshold: cloud.threshold)
        let word = Span(Figures.left(level?.word ?? "", 6) + " ", level?.color ?? .faint, .bold)
        return [Span("  ")] + (level == nil ? strip : [word] + strip)
    }
}

/// A whole row of the screen between header and input: a line of the conversation, and one of the meters beside it.
struct BodyRow: View, Equatable, Sendable {
    /// `nil` where the conversation has none.
    let line: TranscriptLine?
    /// Where the meters begin, and this row of them; `nil` where there are none.
    let side: (column: Int, cells: [Cell])?

    static func == (first: BodyRow, second: BodyRow) -> Bool {
        first.side?.column == second.side?.column && first.side?.cells == second.side?.cells
            && first.line == second.line
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        line?.draw(in: area, of: &frame, glyphs)
        guard let side else { return }
        let column = area.left + side.column
        frame.put(glyphs.corners.side, Style(.faint), row: area.top, column: column)
        frame.put(side.cells, row: area.top, column: column + 2)
    }
}

/// The mark beside the message that the keys are about.
struct SelectionMark: View {
    private let line: TranscriptLine
    private let isFirstInView: Bool

    init(_ line: TranscriptLine, isFirstInView: Bool) { (self.line, self.isFirstInView) = (line, isFirstInView) }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let column = area.left + max(0, line.textColumn - 10)
        // Of a long message of which the beginning is out of view, the first row that is seen.
        if line.isFirst || isFirstInView {
            frame.put(">", Style(.person, .bold), row: area.top, column: column)
            frame.cursor = Position(row: area.top, column: column)
        } else if line.textColumn == 2, line.look.hasBar {
            frame.put(line.look.bar, Style(.person, .bold), row: area.top, column: area.left)
        }
    }
}

/// The line between conversation and input; says that there is more below.
struct ConversationEnd: View {
    private let hasRule: Bool
    /// `nil` where the end is in view.
    private let words: String?

    init(_ state: ChatState, hasRule: Bool) {
        self.hasRule = hasRule
        let hasMore = !state.transcript.isAtEnd && !state.transcript.entries.isEmpty
        words = hasMore ? (state.isAnswering ? "more, and still answering" : "more") : nil
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        if hasRule {
            frame.fill(Style(.faint), row: area.top, columns: area.left..<area.right, with: glyphs.rule)
        }
        guard let words else { return }
        let text = " \(glyphs.down) \(words) \(glyphs.dot) End "
        let column = max(area.left, area.right - 2 - CellWidth.of(text))
        frame.put(text, Style(.brand, .bold), row: area.top, column: column)
    }
}
