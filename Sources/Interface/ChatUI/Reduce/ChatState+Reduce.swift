internal import AssistantCore

extension ChatState {
    /// Takes what happened, and says what has to be done about it.
    ///
    /// - Parameter now: when it happened, on a clock that never goes back.
    package mutating func reduce(_ action: ChatAction, at now: Duration) -> [ChatEffect] {
        self.now = max(self.now, now)
        let comesInMasses = action.isPiece || action.isTyped && panel == nil
        if !isSettled, !comesInMasses { settle() }
        defer { if comesInMasses { isSettled = false } else { settle() } }
        switch action {
        case .input(let event): return takeInKiosk(event) ?? take(event)
        case .resized(let size): self.size = size
        case .tick: return passTime()
        case .model(let status): take(status)
        case .backend(let words): backend = words
        case .device(let words): device = words
        case .arrival(let arrival): self.arrival = arrival
        case .cloud(let status): take(status)
        case .outgoing(let outgoing): panel = OpenPanel(panel: .outgoing(outgoing))
        case .turn(let event):
            take(event)
            return goOnAwake()
        case .handOverBegan:
            turn?.hasHandOverBegun = true
            return goOnAwake()
        case .talk(let update):
            let effects = take(update)
            // The button that talks is no key of this keyboard.
            if talk.recording != nil { stayAwake() }
            return effects
        case .conversations(let found, let query): take(found, for: query)
        case .opened(let opened): take(opened)
        case .titled(let id, let title): take(id, titled: title)
        case .configured(let preferences): self.preferences = preferences
        case .judged(let verdict): take(verdict)
        case .report(let report): panel = OpenPanel(panel: .report(report))
        case .kept(let isKept): self.isKept = isKept
        case .pin(let verdict): return take(verdict)
        case .document(let name): take(document: name)
        case .notice(let notice): transcript.append(.notice(notice))
        case .speaking(let progress): take(progress)
        case .speaker(let words): speaker = TerminalText.sanitised(words)
        case .hint(let text): hint = TerminalText.sanitised(text)
        }
        return []
    }

    /// Goes on with what waited for the turn; a kiosk at which something happens does not fall asleep.
    private mutating func goOnAwake() -> [ChatEffect] {
        if kiosk?.phase != .attract { stayAwake() }
        return goOn()
    }

    private mutating func take(_ status: ModelStatus) {
        switch status {
        case .loading: loadingSince = now
        case .ready: break
        case .failed(let sentence): transcript.append(.notice(Notice(.error, sentence)))
        }
        model = status
    }

    // MARK: - Sending

    /// Sends what is in the editor.
    mutating func submit() -> [ChatEffect] {
        let text = editor.text.withoutBlankEnds
        guard !text.isEmpty else { return [] }
        guard turn == nil else {
            guard enqueue(text, spoken: talk.edited) else { return [] }
            _ = editor.take()
            talk.edited = nil
            return []
        }
        if case .failed = model, !cloud.mayAnswer {
            hint = "there is no model to answer"
            return []
        }
        _ = editor.take()
        defer { talk.edited = nil }
        return send(text, spoken: talk.edited)
    }

    /// Sends a text that is there, while no answer is at work.
    mutating func send(_ text: String, spoken: PersonMessage.Spoken? = nil) -> [ChatEffect] {
        history.add(text)
        session.hearing.add(spoken?.latency)
        transcript.append(.person(PersonMessage(text, spoken: spoken, time: timeOfDay)))
        transcript.append(.answer(Answer()))
        transcript.deselect()
        transcript.scrollToEnd()
        turn = Turn(answer: transcript.entries.count - 1, sentAt: now, askedAt: now)
        meters.begin()
        return (spoken.map { [.answerAloud(hearing: $0.latency)] } ?? []) + [.submit(text)]
    }

    mutating func stopAnswer() -> [ChatEffect] {
        guard turn?.isStopping == false else { return [] }
        turn?.isStopping = true
        return [.stopAnswer]
    }
}

extension String {
    /// Without white space at both ends, but for the indentation of the first of several lines: those may be code.
    var withoutBlankEnds: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        guard self[start...end].contains(where: \.isNewline) else { return String(self[start...end]) }
        let line = self[..<start].lastIndex(where: \.isNewline).map { index(after: $0) } ?? startIndex
        return String(self[line...end])
    }
}
