internal import AssistantCore

extension ChatState {
    /// The picture of this state. Pure: the same state and capabilities give the same frame.
    package func render(_ capabilities: Capabilities) -> Frame {
        var cache = RenderCache()
        return render(capabilities, reusing: &cache)
    }

    /// The same picture, and what of it may be as it was in the one before, which `cache` has.
    package func render(_ capabilities: Capabilities, reusing cache: inout RenderCache) -> Frame {
        guard isSettled else {
            var settled = self
            settled.settle()
            return settled.render(capabilities, reusing: &cache)
        }
        let capabilities = preferences.applied(to: capabilities)
        cache.fit(to: capabilities)
        var frame = Frame(size: size)
        draw(&frame, reusing: &cache, Glyphs(capabilities))
        if capabilities.glyphs == .ascii { frame.reduceToASCII() }
        return frame
    }

    private func draw(_ frame: inout Frame, reusing cache: inout RenderCache, _ glyphs: Glyphs) {
        let layout = layout
        let screen = Rect(size)
        guard layout.tier != .tooSmall else { return TooSmallNotice(self).draw(in: screen, of: &frame, glyphs) }
        if kiosk?.phase == .attract, kiosk?.pin == nil {
            return AttractView(self).draw(in: screen, of: &frame, glyphs)
        }
        cache.header.draw(
            HeaderLine(self, spinner: spinner(glyphs)), in: layout.row(layout.header), of: &frame, glyphs)
        if let row = layout.headerRule {
            TitleRule(self, layout).draw(in: layout.row(row), of: &frame, glyphs)
        }
        drawConversation(&frame, reusing: &cache, layout, glyphs)
        ConversationEnd(self, hasRule: layout.rule != nil).draw(
            in: layout.row(layout.rule ?? layout.transcript.upperBound - 1), of: &frame, glyphs)
        drawMeters(&frame, layout, glyphs)
        QueueView(queue: queue).draw(in: layout.area(layout.queue), of: &frame, glyphs)
        InputView(self).draw(in: layout.area(layout.input), of: &frame, glyphs)
        drawStatus(&frame, reusing: &cache, layout, glyphs)
        if let panel {
            let box = PanelBox(panel, self)
            box.draw(in: box.area, of: &frame, glyphs)
        }
        if let notice = kiosk.flatMap({ KioskNotice($0, at: now) }) { notice.draw(in: screen, of: &frame, glyphs) }
    }

    /// The conversation, and the meters beside it.
    private func drawConversation(
        _ frame: inout Frame, reusing cache: inout RenderCache, _ layout: ScreenLayout, _ glyphs: Glyphs
    ) {
        let lines = transcriptLines(glyphs)
        let meters = layout.side.map { side in
            (column: side.lowerBound, rows: cache.meters.rows(self, side, height: layout.transcript.count, glyphs))
        }
        for place in 0..<layout.transcript.count {
            let side = meters.map { ($0.column, $0.rows.indices.contains(place) ? $0.rows[place] : []) }
            guard lines[place] != nil || side != nil else { continue }
            let area = layout.row(layout.transcript.lowerBound + place)
            cache.draw(BodyRow(line: lines[place], side: side), at: place, in: area, of: &frame, glyphs)
            if let line = lines[place], transcript.view[place].entry == transcript.selected {
                SelectionMark(line, isFirstInView: place == 0).draw(in: area, of: &frame, glyphs)
            }
        }
        guard transcript.entries.isEmpty else { return }
        let area = Rect(rows: layout.transcript, columns: 0..<(layout.side?.lowerBound ?? size.columns))
        WelcomeView(keymap: keymap).draw(in: area, of: &frame, glyphs)
    }

    /// The meters between conversation and input, where there is room for some.
    private func drawMeters(_ frame: inout Frame, _ layout: ScreenLayout, _ glyphs: Glyphs) {
        guard let first = layout.meters.first else { return }
        if kiosk != nil {
            let left = layout.textColumn > 2 ? layout.textColumn - 2 : 1
            let area = Rect(rows: layout.meters, columns: left..<layout.rightEdge)
            return KioskBoard(self, width: layout.textWidth).draw(in: area, of: &frame, glyphs)
        }
        let row = layout.innerRow(first)
        if let talk = TalkLine(self, width: row.size.columns) {
            talk.draw(in: row, of: &frame, glyphs)
        } else {
            MeterLine(state: self).draw(in: row, of: &frame, glyphs)
        }
        guard layout.meters.count > 1 else { return }
        let second = layout.innerRow(first + 1)
        if let speaking = SpeakingLine(self, width: second.size.columns) {
            speaking.draw(in: second, of: &frame, glyphs)
        } else {
            SessionLine(state: self).draw(in: second, of: &frame, glyphs)
        }
    }

    /// What the keys do now, or what has just to be said.
    private func drawStatus(
        _ frame: inout Frame, reusing cache: inout RenderCache, _ layout: ScreenLayout, _ glyphs: Glyphs
    ) {
        var row = layout.innerRow(layout.status)
        // Where no meters stand under the conversation, a recording is shown here, whatever else there is to say.
        if showsTalkInStatus, let talk = TalkLine(self, width: row.size.columns - TalkLine.roomForHelp) {
            let end = row.right - KeyHint(.help, "help", keymap).width - 3
            talk.draw(in: Rect(rows: row.top..<row.bottom, columns: row.left..<end), of: &frame, glyphs)
            let start = min(end, row.left + talk.spans(glyphs).width + 3)
            row = Rect(rows: row.top..<row.bottom, columns: start..<row.right)
        }
        cache.status.draw(statusLine(from: row.left), in: row, of: &frame, glyphs)
    }

    /// Whether a recording has no other place than the last line.
    var showsTalkInStatus: Bool {
        layout.meters.isEmpty && layout.side == nil && (talk.recording != nil || talk.isHearing)
    }

    /// - Parameter start: the first column that is free.
    func statusLine(from start: Int = 1) -> StatusLine {
        StatusLine(self, from: start, mayHint: !showsTalkInStatus)
    }

    /// A picture that moves while something is awaited.
    func spinner(_ glyphs: Glyphs) -> String {
        let step = Int(now.inMilliseconds / 100)
        return glyphs.spinner[step % glyphs.spinner.count]
    }
}
