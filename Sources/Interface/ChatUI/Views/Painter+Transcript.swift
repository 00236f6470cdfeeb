internal import AssistantCore

extension Painter {
    /// The conversation, and the meters beside it.
    mutating func paintBody() {
        let view = state.transcript.view
        let side = sideRows()
        let today = state.wallClock?.today(at: state.now)
        var look: (entry: Int, look: EntryStyle)?
        for place in 0..<layout.transcript.count {
            var line: TranscriptLine?
            if view.indices.contains(place), view[place].part != .gap {
                let entry = view[place].entry
                if look?.entry != entry { look = (entry, EntryStyle(state.transcript.entries[entry], glyphs)) }
                line = look.map { self.line(view[place], $0.look, today) }
            }
            let meters = layout.side.map { ($0.lowerBound, side.indices.contains(place) ? side[place] : []) }
            guard line != nil || meters != nil else { continue }
            let row = BodyRow(width: state.size.columns, line: line, side: meters)
            frame.put(parts.cells(of: row, at: place, glyphs), row: layout.transcript.lowerBound + place, column: 0)
            if let line, view[place].entry == state.transcript.selected { paintMark(line, at: place) }
        }
    }

    private func line(_ row: Transcript.Row, _ look: EntryStyle, _ today: Today?) -> TranscriptLine {
        TranscriptLine(content(of: row), look, isFirst: state.transcript.isFirstRow(row), layout, today: today)
    }

    private func content(of row: Transcript.Row) -> TranscriptLine.Content {
        switch row.part {
        case .gap: return .text([], sentAt: nil)
        case .line(let index):
            return .text(
                state.transcript.citedLine(index, of: row.entry), sentAt: index == 0 ? timeSent(row.entry) : nil)
        case .foot(let index):
            let entry = state.transcript.entries[row.entry]
            if case .answer(let answer) = entry.content, !answer.isEnded { return .live(liveFoot(answer)) }
            return .figures(entry, index)
        }
    }

    private func timeSent(_ entry: Int) -> Timestamp? {
        if case .person(let message) = state.transcript.entries[entry].content { message.time } else { nil }
    }

    /// That the keys are about this message.
    private mutating func paintMark(_ marked: TranscriptLine, at place: Int) {
        let line = layout.transcript.lowerBound + place
        let column = max(0, layout.textColumn - 10)
        // Of a long message of which the beginning is out of view, the first row that is seen.
        if marked.isFirst || place == 0 {
            frame.put(">", Style(.person, .bold), row: line, column: column)
            frame.cursor = Position(row: line, column: column)
        } else if column == 0, layout.textColumn == 2, marked.look.hasBar {
            frame.put(marked.look.bar, Style(.person, .bold), row: line, column: 0)
        }
    }

    // MARK: - The answer at work

    private func liveFoot(_ answer: Answer) -> [Span] {
        guard let turn = state.turn else { return [] }
        let waited = Figures.duration(max(.zero, state.now - turn.sentAt))
        if turn.isStopping { return [Span("\(spinner) stopping\(glyphs.ellipsis)", .muted)] }
        switch answer.phase {
        case .waiting:
            if answer.origin == .cloud {
                return [Span("\(spinner) NEBIUS ", .cloud), Span("asked\(glyphs.ellipsis) \(waited)", .muted)]
            }
            if case .loading = state.model {
                return [Span("\(spinner) waiting for the model\(glyphs.ellipsis) \(waited)", .muted)]
            }
            return [Span("\(spinner) thinking\(glyphs.ellipsis) \(waited)", .muted)]
        case .reading(let done, let total):
            let bar = Bar(share: Double(done) / Double(max(total, 1)), width: 12, color: .brand)
            return [Span("\(spinner) reading ", .muted)] + bar.spans(glyphs)
                + [Span(" \(done)/\(total) tokens", .muted)]
        case .remote(let words):
            return [Span("\(spinner) NEBIUS ", .cloud), Span("\(words)\(glyphs.ellipsis) \(waited)", .muted)]
        case .streaming:
            let saying = answer.said == nil ? [] : [Span(" and saying it", .brand)]
            return [Span("\(spinner) answering", .muted)] + saying + liveTokens(answer)
        case .ended: return []
        }
    }

    /// How sure the model is of the words as they come: a strip and a word.
    private func liveTokens(_ answer: Answer) -> [Span] {
        let meters = state.meters
        guard answer.origin == .local, meters.tokens.count > 0 else { return [] }
        let width = min(24, layout.textWidth - (answer.said == nil ? 22 : 36))
        guard width >= 8 else { return [] }
        let strip = TokenStrip(meters.tokens, width: width).spans(glyphs)
        let level = ConfidenceLevel(meters.confidence, threshold: state.cloud.threshold)
        let word = Span(Figures.left(level?.word ?? "", 6) + " ", level?.color ?? .faint, .bold)
        return [Span("  ")] + (level == nil ? strip : [word] + strip)
    }
}
