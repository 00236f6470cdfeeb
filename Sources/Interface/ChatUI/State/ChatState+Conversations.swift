internal import AssistantCore

/// What is to be shown once the answer at work has ended.
enum PendingConversation: Sendable, Hashable {
    case new
    case open(ConversationID)
}

/// Conversations: begun, listed, gone on with, renamed, deleted.
extension ChatState {
    // MARK: - Leaving this one

    /// Leaves the conversation at hand; where an answer is at work, once that has ended.
    mutating func leave(for departure: PendingConversation) -> [ChatEffect] {
        guard turn == nil else {
            self.departure = departure
            takeBackAllQueued()
            return stopAnswer()
        }
        self.departure = nil
        switch departure {
        case .new where kiosk != nil:
            // Who begins anew may be somebody else: what the last one typed and said is not theirs.
            let effects = forgetVisitor()
            stayAwake()
            hint = "a new conversation"
            return effects
        case .new:
            forgetConversation()
            hint = "a new conversation"
            return [.newConversation]
        case .open(let id): return [.openConversation(id)]
        }
    }

    private mutating func forgetConversation() {
        transcript.removeAll()
        meters = Meters()
        conversation = nil
        document = nil
        title = ""
    }

    /// What waited for the end of an answer.
    mutating func goOn() -> [ChatEffect] {
        guard turn == nil, let departure else { return sendQueued() }
        return leave(for: departure)
    }

    // MARK: - Coming to another

    /// Shows a kept conversation as it was.
    mutating func take(_ opened: OpenedConversation) {
        // A question may have been sent meanwhile: it is part of the conversation that was there.
        guard turn == nil else { return }
        forgetConversation()
        conversation = opened.id
        title = TerminalText.sanitised(opened.title)
        for message in opened.messages {
            switch message.message.role {
            case .system: break
            case .user:
                history.add(message.message.text)
                transcript.append(.person(PersonMessage(message.message.text, time: message.createdAt)))
            case .assistant:
                transcript.append(.answer(Answer(message)))
                for citation in message.figures?.support?.citations ?? [] { transcript.append(.citation(citation)) }
            }
        }
        transcript.scrollToEnd()
        hint = "goes on where it ended"
    }

    /// The conversation at hand is kept under this name.
    mutating func take(_ id: ConversationID, titled title: String) {
        conversation = id
        self.title = TerminalText.sanitised(title)
    }

    // MARK: - The list

    mutating func openList() -> [ChatEffect] {
        listed = nil
        panel = OpenPanel(panel: .picker(Picker(kind: .conversations)))
        return [.listConversations("")]
    }

    /// Takes what was found, unless something else is looked for by now.
    mutating func take(_ found: [ListedConversation], for query: String) {
        guard case .picker(var picker) = panel?.panel, picker.kind == .conversations, picker.query == query else {
            return
        }
        listed = found
        picker.selected = min(picker.selected, max(0, found.count - 1))
        panel = OpenPanel(panel: .picker(picker))
    }

    private func selected(_ picker: Picker) -> ListedConversation? {
        guard let listed, listed.indices.contains(picker.selected) else { return nil }
        return listed[picker.selected]
    }

    mutating func chooseConversation(_ picker: Picker) -> [ChatEffect] {
        guard let chosen = selected(picker) else { return [] }
        guard chosen.id != conversation else { return [] }
        return leave(for: .open(chosen.id))
    }

    /// Keys of the list alone; `nil` for those of every list.
    mutating func takeInList(_ key: KeyEvent, _ picker: Picker) -> [ChatEffect]? {
        guard picker.kind == .conversations, let chosen = selected(picker) else { return nil }
        switch (key.key, key.modifiers) {
        case (.character("d"), .control), (.delete, []): return delete(chosen, picker)
        case (.character("t"), .control), (.function(4), []):
            panel = OpenPanel(panel: .picker(Picker(kind: .title(chosen.id), query: chosen.title)))
            return []
        default: return nil
        }
    }

    /// Deletes at the second press: there is no way back.
    private mutating func delete(_ chosen: ListedConversation, _ picker: Picker) -> [ChatEffect] {
        var picker = picker
        guard picker.doomed == chosen.id else {
            picker.doomed = chosen.id
            panel = OpenPanel(panel: .picker(picker))
            return []
        }
        guard chosen.id != conversation || turn == nil else {
            hintUntilEnd = "its answer is still coming"
            return []
        }
        picker.doomed = nil
        panel = OpenPanel(panel: .picker(picker))
        if chosen.id == conversation { forgetConversation() }
        return [.deleteConversation(chosen.id), .listConversations(picker.query)]
    }

    mutating func rename(_ id: ConversationID, to text: String) -> [ChatEffect] {
        let title = text.trimmed
        guard !title.isEmpty else {
            hint = "a title needs a word"
            return []
        }
        if id == conversation { self.title = title }
        return [.renameConversation(id, title)]
    }

    /// The conversation at hand under another name.
    mutating func rename(to text: String) -> [ChatEffect] {
        guard let conversation else {
            hint = "nothing has been said yet that could have a title"
            return []
        }
        let effects = rename(conversation, to: text)
        if !effects.isEmpty { hint = "renamed" }
        return effects
    }
}

extension Answer {
    /// An answer as it was kept.
    init(_ stored: StoredMessage) {
        self.init()
        support = stored.figures?.support ?? AnswerSupport()
        text = ForeignText(support.marked(stored.message.text))
        phase = .ended
        origin = stored.origin ?? .local
        model = stored.model.map(TerminalText.sanitised)
        figures = stored.figures ?? AnswerFigures()
        confidence = stored.figures?.confidence
        time = stored.createdAt
        wasCutByLength = figures.stop == CloudStop.length.word
        wasStopped = stored.state == .stopped && figures.stop == nil
        isDraft = stored.state == .draft
    }
}
