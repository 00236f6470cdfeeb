internal import AssistantCore

/// The lines of a list to choose from.
struct PickerView {
    let picker: Picker
    let state: ChatState
    /// Cells of a line.
    let width: Int

    init(_ picker: Picker, _ state: ChatState, width: Int) {
        (self.picker, self.state, self.width) = (picker, state, width)
    }

    /// Two cells of mark before each; never none at all.
    var lines: [[Span]] {
        let choices = choices
        guard !choices.isEmpty else { return [[Span("  " + nothing, .muted)]] }
        return choices.enumerated().map { index, line in
            index == picker.selected && isChoice ? [Span("> ", .brand, .bold)] + line : [Span("  ")] + line
        }
    }

    private var isChoice: Bool {
        if case .title = picker.kind { false } else { true }
    }

    private var choices: [[Span]] {
        switch picker.kind {
        case .commands: Command.matching(picker.query).map(line)
        case .history, .find:
            state.choices(picker).map {
                [Span(Figures.cut(String($0.map { $0.isNewline ? " " : $0 }), width - 3), .text)]
            }
        case .conversations: (state.listed ?? []).map(line)
        case .title: [[Span("Enter keeps it as the conversation's title", .muted)]]
        }
    }

    private var nothing: String {
        switch picker.kind {
        case .conversations where state.listed == nil: "looking"
        case .conversations where picker.query.isEmpty: "nothing has been said yet"
        case .find where picker.query.isEmpty, .commands, .history, .find, .conversations, .title: "nothing fits"
        }
    }

    private func line(_ command: Command) -> [Span] {
        // On a narrow screen what it does is worth more than what may follow.
        let argument = width < 72 ? [] : [Span(Figures.left(command.argument.words, 12), .text)]
        let names =
            [Span(Figures.left("/" + command.rawValue, 11), .brand, .bold)] + argument
            + [Span(Figures.left(state.keymap.name(of: command), 8), .text)]
        return names + [Span(Figures.cut(command.meaning, width - 3 - names.width), .muted)]
    }

    /// Title, what was found in it, how many messages, and when: the numbers at the right.
    private func line(_ conversation: ListedConversation) -> [Span] {
        if picker.doomed == conversation.id {
            return [Span("delete it for good? Ctrl-D again, any other key keeps it", .danger, .bold)]
        }
        let isHere = conversation.id == state.conversation
        let count = "\(conversation.messageCount)"
        let right = Figures.right(count, 5) + Figures.right(conversation.time, 11)
        let room = max(4, width - 3 - CellWidth.of(right))
        let title = conversation.title.isEmpty ? "untitled" : Figures.oneLine(conversation.title)
        var spans = [Span(Figures.cut(title, room), isHere ? .brand : .text)]
        let excerpt = Figures.oneLine(conversation.excerpt)
        let left = room - spans.width - 2
        if !excerpt.isEmpty, left > 8 { spans.append(Span("  " + Figures.cut(excerpt, left), .muted)) }
        return spans + [Span(String(repeating: " ", count: max(0, room - spans.width))), Span(right, .muted)]
    }
}

extension Picker.Kind {
    var title: String {
        switch self {
        case .commands: "/"
        case .history: "sent before: "
        case .find: "find: "
        case .conversations: "conversations: "
        case .title: "title: "
        }
    }

    /// What the keys do while it is open.
    var keys: [KeyHint] {
        let close = KeyHint(.escape, "close")
        let choose = KeyHint("Up Down", "choose")
        return switch self {
        case .commands: [KeyHint(.enter, "does it"), close, choose, KeyHint(.tab, "completes")]
        case .history: [KeyHint(.enter, "takes it"), close, choose]
        case .find: [KeyHint(.enter, "goes there"), close, choose]
        case .conversations:
            [
                KeyHint(.enter, "goes on with it"), close, KeyHint(.character("t"), "title", .control),
                KeyHint(.character("d"), "delete", .control),
            ]
        case .title: [KeyHint(.enter, "keeps it"), KeyHint(.escape, "leaves it")]
        }
    }
}
