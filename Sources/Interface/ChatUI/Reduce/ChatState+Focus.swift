internal import AssistantCore

/// What the keys are about: the input line, or one message of the conversation.
extension ChatState {
    /// Whether a message is chosen, and the keys are about it.
    var isReading: Bool { transcript.selected != nil }

    /// Tab: from the line to the newest message, and back.
    mutating func moveFocus() {
        if isReading {
            transcript.deselect()
        } else if let last = lastAnswerIndex ?? transcript.entries.indices.last {
            transcript.select(last)
        } else {
            hint = "nothing has been said yet"
        }
    }

    /// Keys about the chosen message; `nil` for those that do what they always do.
    mutating func takeWhileReading(_ key: KeyEvent) -> [ChatEffect]? {
        guard let selected = transcript.selected else { return nil }
        switch (key.key, key.modifiers) {
        case (.escape, []), (.tab, _): transcript.deselect()
        case (.up, []): transcript.select(max(0, selected - 1))
        case (.down, []) where selected + 1 < transcript.entries.count: transcript.select(selected + 1)
        // Behind the newest message is the line.
        case (.down, []):
            transcript.deselect()
            transcript.scrollToEnd()
        case (.home, _): transcript.select(0)
        case (.end, _): transcript.select(transcript.entries.count - 1)
        case (.enter, []) where transcript.entries[selected].isCitation,
            (.right, []) where transcript.entries[selected].isCitation:
            openPassage(of: selected)
        case (.enter, []): fold(selected)
        case (.right, []): if !transcript.entries[selected].isUnfolded { fold(selected) }
        case (.left, []): if transcript.entries[selected].isUnfolded { fold(selected) }
        // Who types wants to write.
        case (.character, []), (.backspace, _), (.delete, _):
            transcript.deselect()
            return nil
        default: return nil
        }
        return []
    }

    /// Unfolds the figures of the chosen answer, or else of the last one; folds them where they are unfolded.
    mutating func toggleFigures() {
        guard let index = transcript.selected ?? lastAnswerIndex else {
            hint = "there is no answer yet that could have figures"
            return
        }
        fold(index)
    }

    private mutating func fold(_ index: Int) {
        guard case .answer(let answer) = transcript.entries[index].content else {
            hint = "only answers have figures, and only citations a passage"
            return
        }
        guard answer.isEnded else {
            hintUntilEnd = "its figures come when it has ended"
            return
        }
        transcript.toggleFold(of: index)
    }

    /// The text that copying is about: the chosen message, or else the last answer.
    var copiedText: String? {
        transcript.selected.map { transcript.entries[$0].source } ?? lastAnswer?.text.text
    }
}
