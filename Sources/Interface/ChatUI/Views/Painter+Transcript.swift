internal import AssistantCore

extension Painter {
    mutating func paintTranscript() {
        let view = state.transcript.view
        var start = view.startIndex
        while start < view.endIndex {
            let index = view[start].entry
            let end = view[start...].firstIndex { $0.entry != index } ?? view.endIndex
            let entry = state.transcript.entries[index]
            let look = EntryLook(entry, glyphs)
            for offset in start..<end {
                paint(view[offset], of: entry, look, at: layout.transcript.lowerBound + offset)
            }
            start = end
        }
    }

    private mutating func paint(_ row: Transcript.Row, of entry: TranscriptEntry, _ look: EntryLook, at line: Int) {
        switch row.part {
        case .gap: return
        case .line(let index):
            // What has no ink of its own has that of the entry.
            let spans = state.transcript.line(index, of: row.entry).map { span in
                if span == MarkdownLine.codeMark { return Span(glyphs.codeBar, span.style) }
                return span.style.ink == .text
                    ? Span(span.text, Style(look.text.ink, on: span.style.ground, span.style.emphasis)) : span
            }
            frame.put(spans, row: line, column: layout.textColumn, limit: layout.textColumn + layout.textWidth)
        case .foot(let index):
            let spans = index == 0 ? foot(of: entry) : detail(index - 1, of: entry)
            frame.put(spans, row: line, column: layout.textColumn, limit: layout.textColumn + layout.textWidth)
        }
        paintGutter(look, row, at: line)
        paintTime(of: entry, row.part, at: line)
    }

    /// Who speaks, and a bar along the message.
    private mutating func paintGutter(_ look: EntryLook, _ row: Transcript.Row, at line: Int) {
        frame.put(look.bar, look.mark, row: line, column: layout.textColumn - 2)
        let isFirst = state.transcript.isFirstRow(row)
        if isFirst, layout.textColumn > 2 {
            frame.put(Figures.right(look.author, 6), look.label, row: line, column: layout.textColumn - 9)
        }
        guard row.entry == state.transcript.selected else { return }
        // Of a long message of which the beginning is out of view, the first row that is seen.
        let isMarked = isFirst || line == layout.transcript.lowerBound
        let column = max(0, layout.textColumn - 10)
        if isMarked {
            frame.put(">", Style(.person, .bold), row: line, column: column)
            frame.cursor = Position(row: line, column: column)
        } else if column == 0, layout.textColumn == 2 {
            frame.put(look.bar, Style(.person, .bold), row: line, column: 0)
        }
    }

    /// When a question was sent, at the right of its first line, and when an answer ended, at the right of its figures,
    /// where there is room.
    private mutating func paintTime(of entry: TranscriptEntry, _ part: Transcript.Row.Part, at line: Int) {
        let time: Timestamp? =
            switch (entry.content, part) {
            case (.person(let message), .line(0)): message.time
            case (.answer(let answer), .foot(0)): answer.time
            default: nil
            }
        guard let words = timeWords(time) else { return }
        let column = layout.textColumn + layout.textWidth - words.count
        guard (column - 2..<column).allSatisfy({ frame[line, $0] == .blank }) else { return }
        frame.put(words, Style(.faint), row: line, column: column)
    }

    /// `nil` on a screen so narrow that there are better things to say; the unfolded figures have it.
    private func timeWords(_ time: Timestamp?) -> String? {
        guard let time, let clock = state.wallClock, layout.textWidth >= 56 else { return nil }
        return clock.words(time, now: state.now)
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
            spans.append(Span(" \(glyphs.dot) conf " + Figures.probability(confidence), .muted))
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
            return [Span("\(spinner) answering", .muted)] + liveTokens(answer)
        case .ended: return []
        }
    }

    /// How sure the model is of the words as they come: a strip and a word.
    private func liveTokens(_ answer: Answer) -> [Span] {
        let meters = state.meters
        guard answer.origin == .local, meters.tokens.count > 0 else { return [] }
        let width = min(24, layout.textWidth - 22)
        guard width >= 8 else { return [] }
        let strip = TokenStrip(meters.tokens, width: width).spans(glyphs)
        let level = SureLevel(meters.sureness.value, threshold: state.cloud.threshold)
        let word = Span(Figures.left(level?.word ?? "", 6) + " ", level?.ink ?? .faint, .bold)
        return [Span("  ")] + (level == nil ? strip : [word] + strip)
    }

    /// One of the figures, unfolded.
    private func detail(_ index: Int, of entry: TranscriptEntry) -> [Span] {
        guard case .answer(let answer) = entry.content else { return [] }
        let details = AnswerDetail.all(of: answer)
        guard details.indices.contains(index) else { return [] }
        let label = Span("  " + Figures.left(details[index].label, AnswerDetail.labelWidth) + " ", .muted)
        switch details[index].value {
        case .words(let words): return [label, Span(Figures.cut(words, layout.textWidth - label.width), .text)]
        case .time(let time, let took):
            let moment = state.wallClock.map { $0.fullWords(time) } ?? Figures.unknown
            return [label, Span(moment, .text), Span(took.map { ", took " + Figures.duration($0) } ?? "", .text)]
        case .tokens(let record, let words):
            let room = layout.textWidth - label.width - words.count - 2
            let strip = TokenStrip(record, width: max(8, min(64, room))).spans(glyphs, isPadded: false)
            return [label] + strip + [Span("  " + words, .text)]
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
        switch answer.verdict {
        case .right: parts.append([Span("\(glyphs.up) judged right", .good)])
        case .wrong: parts.append([Span("\(glyphs.down) judged wrong", .danger)])
        case nil: break
        }
        for figure in answer.figureWords { parts.append([Span(figure, .muted)]) }
        if let model = answer.model { parts.append([Span(model, .muted)]) }
        let time = timeWords(answer.time)
        return joined(parts, width: layout.textWidth - (time.map { $0.count + 2 } ?? 0))
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
