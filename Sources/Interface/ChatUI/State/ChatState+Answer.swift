internal import AssistantCore

/// What becomes of the answer at work.
extension ChatState {
    mutating func take(_ event: TurnEvent) {
        guard let turn else { return }
        switch event {
        case .route(let decision): if let trouble = decision.trouble { remoteFailed(trouble, turn) }
        case .local(let event, let reading):
            take(event, in: turn)
            if let reading { meters.confidence(reading) }
        case .draftRestarted: restart(turn)
        case .escalation(let escalation): escalate(escalation, turn)
        case .cloud(let event): take(event, in: turn)
        case .finished(let outcome): end(outcome, turn)
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
            if meters.generatedTokens == 0 { session.firstToken.add(now - turn.sentAt) }
            meters.token(token, sentAt: turn.sentAt, now: now)
            addText(token.text, in: turn)
        case .rolledBack(let rollback):
            meters.rolledBack(rollback)
            transcript.removeLast(rollback.textBytes, ofAnswer: turn.answer)
        case .scored(let tokens): meters.scored(tokens)
        case .failedOver(let failover): failedOver(failover)
        case .finished(let summary): meters.finished(summary)
        }
    }

    /// The answer goes on under the line that says who goes on, and why.
    private mutating func failedOver(_ failover: Failover) {
        insertBeforeAnswer(Notice(.warning, "\(failover.reason); \(failover.model.name) goes on"))
        model = .ready(failover.model)
        backend = nil
    }

    /// Text that comes after the person said stop was on its way already, and is kept like the rest.
    private mutating func addText(_ piece: String, in turn: Turn) {
        if turn.draft != nil, meters.timeToFirstToken == nil { session.cloudFirstToken.add(now - turn.sentAt) }
        meters.text(sentAt: turn.sentAt, now: now)
        transcript.append(piece, toAnswer: turn.answer)
    }

    // MARK: - The cloud

    private mutating func take(_ event: CloudEvent, in turn: Turn) {
        if let words = event.words { change { $0.phase = .remote(words) } }
        if case .content(let text) = event { addText(text, in: turn) }
    }

    private mutating func escalate(_ escalation: Escalation, _ turn: Turn) {
        if retry(escalation, turn) { return }
        if !isAnswered(turn) { noteFigures() }
        var line = EscalationEntry(escalation)
        change { answer in
            line.keptDraft = !answer.text.isEmpty
            answer.phase = .ended
            answer.isDraft = true
            // The line under it says why.
            answer.isUnsure = false
            answer.doubt = nil
        }
        transcript.append(.escalation(line))
        var answer = Answer()
        answer.origin = .cloud
        answer.model = TerminalText.sanitised(escalation.model)
        self.turn?.draft = turn.answer
        begin(answer)
    }

    /// Counts another attempt where the one before has brought nothing; false where this is not one.
    private mutating func retry(_ escalation: Escalation, _ turn: Turn) -> Bool {
        guard turn.answer > 0, let reply = answer(at: turn.answer), reply.origin == .cloud, reply.text.isEmpty,
            !reply.isEnded, case .escalation(let earlier) = transcript.entries[turn.answer - 1].content
        else { return false }
        let line = EscalationEntry(
            escalation, attempt: earlier.attempt + 1, keptDraft: earlier.keptDraft)
        transcript.replace(turn.answer - 1, with: .escalation(line))
        change { $0.model = TerminalText.sanitised(escalation.model) }
        return true
    }

    /// Puts a new answer under the old one, and works on that from now on.
    private mutating func begin(_ answer: Answer) {
        transcript.append(.answer(answer))
        turn?.answer = transcript.entries.count - 1
        turn?.sentAt = now
        meters.begin()
    }

    /// Beside the reply where there is one, else under the conversation.
    private mutating func remoteFailed(_ sentence: String, _ turn: Turn) {
        guard turn.draft == nil else { return change { $0.failure = TerminalText.sanitised(sentence) } }
        transcript.append(.notice(Notice(.warning, sentence)))
    }

    private mutating func restart(_ turn: Turn) {
        change { answer in
            answer.phase = .ended
            if answer.origin == .local { answer.isDraft = true }
        }
        self.turn?.draft = nil
        begin(Answer())
    }

    // MARK: - The end

