internal import AssistantCore

/// One row of the conversation: who speaks, a bar along the message, a line of it, and when it was.
struct TranscriptLine: View, Equatable, Sendable {
    enum Content: Sendable, Hashable {
        /// A line of an entry's text, with the time where it is the first one of a question.
        case text([Span], sentAt: Timestamp?)
        /// What is being done about an answer.
        case live([Span])
        /// What stands under an entry that is done: how it came about in one line, or one of its figures.
        indirect case figures(TranscriptEntry, Int)
    }

    private let content: Content
    let look: EntryStyle
    let isFirst: Bool
    let textColumn: Int
    private let textWidth: Int
    /// `nil` where nobody has said.
    private let today: Today?

    init(_ content: Content, _ look: EntryStyle, isFirst: Bool, _ layout: ScreenLayout, today: Today?) {
        self.content = content
        self.look = look
        self.isFirst = isFirst
        self.today = today
        textColumn = layout.textColumn
        textWidth = layout.textWidth
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let start = area.left + textColumn
        let edge = start + textWidth
        frame.put(spans(glyphs), row: area.top, column: start, limit: edge)
        if isFirst || look.hasBar { frame.put(look.bar, look.mark, row: area.top, column: start - 2) }
        if isFirst, textColumn > 2 {
            frame.put(Figures.right(look.author, 6), look.label, row: area.top, column: start - 9)
        }
        // At the right, where there is room.
        if let words = timeWords {
            let column = edge - words.count
            if (column - 2..<column).allSatisfy({ frame[area.top, $0] == .blank }) {
                frame.put(words, Style(.faint), row: area.top, column: column)
            }
        }
    }

    /// When a question was sent, or an answer ended.
    private var timeWords: String? {
        let time: Timestamp? =
            switch content {
            case .text(_, let time): time
            case .live: nil
            case .figures(let entry, let index):
                if index == 0, case .answer(let answer) = entry.content { answer.time } else { nil }
            }
        guard let time, textWidth >= Self.roomForTime else { return nil }
        return today?.words(time)
    }

    /// On a narrower screen there are better things to say; the unfolded figures have the time.
    private static let roomForTime = 56

    private func spans(_ glyphs: Glyphs) -> [Span] {
        switch content {
        case .text(let spans, _):
            // What has no ink of its own has that of the entry.
            spans.map { span in
                if span == MarkdownLine.codeMark { return Span(glyphs.codeBar, span.style) }
                return span.style.color == .text
                    ? Span(span.text, Style(look.text.color, on: span.style.background, span.style.emphasis)) : span
            }
        case .live(let spans): spans
        case .figures(let entry, let index):
            switch entry.content {
            case .person(let message): spokenFoot(message, glyphs)
            case .answer(let answer): index == 0 ? endedFoot(answer, glyphs) : detail(index - 1, of: answer, glyphs)
            case .escalation, .citation, .notice: []
            }
        }
    }

    private func spokenFoot(_ message: PersonMessage, _ glyphs: Glyphs) -> [Span] {
        guard let spoken = message.spoken else { return [] }
        var words = ["spoken"]
        if let language = spoken.language {
            let sureness = spoken.languageProbability.map { " " + Figures.percent($0) } ?? ""
            words.append("language " + language + sureness)
        }
        if let latency = spoken.latency { words.append("heard in " + Figures.duration(latency)) }
        var spans = [Span(words.joined(separator: " \(glyphs.dot) "), .muted)]
        if let confidence = spoken.confidence {
            spans.append(Span(" \(glyphs.dot) conf " + Figures.probability(confidence), .muted))
        }
        if spoken.isUnsure { spans.append(Span(" \(glyphs.dot) unsure", .warning)) }
        return spans
    }

    // MARK: - Answers

    /// One of the figures, unfolded.
    private func detail(_ index: Int, of answer: Answer, _ glyphs: Glyphs) -> [Span] {
        let details = AnswerDetail.all(of: answer)
        guard details.indices.contains(index) else { return [] }
        let label = Span("  " + Figures.left(details[index].label, AnswerDetail.labelWidth) + " ", .muted)
        switch details[index].value {
        case .words(let words): return [label, Span(Figures.cut(words, textWidth - label.width), .text)]
        case .time(let time, let took):
            let moment = today.map { $0.fullWords(time) } ?? Figures.unknown
            return [label, Span(moment, .text), Span(took.map { ", took " + Figures.duration($0) } ?? "", .text)]
        case .tokens(let record, let words):
            let room = textWidth - label.width - words.count - 2
            let strip = TokenStrip(record, width: max(8, min(64, room))).spans(glyphs, isPadded: false)
            return [label] + strip + [Span("  " + words, .text)]
        }
    }

