internal import AssistantCore

/// What the first line of the screen says, as far as it fits. Where answers are made and how the microphone stands are
/// there at every width; the rest gives way, what is worth least first.
struct HeaderLine {
    private let state: ChatState
    private let glyphs: Glyphs
    private let spinner: String

    init(_ state: ChatState, _ glyphs: Glyphs, spinner: String) {
        (self.state, self.glyphs, self.spinner) = (state, glyphs, spinner)
    }

    private static let gap = Span("  ")

    /// What stands at the right, with a gap before each.
    func right(_ width: Int) -> [Span] {
        let kept = [[microphone], place]
        var room = width - kept.reduce(0) { $0 + $1.width + 2 }
        // What is worth most is placed first, beside what is always there.
        var more: [[Span]] = []
        for part in [access, spent, warnings, device] where !part.isEmpty && part.width + 2 <= room {
            more.insert(part, at: 0)
            room -= part.width + 2
        }
        return (more + kept).flatMap { [Self.gap] + $0 }
    }

    /// The model, in what room is left.
    func model(_ width: Int) -> [Span] {
        let (text, style): (String, Style) =
            switch state.model {
            case .loading(let name): (loading(name), Style(.warning))
            case .ready(let identity): (TerminalText.sanitised(identity.name), Style(.muted))
            case .failed: ("\(glyphs.alert) no model", Style(.danger))
            }
        return width < 4 ? [] : [Span(Figures.cut(text, width), style)]
    }

    private func loading(_ name: String?) -> String {
        let waited = Figures.duration(max(.zero, state.now - state.loadingSince))
        let name = name.map { " " + TerminalText.sanitised($0) } ?? ""
        return "\(spinner) loading model\(name)\(glyphs.ellipsis) \(waited)"
    }

    private var place: [Span] {
        if state.cloud.isLocked { return [Span("\(glyphs.stop) LOCAL ONLY", .good, .bold)] }
        if state.isRemoteAtWork { return [Span("\(glyphs.bullet) NEBIUS", .cloud, .bold)] }
        guard case .ready = state.model else { return [Span("LOCAL", .muted)] }
        let place = ["LOCAL", state.backend].compactMap(\.self).joined(separator: " ")
        return [Span("\(glyphs.bullet) ", .brand), Span(place, .brand, .bold)]
    }

    private var microphone: Span {
        if state.talk.isMuted { return Span("mic shut", .warning) }
        return switch state.talk.status?.phase {
        case nil: Span("mic \(glyphs.ellipsis)", .muted)
        case .unavailable: Span("no mic", .muted)
        case .ready: Span("mic ready", .muted)
        case .recording: Span("\(glyphs.bullet) REC", .danger, .bold)
        case .hearing: Span("hearing", .brand)
        }
    }

    private var spent: [Span] {
        state.session.spent > .zero ? [Span(Figures.dollars(state.session.spent), .muted)] : []
    }

    private var device: [Span] {
        guard let device = state.device, !device.figures.isEmpty else { return [] }
        return [Span(device.figures, .muted)]
    }

    private var warnings: [Span] {
        guard let warnings = state.device?.warnings, !warnings.isEmpty else { return [] }
        return [Span(warnings.joined(separator: "  "), .warning)]
    }

    /// Whether the cloud may be asked; silent under the lock, where that makes no difference.
    private var access: [Span] {
        guard !state.cloud.isLocked else { return [] }
        switch state.cloud.access {
        case .unknown: return []
        case .unavailable(let words): return [Span(words, .muted)]
        case .notAllowed: return [Span("cloud not allowed", .muted)]
        case .open(""): return [Span("cloud ready", .muted)]
        case .open(let words): return [Span(words, .warning)]
        case .barred(let words, _):
            return [Span(words + (secondsToRetry.map { ", again in \($0) s" } ?? ""), .warning)]
        }
    }

    private var secondsToRetry: Int? {
        guard let time = state.cloudRetryAt, time > state.now else { return nil }
        return Int((time - state.now).inSeconds.rounded(.up))
    }
}
