internal import AssistantCore

extension Painter {
    mutating func paintTranscript() {
        for (offset, row) in state.transcript.view.enumerated() {
            paint(row, at: layout.transcript.lowerBound + offset)
        }
    }

    private mutating func paint(_ row: Transcript.Row, at line: Int) {
        let entry = state.transcript.entries[row.entry]
        let look = EntryLook(entry, glyphs)
        switch row.part {
        case .gap: return
        case .line(let index):
            // What has no ink of its own has that of the entry.
            let spans = state.transcript.line(index, of: row.entry).map { span in
                span.style.ink == .text
                    ? Span(span.text, Style(look.text.ink, on: span.style.ground, span.style.emphasis)) : span
            }
            frame.put(spans, row: line, column: layout.textColumn, limit: layout.textColumn + layout.textWidth)
        case .foot:
            let limit = layout.textColumn + layout.textWidth
            frame.put(foot(of: entry), row: line, column: layout.textColumn, limit: limit)
        }
        paintGutter(look, isFirst: state.transcript.isFirstRow(row), at: line)
    }

    /// Who speaks, and a bar along the message.
    private mutating func paintGutter(_ look: EntryLook, isFirst: Bool, at line: Int) {
        frame.put(look.bar, look.mark, row: line, column: layout.textColumn - 2)
        guard isFirst, layout.textColumn > 2 else { return }
        frame.put(Figures.right(look.author, 6), look.label, row: line, column: 1)
    }

    private func foot(of entry: TranscriptEntry) -> [Span] {
        switch entry.content {
        case .person(let message): spokenFoot(message)
        case .answer(let answer): answer.isEnded ? endedFoot(answer) : liveFoot(answer)
        case .escalation, .notice: []
        }
    }

    private func spokenFoot(_ message: PersonMessage) -> [Span] {
        guard let spoken = message.spoken else { return [] }
        var words = ["spoken"]
        if let latency = spoken.latency { words.append("heard in " + Figures.duration(latency)) }
        var spans = [Span(words.joined(separator: " \(glyphs.dot) "), .muted)]
        if let confidence = spoken.confidence {
            spans.append(Span(" \(glyphs.dot) conf " + Figures.fixed(confidence, decimals: 2), .muted))
        }
        if spoken.isUnsure { spans.append(Span(" \(glyphs.dot) unsure", .warning)) }
        return spans
    }

    // MARK: - Answers

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
            let bar = Bar(share: Double(done) / Double(max(total, 1)), width: 12, ink: .brand)
            return [Span("\(spinner) reading ", .muted)] + bar.spans(glyphs)
                + [Span(" \(done)/\(total) tokens", .muted)]
        case .remote(let words):
            return [Span("\(spinner) NEBIUS ", .cloud), Span("\(words)\(glyphs.ellipsis) \(waited)", .muted)]
        case .streaming:
            return [Span("\(spinner) answering", .muted)]
        case .ended: return []
        }
    }

    /// Origin first, then what is worth most, as far as it fits.
    private func endedFoot(_ answer: Answer) -> [Span] {
        var parts = [originWord(answer)]
        if answer.isMissing { parts.append([Span("\(glyphs.alert) no answer", .danger)]) }
        if answer.failure != nil, !answer.isMissing { parts.append([Span("\(glyphs.alert) broken off", .danger)]) }
        if answer.wasStopped { parts.append([Span("\(glyphs.stop) stopped", .warning)]) }
        if answer.isUnsure { parts.append([Span("\(glyphs.alert) UNSURE", .warning)]) }
        if let doubt = answer.doubt { parts.append([Span(doubt, .warning)]) }
        if answer.wasCutByLength { parts.append([Span("cut at the length limit", .warning)]) }
        if answer.isDraft { parts.append([Span("draft", .muted)]) }
        for figure in answer.figureWords { parts.append([Span(figure, .muted)]) }
        if let model = answer.model { parts.append([Span(model, .muted)]) }
        return joined(parts, width: layout.textWidth)
    }

    private func originWord(_ answer: Answer) -> [Span] {
        switch answer.origin {
        case .local: [Span("LOCAL", .brand)]
        case .cache:
            [Span("CACHE", .cache)] + (answer.age.map { [Span(" \(Figures.duration($0)) old", .muted)] } ?? [])
        case .cloud: [Span("NEBIUS", .cloud)]
        }
    }

    /// As many parts as fit, with dots between them.
    private func joined(_ parts: [[Span]], width: Int) -> [Span] {
        let separator = Span(" \(glyphs.dot) ", .faint)
        var line: [Span] = []
        for part in parts {
            let next = line.isEmpty ? part : line + [separator] + part
            if line.isEmpty || next.width <= width { line = next }
        }
        return line
    }
}

/// How an entry of the transcript is set off from the others.
private struct EntryLook {
    var author = ""
    var bar: String
    /// Of the name, of the bar, and of the text.
    var label: Style
    var mark: Style
    var text: Style

    init(_ entry: TranscriptEntry, _ glyphs: Glyphs) {
        switch entry.content {
        case .person:
            self.init("you", glyphs.personBar, .person)
        case .answer(let answer):
            switch answer.origin {
            case .local: self.init("brim", glyphs.localBar, .brand)
            case .cache: self.init("brim", glyphs.cacheBar, .cache)
            case .cloud: self.init("nebius", glyphs.cloudBar, .cloud)
            }
            if answer.isDraft { text = Style(.muted) }
        case .escalation:
            self.init("", glyphs.arrow, .cloud)
            text = Style(.cloud)
        case .notice(let notice):
            switch notice.kind {
            case .information: self.init("", glyphs.dot, .muted, text: .muted)
            case .warning: self.init("", glyphs.alert, .warning, text: .warning)
            case .error: self.init("", glyphs.alert, .danger, text: .danger)
            }
        }
    }

    private init(_ author: String, _ bar: String, _ ink: Ink, text: Ink = .text) {
        self.author = author
        self.bar = bar
        label = Style(ink, .bold)
        mark = Style(ink)
        self.text = Style(text)
    }
}
