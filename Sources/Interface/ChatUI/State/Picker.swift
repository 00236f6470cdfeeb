internal import AssistantCore

/// A list to choose from by typing a part of it.
struct Picker: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// What Brim can do: `/`.
        case commands
        /// What was sent before: Ctrl-R.
        case history
        /// What was said in this conversation: Ctrl-F.
        case find
        /// The conversations that are kept: Ctrl-O.
        case conversations
        /// Another title for a conversation: a line to write, nothing to choose.
        case title(ConversationID)
    }

    private static let longestQuery = 2_000

    var kind: Kind
    var query = ""
    /// Among the choices that fit the query.
    var selected = 0
    /// To be deleted at the next press of the key.
    var doomed: ConversationID?

    init(kind: Kind, query: String = "") {
        self.kind = kind
        self.query = query
    }

    mutating func type(_ text: String) {
        query = String((query + text).prefix(Self.longestQuery))
        selected = 0
    }
}

extension ChatState {
    /// What the picker offers now, one line each.
    func choices(_ picker: Picker) -> [String] {
        switch picker.kind {
        case .commands: Command.matching(picker.query).map { "/" + $0.rawValue }
        case .history: history.matches(picker.query)
        case .find: transcript.find(picker.query).map(\.excerpt)
        case .conversations: listed?.map(\.title) ?? []
        case .title: []
        }
    }

    mutating func takeInPicker(_ key: KeyEvent, _ picker: Picker) -> [ChatEffect] {
        if let effects = takeInList(key, picker) { return effects }
        var picker = picker
        picker.doomed = nil
        let query = picker.query
        let last = max(0, choices(picker).count - 1)
        switch (key.key, key.modifiers) {
        case (.enter, _): return choose(picker)
        case (.escape, _), (.character("c"), .control):
            panel = nil
            return []
        case (.backspace, _) where picker.query.isEmpty:
            panel = nil
            return []
        case (.tab, []) where picker.kind == .commands: complete(&picker)
        case (.down, _), (.tab, []): picker.selected = min(last, picker.selected + 1)
        case (.up, _), (.tab, .shift): picker.selected = max(0, picker.selected - 1)
        case (.pageDown, _): picker.selected = min(last, picker.selected + 10)
        case (.pageUp, _): picker.selected = max(0, picker.selected - 10)
        case (.character("r"), .control) where picker.kind == .history:
            picker.selected = min(last, picker.selected + 1)
        case (.character("u"), .control): (picker.query, picker.selected) = ("", 0)
        case (.backspace, _):
            picker.query.removeLast()
            picker.selected = 0
        case (.character(let character), []), (.character(let character), .shift): picker.type(String(character))
        default: break
        }
        panel = OpenPanel(panel: .picker(picker))
        return picker.kind == .conversations && picker.query != query ? [.listConversations(picker.query)] : []
    }

    /// Pasted text is typed text, in one line.
    mutating func pasteInPicker(_ text: String, _ picker: Picker) -> [ChatEffect] {
        var picker = picker
        picker.type(TerminalText.withoutControls(text).split(whereSeparator: \.isWhitespace).joined(separator: " "))
        panel = OpenPanel(panel: .picker(picker))
        return picker.kind == .conversations ? [.listConversations(picker.query)] : []
    }

    /// Writes the chosen command out, with room for what may follow.
    private func complete(_ picker: inout Picker) {
        let commands = Command.matching(picker.query)
        guard commands.indices.contains(picker.selected), !picker.query.contains(" ") else { return }
        let command = commands[picker.selected]
        picker = Picker(kind: .commands, query: command.rawValue + (command.argument == .none ? "" : " "))
    }

    private mutating func choose(_ picker: Picker) -> [ChatEffect] {
        panel = nil
        switch picker.kind {
        case .commands:
            let commands = Command.matching(picker.query)
            guard commands.indices.contains(picker.selected) else {
                hint = "there is no command like /\(picker.query)"
                return []
            }
            return run(commands[picker.selected], Command.argument(in: picker.query))
        case .history:
            let matches = history.matches(picker.query)
            if matches.indices.contains(picker.selected) { editor.replace(with: matches[picker.selected]) }
            return []
        case .find:
            let found = transcript.find(picker.query)
            if found.indices.contains(picker.selected) { transcript.show(found[picker.selected]) }
            return []
        case .conversations: return chooseConversation(picker)
        case .title(let id): return rename(id, to: picker.query) + openList()
        }
    }
}
