internal import AssistantCore

/// Push to talk, as far as the screen knows of it.
struct TalkView: Sendable, Hashable {
    /// `nil` until somebody has said how talking stands.
    var status: TalkStatus?
    /// When the phase began.
    var since = Duration.zero
    /// What the terminal tells of keys: kitty's enhancement flags.
    var keyboardFlags = 0
    /// The person has shut the microphone.
    var isMuted = false
    /// Unsure words stand in the input line; how they were heard, for when they are sent.
    var edited: PersonMessage.Spoken?

    /// kitty: presses and releases are told apart, of keys that type text too.
    private static let eventTypes = 2
    private static let allKeys = 8

    func isReleaseReported(of key: Key) -> Bool {
        let flags = if case .function = key { Self.eventTypes } else { Self.eventTypes | Self.allKeys }
        return keyboardFlags & flags == flags
    }

    var recording: TalkStatus.Recording? {
        if case .recording(let recording) = status?.phase { return recording }
        return nil
    }

    /// What to do with the key, in a word.
    var method: String { status?.method == .hold ? "hold" : "tap" }

    var isHearing: Bool { status?.phase == .hearing }

    var isPossible: Bool {
        switch status?.phase {
        case nil, .unavailable: false
        case .ready, .recording, .hearing: true
        }
    }
}

extension ChatState {
    // MARK: Keys

    /// Keys that have to do with talking now; `nil` for the others.
    mutating func takeTalk(_ key: KeyEvent) -> [ChatEffect]? {
        let isBusy = talk.recording != nil || talk.isHearing
        switch (key.key, key.modifiers) {
        case _ where keymap.command(for: key) == .talk: return talkKey(key)
        case (.character(" "), []) where panel == nil && editor.isEmpty && talk.isPossible: return talkKey(key)
        case (.escape, []), (.character("c"), .control):
            // First it falls silent; what it still writes can be read, and the next Esc stops it.
            return isBusy ? [.talk(.cancel)] : isSpeaking ? [.silence] : nil
        case (.enter, []) where talk.recording != nil: return [.talk(.press(isReleaseReported: false))]
        default: return nil
        }
    }

    private mutating func talkKey(_ key: KeyEvent) -> [ChatEffect] {
        // A repeat that is known as such means nothing.
        guard key.kind == .press else { return [] }
        return press(isReleaseReported: talk.isReleaseReported(of: key.key))
    }

    /// As the palette presses it: nobody will let go of it.
    mutating func pressTalkKey() -> [ChatEffect] {
        press(isReleaseReported: false)
    }

    /// Whoever wants to talk is not talked to, whatever becomes of the recording.
    private mutating func press(isReleaseReported: Bool) -> [ChatEffect] {
        (isSpeaking ? [.silence] : [])
            + (mayTalk() ? [.talk(.press(isReleaseReported: isReleaseReported))] : [])
    }

    /// Shuts the microphone, forgetting what it was recording, or opens it.
    mutating func toggleMute() -> [ChatEffect] {
        talk.isMuted.toggle()
        hint = talk.isMuted ? "the microphone is shut" : "the microphone is open"
        let isRecording = talk.isMuted && talk.recording != nil
        return (isRecording ? [.talk(.cancel)] : []) + [.muteMicrophone(talk.isMuted)]
    }

    /// Says why not, where not.
    private mutating func mayTalk() -> Bool {
        if talk.isMuted { hint = "the microphone is shut; \(keymap.name(of: .mute)) opens it" }
        return !talk.isMuted
    }

    func takeRelease(_ key: KeyEvent) -> [ChatEffect] {
        let isTalkKey = keymap.command(for: key) == .talk || key.key == .character(" ")
        return isTalkKey && talk.recording != nil ? [.talk(.release)] : []
    }

    // MARK: What becomes of it

    mutating func take(_ update: TalkUpdate) -> [ChatEffect] {
        switch update {
        case .status(let status):
            let isSamePhase = talk.status?.phase.isRecording == status.phase.isRecording
            if !isSamePhase { talk.since = now }
            talk.status = status
        case .notice(let text): say(text)
        case .spoken(let spoken): return take(spoken)
        }
        return []
    }

    /// On the status line where it fits, else in the conversation.
    private mutating func say(_ text: String) {
        let safe = TerminalText.sanitised(text)
        if CellWidth.of(safe) < size.columns - 1 {
            hint = safe
        } else {
            transcript.append(.notice(Notice(.warning, text)))
        }
    }

    private mutating func take(_ spoken: SpokenText) -> [ChatEffect] {
        if spoken.isUnsure || layout.tier == .tooSmall {
            offer(spoken)
            return []
        }
        guard turn == nil else {
            if !enqueue(spoken.text, spoken: PersonMessage.Spoken(spoken)) { offer(spoken) }
            return []
        }
        return send(spoken.text, spoken: PersonMessage.Spoken(spoken))
    }

    /// Unsure words come into the input line: Enter sends them.
    private mutating func offer(_ spoken: SpokenText) {
        let space = editor.isEmpty ? "" : " "
        editor.insert(space + spoken.text)
        talk.edited = PersonMessage.Spoken(spoken)
        hint = "heard \(Figures.percent(spoken.confidence)) surely \u{B7} check the words, then Enter sends"
    }
}

extension TalkStatus.Phase {
    fileprivate var isRecording: Bool {
        if case .recording = self { return true }
        return false
    }
}

extension PersonMessage.Spoken {
    init(_ spoken: SpokenText) {
        self.init(latency: spoken.releaseToText, confidence: spoken.confidence, isUnsure: spoken.isUnsure)
        language = spoken.language.map { TerminalText.sanitised($0.code) }
        languageProbability = spoken.language?.probability.map(Double.init)
    }
}
