internal import AssistantCore

/// Draws a state into a frame, part by part.
struct Painter {
    let state: ChatState
    let layout: ScreenLayout
    let glyphs: Glyphs
    var frame: Frame
    var parts = RenderCache()

    init(_ state: ChatState, _ capabilities: Capabilities) {
        self.state = state
        layout = state.layout
        glyphs = Glyphs(capabilities)
        frame = Frame(size: state.size)
    }

    /// The last column that parts of the screen may write to, and one more.
    var rightEdge: Int { state.size.columns - 1 }

    mutating func paint() {
        guard layout.tier != .tooSmall else {
            paintTooSmall()
            return
        }
        if let kiosk = state.kiosk, kiosk.phase == .attract, kiosk.pin == nil { return paintAttract() }
        paintHeader()
        paintBody()
        if state.transcript.entries.isEmpty { paintWelcome() }
        paintRule()
        paintMeter()
        paintQueue()
        paintInput()
        paintStatus()
        if let panel = state.panel { paint(panel) }
        if let kiosk = state.kiosk { paint(kiosk) }
    }

    private mutating func paint(_ kiosk: Kiosk) {
        if kiosk.pin != nil {
            paintPIN(kiosk)
        } else if case .warning(let end) = kiosk.phase {
            paintWarning(until: end)
        }
    }

    private mutating func paintTooSmall() {
        let smallest = ScreenLayout.smallest
        let row = max(0, state.size.rows / 2)
        guard talkSpans == nil else {
            paintTalk(row)
            return
        }
        let long = "Brim needs \(smallest) or more \(glyphs.dot) Ctrl-Q quits"
        let text = CellWidth.of(long) <= state.size.columns ? long : "needs \(smallest)"
        frame.put(text, Style(.text), row: row, column: max(0, (state.size.columns - CellWidth.of(text)) / 2))
    }

    /// A picture that moves while something is awaited.
    var spinner: String {
        let step = Int(state.now.inMilliseconds / 100)
        return glyphs.spinner[step % glyphs.spinner.count]
    }

    mutating func rule(_ row: Int) {
        frame.fill(Style(.faint), row: row, columns: 0..<state.size.columns, with: glyphs.rule)
    }
}

extension ChatState {
    /// The picture of this state. Pure: the same state and capabilities give the same frame.
    package func render(_ capabilities: Capabilities) -> Frame {
        var parts = RenderCache()
        return render(capabilities, reusing: &parts)
    }

    /// The same picture, and what of it may be as it was in the one before, which `parts` has.
    package func render(_ capabilities: Capabilities, reusing parts: inout RenderCache) -> Frame {
        guard isSettled else {
            var settled = self
            settled.settle()
            return settled.render(capabilities, reusing: &parts)
        }
        let capabilities = preferences.applied(to: capabilities)
        parts.fit(to: capabilities)
        var painter = Painter(self, capabilities)
        swap(&painter.parts, &parts)  // with one owner, nothing of them is copied
        painter.paint()
        swap(&painter.parts, &parts)
        if capabilities.glyphs == .ascii { painter.frame.reduceToASCII() }
        return painter.frame
    }
}

extension Painter {
    /// Name and model at the left; how the cloud and the microphone stand and where answers are made at the right.
    mutating func paintHeader() {
        if let rule = layout.headerRule {
            self.rule(rule)
            if !state.title.isEmpty { paintTitle(rule) }
        }
        frame.put(parts.header.cells(of: HeaderLine(state, spinner: spinner), glyphs).rows[0], row: 0, column: 0)
    }

    /// What the conversation is called, in the line over it.
    private mutating func paintTitle(_ row: Int) {
        let room = (layout.side?.lowerBound ?? state.size.columns) - 6
        frame.put(" \(Figures.cut(Figures.oneLine(state.title), room)) ", Style(.muted), row: row, column: 2)
    }
}

extension Painter {
    /// The messages that wait for the answer at work, the next one first, above the input line.
    mutating func paintQueue() {
        let rows = layout.queue
        guard !rows.isEmpty else { return }
        let hidden = state.queue.count - rows.count
        for (offset, row) in rows.enumerated() {
            // The last row tells how many there is no room for.
            let isRest = hidden > 0 && offset == rows.count - 1
            let label = isRest ? "+\(hidden + 1)" : "queued"
            let text = isRest ? "more wait" : state.queue[offset].text
            frame.put(label, Style(.warning), row: row, column: ScreenLayout.inputColumn, limit: rightEdge)
            let column = ScreenLayout.inputColumn + label.count + 1
            frame.put(Self.oneLine(text), Style(.muted), row: row, column: column, limit: rightEdge)
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isWhitespace ? " " : $0 })
    }
}
