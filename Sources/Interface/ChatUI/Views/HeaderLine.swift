internal import AssistantCore

/// What the first line of the screen says, as far as it fits. Where answers are made, how the microphone stands, and that
/// nothing is kept where that is so, are there at every width; the rest gives way, what is worth least first.
struct HeaderLine: View, Equatable {
    private let model: ModelStatus
    /// A picture that moves, and for how long; `nil` where no model is being loaded.
    private let spinner: String?
    private let loadingFor: Duration?
    private let isLocked: Bool
    private let isRemoteAtWork: Bool
    private let backend: String?
    private let isMuted: Bool
    private let talk: TalkStatus.Phase?
    private let spent: Money
    private let device: DeviceSummary?
    private let arrival: ModelArrival?
    private let access: CloudStatus.Access
    private let secondsToRetry: Int?
    private let isKept: Bool

    init(_ state: ChatState, spinner: String) {
        model = state.model
        let isLoading: Bool = if case .loading = state.model { true } else { false }
        self.spinner = isLoading ? spinner : nil
        loadingFor = isLoading ? max(.zero, state.now - state.loadingSince) : nil
        isLocked = state.cloud.isLocked
        isRemoteAtWork = state.isRemoteAtWork
        backend = state.backend
        isMuted = state.talk.isMuted
        talk = state.talk.status?.phase
        spent = state.session.spent
        device = state.device
        arrival = state.arrival
        access = state.cloud.access
        isKept = state.isKept
        secondsToRetry = state.cloudRetryAt.flatMap { time in
            time > state.now ? Int((time - state.now).inSeconds.rounded(.up)) : nil
        }
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let edge = area.right - 1
        let column = frame.put("brim", Style(.brand, .bold), row: area.top, column: area.left + 1) + 2
        let right = right(edge - column, glyphs)
        let start = max(column, edge - right.width)
        frame.put(model(start - column - 1, glyphs), row: area.top, column: column)
        frame.put(right, row: area.top, column: start, limit: edge)
    }

    private static let gap = Span("  ")

    /// What stands at the right, with a gap before each.
    private func right(_ width: Int, _ glyphs: Glyphs) -> [Span] {
        let notKept = isKept ? [] : [[Span("NOT KEPT", .danger, .bold)]]
        let kept = notKept + [[microphone(glyphs)], place(glyphs)]
        var room = width - kept.reduce(0) { $0 + $1.width + 2 }
        // What is worth most is placed first, beside what is always there.
        var more: [[Span]] = []
        for part in [coming, cloud, money, warnings, figures] where !part.isEmpty && part.width + 2 <= room {
            more.insert(part, at: 0)
            room -= part.width + 2
        }
        return (more + kept).flatMap { [Self.gap] + $0 }
    }

    /// The model, in what room is left.
    private func model(_ width: Int, _ glyphs: Glyphs) -> [Span] {
        let (text, style): (String, Style) =
            switch model {
            case .loading(let name): (loading(name, glyphs), Style(.warning))
            case .ready(let identity): (TerminalText.sanitised(identity.name), Style(.muted))
            case .failed: ("\(glyphs.alert) no model", Style(.danger))
            }
        return width < 4 ? [] : [Span(Figures.cut(text, width), style)]
    }

    private func loading(_ name: String?, _ glyphs: Glyphs) -> String {
        let waited = Figures.duration(loadingFor ?? .zero)
        let name = name.map { " " + TerminalText.sanitised($0) } ?? ""
        return "\(spinner ?? "") loading model\(name)\(glyphs.ellipsis) \(waited)"
    }

    private func place(_ glyphs: Glyphs) -> [Span] {
        if isLocked { return [Span("\(glyphs.stop) LOCAL ONLY", .good, .bold)] }
        if isRemoteAtWork { return [Span("\(glyphs.bullet) NEBIUS", .cloud, .bold)] }
        guard case .ready = model else { return [Span("LOCAL", .muted)] }
        let place = ["LOCAL", backend].compactMap(\.self).joined(separator: " ")
        return [Span("\(glyphs.bullet) ", .brand), Span(place, .brand, .bold)]
    }

    private func microphone(_ glyphs: Glyphs) -> Span {
        if isMuted { return Span("mic shut", .warning) }
        return switch talk {
        case nil: Span("mic \(glyphs.ellipsis)", .muted)
        case .unavailable: Span("no mic", .muted)
        case .ready: Span("mic ready", .muted)
        case .recording: Span("\(glyphs.bullet) REC", .danger, .bold)
        case .hearing: Span("hearing", .brand)
        }
    }

    private var coming: [Span] {
        arrival.map { [Span($0.words, .brand)] } ?? []
    }

    private var money: [Span] {
        spent > .zero ? [Span(Figures.dollars(spent), .muted)] : []
    }

    private var figures: [Span] {
        guard let device, !device.figures.isEmpty else { return [] }
        return [Span(device.figures, .muted)]
    }

    private var warnings: [Span] {
        guard let warnings = device?.warnings, !warnings.isEmpty else { return [] }
        return [Span(warnings.joined(separator: "  "), .warning)]
    }

    /// Whether the cloud may be asked; silent under the lock, where that makes no difference.
    private var cloud: [Span] {
        guard !isLocked else { return [] }
        switch access {
        case .unknown: return []
        case .unavailable(let words): return [Span(words, .muted)]
        case .notAllowed: return [Span("cloud not allowed", .muted)]
        case .open(""): return [Span("cloud ready", .muted)]
        case .open(let words): return [Span(words, .warning)]
        case .barred(let words, _):
            return [Span(words + (secondsToRetry.map { ", again in \($0) s" } ?? ""), .warning)]
        }
    }
}

/// The line under the header, and in it what the conversation is called.
struct TitleRule: View {
    private let title: String
    /// Where the meters beside the conversation begin.
    private let edge: Int

    init(_ state: ChatState, _ layout: ScreenLayout) {
        title = state.title
        edge = layout.side?.lowerBound ?? state.size.columns
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        frame.fill(Style(.faint), row: area.top, columns: area.left..<area.right, with: glyphs.rule)
        guard !title.isEmpty else { return }
        let words = " \(Figures.cut(Figures.oneLine(title), edge - 6)) "
        frame.put(words, Style(.muted), row: area.top, column: area.left + 2)
    }
}
