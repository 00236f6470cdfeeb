internal import AssistantCore

extension ChatState {
    /// Takes what happened, and says what has to be done about it.
    ///
    /// - Parameter now: when it happened, on a clock that never goes back.
    public mutating func reduce(_ action: ChatAction, at now: Duration) -> [ChatEffect] {
        self.now = max(self.now, now)
        defer { settle() }
        switch action {
        case .input(let event): return take(event)
        case .resized(let size): self.size = size
        case .tick: break
        case .model(let status): take(status)
        case .answer(let event): take(event)
        case .notice(let notice): transcript.append(.notice(notice))
        case .hint(let text): hint = TerminalText.sanitised(text)
        }
        return []
    }

    private mutating func take(_ status: ModelStatus) {
        switch status {
        case .loading: loadingSince = now
        case .ready: break
        case .failed(let sentence): transcript.append(.notice(Notice(.error, sentence)))
        }
        model = status
    }

    // MARK: - The answer

    /// Sends what is in the editor.
    mutating func submit() -> [ChatEffect] {
        let text = editor.text.trimmed
        guard !text.isEmpty else { return [] }
        guard turn == nil else {
            hint = "the answer is still coming \u{B7} Esc stops it \u{B7} your text is kept"
            return []
        }
        if case .failed = model {
            hint = "there is no model to answer"
            return []
        }
        _ = editor.take()
        history.add(text)
        transcript.append(.person(PersonMessage(text)))
        transcript.append(.answer(Answer()))
        transcript.scrollToEnd()
        turn = Turn(answer: transcript.entries.count - 1, sentAt: now)
        meters.begin()
        return [.submit(text)]
    }

    mutating func stopAnswer() -> [ChatEffect] {
        guard turn?.isStopping == false else { return [] }
        turn?.isStopping = true
        return [.stopAnswer]
    }

    private mutating func take(_ event: AnswerEvent) {
        guard let turn else { return }
        switch event {
        case .local(let event): take(event, in: turn)
        case .escalated(let escalation): escalate(escalation)
        case .text(let piece): addText(piece, in: turn)
        case .failed(let sentence): change { $0.failure = TerminalText.sanitised(sentence) }
        case .ended(let ending): end(ending, turn)
        }
    }

    private mutating func take(_ event: GenerationEvent, in turn: Turn) {
        switch event {
        case .contextTrimmed(let dropped):
            let messages = dropped == 1 ? "1 message was" : "\(dropped) messages were"
            let sentence = "The conversation is longer than the model's context: the oldest \(messages) left out."
            insertBeforeAnswer(Notice(.warning, sentence))
        case .prefilling(let done, let total): change { $0.phase = .reading(done: done, total: total) }
        case .prefilled(let statistics): meters.prefilled(statistics)
        case .token(let token):
            meters.token(token, sentAt: turn.sentAt, now: now)
            addText(token.text, in: turn)
        case .finished(let summary): meters.finished(summary)
        }
    }

    /// Text that comes after the person said stop was on its way already, and is kept like the rest.
    private mutating func addText(_ piece: String, in turn: Turn) {
        change { $0.phase = .streaming }
        transcript.append(piece, toAnswer: turn.answer)
    }

    private mutating func escalate(_ escalation: Escalation) {
        change { answer in
            answer.phase = .ended
            answer.isDraft = true
        }
        noteFigures()
        transcript.append(.escalation(escalation))
        var answer = Answer()
        answer.origin = .cloud
        answer.model = TerminalText.sanitised(escalation.model)
        transcript.append(.answer(answer))
        turn?.answer = transcript.entries.count - 1
        turn?.sentAt = now
        meters.begin()
    }

    private mutating func end(_ ending: AnswerEnding, _ turn: Turn) {
        noteFigures()
        change { answer in
            answer.phase = .ended
            answer.origin = ending.origin
            answer.model = ending.model.map(TerminalText.sanitised) ?? answer.model
            answer.isUnsure = ending.isUnsure
            answer.wasStopped = answer.failure == nil && (ending.stop == .cancelled || turn.isStopping)
            answer.wasCutByLength = ending.stop == .length && !answer.wasStopped
            if let figures = ending.figures { answer.figures = figures }
        }
        self.turn = nil
        hint = nil
    }

    private mutating func noteFigures() {
        let meters = meters
        change { answer in
            answer.figures.tokens = meters.generatedTokens
            answer.figures.timeToFirstToken = meters.timeToFirstToken
            answer.figures.tokensPerSecond = meters.tokensPerSecond
            answer.figures.probability = meters.probability
        }
    }

    private mutating func insertBeforeAnswer(_ notice: Notice) {
        guard let turn else { return }
        transcript.insert(.notice(notice), before: turn.answer)
        self.turn?.answer += 1
    }

    private mutating func change(_ change: (inout Answer) -> Void) {
        guard let turn else { return }
        transcript.update(turn.answer) { content in
            guard case .answer(var answer) = content else { return }
            change(&answer)
            content = .answer(answer)
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
