internal import AssistantCore

/// What the microphone is at: the recording, or what to do for one.
struct MicrophoneMeter: SideMeter {
    let width: Int
    /// The recording, or the search for its words.
    private let talk: TalkLine?
    private let words: String
    private let color: ColorRole

    init(_ state: ChatState, _ width: Int) {
        let talk = state.talk
        self.width = width
        self.talk = TalkLine(state, width: width)
        (words, color) =
            if talk.isMuted {
                ("shut", .warning)
            } else {
                switch talk.status?.phase {
                case nil: ("n/a", .faint)
                case .unavailable: ("none", .faint)
                default: ("ready, \(talk.method) \(state.keymap.name(of: .talk))", .text)
                }
            }
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] { talk?.lines(glyphs) ?? [row("MIC", words, color)] }
}
