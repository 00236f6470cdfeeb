internal import AssistantCore

extension Painter {
    /// Name and model at the left; how the cloud stands and where answers are made at the right.
    mutating func paintHeader() {
        if let rule = layout.headerRule {
            self.rule(rule)
            if !state.title.isEmpty { paintTitle(rule) }
        }
        let place = placeOfAnswers
        let placeColumn = rightEdge - place.width
        frame.put(place, row: 0, column: placeColumn)
        let cloudColumn = placeColumn - cloudWords.width
        frame.put(cloudWords, row: 0, column: cloudColumn)
        let column = frame.put("brim", Style(.brand, .bold), row: 0, column: 1)
        frame.put(modelWords, row: 0, column: column + 2, limit: cloudColumn - 1)
    }

    /// What the conversation is called, in the line over it.
    private mutating func paintTitle(_ row: Int) {
        let room = (layout.side?.lowerBound ?? state.size.columns) - 6
        frame.put(" \(Figures.cut(Figures.oneLine(state.title), room)) ", Style(.muted), row: row, column: 2)
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
        if state.cloud.isLocked { return [Span("\(glyphs.stop) LOCAL ONLY", .good, .bold)] }
        if state.isRemoteAtWork { return [Span("\(glyphs.bullet) NEBIUS", .cloud, .bold)] }
        switch state.model {
        case .loading: return [Span("LOCAL", .muted)]
        case .ready:
            let place = ["LOCAL", state.backend].compactMap(\.self).joined(separator: " ")
            return [Span("\(glyphs.bullet) ", .brand), Span(place, .brand, .bold)]
        case .failed: return [Span("LOCAL", .muted)]
        }
    }

    /// What was spent, and whether the cloud may be asked; silent under the lock, where that makes no difference.
    private var cloudWords: [Span] {
        var parts = deviceWords
        if state.talk.isMuted { parts.append(Span("mic shut", .warning)) }
        if state.session.spent > .zero { parts.append(Span(Figures.dollars(state.session.spent), .muted)) }
        if !state.cloud.isLocked, let access = accessWords { parts.append(access) }
        return parts.flatMap { [$0, Span("  ")] }
    }

    /// What the device says of itself; nothing on a machine that does not.
    private var deviceWords: [Span] {
        guard let device = state.device else { return [] }
        return (device.figures.isEmpty ? [] : [Span(device.figures, .muted)])
            + device.warnings.map { Span($0, .warning) }
    }

    private var accessWords: Span? {
        switch state.cloud.access {
        case .unknown: nil
        case .unavailable(let words): Span(words, .muted)
        case .notAllowed: Span("cloud not allowed", .muted)
        case .open(""): Span("cloud ready", .muted)
        case .open(let words): Span(words, .warning)
        case .barred(let words, _):
            Span(words + (secondsToRetry.map { ", again in \($0) s" } ?? ""), .warning)
        }
    }

    private var secondsToRetry: Int? {
        guard let time = state.cloudRetryAt, time > state.now else { return nil }
        return Int((time - state.now).inSeconds.rounded(.up))
    }
}