    private mutating func end(_ outcome: TurnOutcome, _ turn: Turn) {
        if outcome.isGiven { addText(outcome.text, in: turn) }
        if let failure = outcome.failure { change { $0.failure = TerminalText.sanitised(failure) } }
        if outcome.origin == .local, let confidence = outcome.confidence, let source = outcome.confidenceSource {
            meters.confidence(ConfidenceReading(value: confidence, source: source))
        }
        if let draft = turn.draft, outcome.origin == .local {
            endReply(turn)
            meters.recall(answer(at: draft)?.figures)
            self.turn?.answer = draft
        } else if !isAnswered(turn) {
            noteFigures()
        }
        let wasAnswered = isAnswered(self.turn ?? turn)
        let time = timeOfDay
        // Of an answer that was drafted here the screen has measured more itself.
        let figures = outcome.origin == nil || outcome.isDrafted ? nil : outcome.figures
        change { answer in
            answer.isDraft = false
            answer.isUnsure = outcome.isUnsure
            answer.isBesideDocuments = outcome.isBesideDocuments
            answer.confidenceSource = outcome.confidenceSource
            answer.doubt = outcome.doubt.map(TerminalText.sanitised)
            answer.time = answer.time ?? time
            answer.figures.reason = outcome.figures.reason ?? answer.figures.reason
            guard !wasAnswered else { return }
            answer.phase = .ended
            answer.origin = outcome.origin ?? answer.origin
            answer.isMissing = outcome.origin == nil
            answer.model = outcome.model.map(TerminalText.sanitised) ?? answer.model
            answer.age = outcome.cachedAge
            answer.wasStopped = answer.failure == nil && (outcome.ending == .stopped || turn.isStopping)
            answer.wasCutByLength = outcome.ending == .length && !answer.wasStopped
            answer.repeatedItself = outcome.ending == .loop && !answer.wasStopped
            // A text that repeats itself is probable and says nothing of how good it is.
            if answer.repeatedItself {
                answer.confidence = nil
                answer.probability = nil
            }
            if let figures { answer.figures = figures }
        }
        if let figures {
            take(figures)
            if outcome.origin == .cloud { noteSentTokens(figures.promptTokens) }
        }
        sayFailure()
        show(outcome.support)
        guard !turn.isHandedOver || turn.hasHandOverBegun else { return }
        session.count(outcome.origin)
        if outcome.origin != nil, outcome.ending != .stopped { session.answer.add(now - turn.askedAt) }
        self.turn = nil
        if hint == hintUntilEnd { hint = nil }
        hintUntilEnd = nil
    }

    /// The reply that did not come about, under which the draft stands again.
    private mutating func endReply(_ turn: Turn) {
        change { answer in
            answer.phase = .ended
            answer.isMissing = answer.text.isEmpty
            answer.wasStopped = answer.failure == nil && turn.isStopping
        }
        sayFailure()
    }

    /// Says why there is no answer, whole: the line under the answer is too short for that.
    private mutating func sayFailure() {
        guard let turn, let failure = answer(at: turn.answer)?.failure else { return }
        transcript.insert(.notice(Notice(.error, failure)), before: turn.answer + 1)
    }

    /// Puts the marks into the answer, and under it the sentences that it rests on.
    private mutating func show(_ support: AnswerSupport) {
        guard let turn, !support.isEmpty, var answer = answer(at: turn.answer) else { return }
        answer.support = support
        answer.text = ForeignText(support.marked(answer.text.text))
        answer.said = nil
        transcript.replace(turn.answer, with: .answer(answer))
        for citation in support.citations.reversed() {
            transcript.insert(.citation(citation), before: turn.answer + 1)
        }
    }

    private mutating func take(_ figures: AnswerFigures) {
        meters.recall(figures)
        session.spent = session.spent + Money(microUSD: figures.costMicroUSD ?? 0)
    }

    /// Puts what the provider counted in the place of the estimate above its reply.
    private mutating func noteSentTokens(_ count: Int?) {
        guard let turn, let count else { return }
        let line = transcript.entries[..<turn.answer].lastIndex { entry in
            if case .escalation = entry.content { true } else { false }
        }
        guard let line, case .escalation(var escalation) = transcript.entries[line].content else { return }
        escalation.countedTokens = count
        transcript.replace(line, with: .escalation(escalation))
    }

    private mutating func noteFigures() {
        let meters = meters
        // The speed of a few words is chance.
        if meters.generatedTokens >= 16 { session.noteRate(meters.tokensPerSecond) }
        let took = turn.map { now - $0.askedAt }
        change { answer in
            answer.tokens = meters.tokens
            answer.figures.promptTokens = meters.promptTokens
            answer.figures.duration = meters.timeToFirstToken == nil ? nil : took
            answer.figures.generatedTokens = meters.generatedTokens > 0 ? meters.generatedTokens : nil
            answer.figures.timeToFirstToken = meters.timeToFirstToken
            answer.figures.tokensPerSecond = meters.tokensPerSecond
            answer.probability = meters.probability
            answer.confidence = meters.confidence
        }
    }

    // MARK: - Entries

    /// Whether the answer had come to its end before: it is handed over now.
    private func isAnswered(_ turn: Turn) -> Bool { answer(at: turn.answer)?.isEnded == true }

    private func answer(at index: Int) -> Answer? {
        guard case .answer(let answer) = transcript.entries[index].content else { return nil }
        return answer
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
