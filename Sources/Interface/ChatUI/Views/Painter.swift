internal import AssistantCore

/// Draws a state into a frame, part by part.
struct Painter {
    let state: ChatState
    let layout: ScreenLayout
    let glyphs: Glyphs
    var frame: Frame
    var parts = DrawnParts()

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
    public func render(_ capabilities: Capabilities) -> Frame {
        var parts = DrawnParts()
        return render(capabilities, reusing: &parts)
    }

    /// The same picture, and what of it may be as it was in the one before, which `parts` has.
    public func render(_ capabilities: Capabilities, reusing parts: inout DrawnParts) -> Frame {
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
