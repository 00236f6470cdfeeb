internal import AssistantCore

extension Painter {
    /// Name and model at the left, where answers are made at the right.
    mutating func paintHeader() {
        if let rule = layout.headerRule { self.rule(rule) }
        let place = placeOfAnswers
        let placeColumn = rightEdge - place.width
        frame.put(place, row: 0, column: placeColumn)
        let column = frame.put("brim", Style(.brand, .bold), row: 0, column: 1)
        frame.put(modelWords, row: 0, column: column + 2, limit: placeColumn - 1)
    }

    private var modelWords: [Span] {
        switch state.model {
        case .loading(let name):
            let waited = Figures.duration(max(.zero, state.now - state.loadingSince))
            let name = name.map { " " + TerminalText.sanitised($0) } ?? ""
            return [Span("\(spinner) loading model\(name)\(glyphs.ellipsis) \(waited)", .warning)]
        case .ready(let identity):
            return [Span(TerminalText.sanitised(identity.name), .muted)]
        case .failed:
            return [Span("\(glyphs.alert) no model", .danger)]
        }
    }

    private var placeOfAnswers: [Span] {
        switch state.model {
        case .loading: [Span("LOCAL", .muted)]
        case .ready: [Span("\(glyphs.bullet) ", .brand), Span("LOCAL", .brand, .bold)]
        case .failed: [Span("LOCAL", .muted)]
        }
    }
}