    /// Origin first, then what is worth most, as far as it fits.
    private func endedFoot(_ answer: Answer, _ glyphs: Glyphs) -> [Span] {
        var parts = [originWord(answer)]
        if answer.said != nil { parts.append([Span("saying it", .brand)]) }
        if answer.isMissing { parts.append([Span("\(glyphs.alert) no answer", .danger)]) }
        if answer.failure != nil, !answer.isMissing { parts.append([Span("\(glyphs.alert) broken off", .danger)]) }
        if answer.wasStopped { parts.append([Span("\(glyphs.stop) stopped", .warning)]) }
        if answer.isUnsure { parts.append([Span("\(glyphs.alert) UNSURE", .warning)]) }
        if let doubt = answer.doubt { parts.append([Span(doubt, .warning)]) }
        if let gap = answer.support.gap { parts.append([Span("\(glyphs.alert) " + gap, .warning)]) }
        if answer.repeatedItself, answer.doubt == nil { parts.append([Span("cut where it repeated itself", .warning)]) }
        if answer.isBesideDocuments { parts.append([Span("not from the documents", .muted)]) }
        if let end = answer.endWords { parts.append([Span(end, .warning)]) }
        if answer.isDraft { parts.append([Span("draft", .muted)]) }
        switch answer.verdict {
        case .right: parts.append([Span("\(glyphs.up) judged right", .good)])
        case .wrong: parts.append([Span("\(glyphs.down) judged wrong", .danger)])
        case nil: break
        }
        for figure in answer.figureWords { parts.append([Span(figure, .muted)]) }
        if let model = answer.model { parts.append([Span(model, .muted)]) }
        let time = timeWords
        return joined(parts, glyphs, width: textWidth - (time.map { $0.count + 2 } ?? 0))
    }

    private func originWord(_ answer: Answer) -> [Span] {
        switch answer.origin {
        case .local: [Span("LOCAL", .brand)]
        case .cache:
            [Span("CACHE", .cache)] + (answer.age.map { [Span(" \(Figures.duration($0)) old", .muted)] } ?? [])
        case .cloud: [Span("NEBIUS", .cloud)]
        }
    }

    /// Shorter, the beginning of a warning tells nothing.
    private static let shortestWarning = 16

    /// As many parts as fit, with dots between them; of a warning as much as fits.
    private func joined(_ parts: [[Span]], _ glyphs: Glyphs, width: Int) -> [Span] {
        let separator = Span(" \(glyphs.dot) ", .faint)
        var line: [Span] = []
        for part in parts {
            let next = line.isEmpty ? part : line + [separator] + part
            let room = width - line.width - separator.width
            if line.isEmpty || next.width <= width {
                line = next
            } else if part.count == 1, part[0].style == Style(.warning), room >= Self.shortestWarning {
                line += [separator, Span(Figures.cut(part[0].text, room), .warning)]
            }
        }
        return line
    }
}

/// How an entry of the transcript is set off from the others.
struct EntryStyle: Sendable, Hashable {
    var author = ""
    var bar: String
    /// The bar goes along the whole text; else it is a mark before its first line.
    var hasBar = true
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
            hasBar = false
            text = Style(.cloud)
        case .citation: self.init("", glyphs.cacheBar, .cache, text: .muted)
        case .notice(let notice):
            switch notice.kind {
            case .information: self.init("", glyphs.dot, .muted, text: .muted)
            case .warning: self.init("", glyphs.alert, .warning, text: .warning)
            case .error: self.init("", glyphs.alert, .danger, text: .danger)
            }
        }
    }

    private init(_ author: String, _ bar: String, _ color: ColorRole, text: ColorRole = .text) {
        self.author = author
        self.bar = bar
        label = Style(color, .bold)
        mark = Style(color)
        self.text = Style(text)
    }
}
