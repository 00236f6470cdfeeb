/// A list to choose from by typing a part of it.
struct Picker: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// What Brim can do: `/`.
        case commands
        /// What was sent before: Ctrl-R.
        case history
        /// What was said in this conversation: Ctrl-F.
        case find
    }

    var kind: Kind
    var query = ""
    /// Among the choices that fit the query.
    var selected = 0
}

/// Something that Brim can do, by a word and by a key.
enum Command: String, Sendable, CaseIterable {
    case help, new, talk, local, cloud, copy, code, find, history, redraw, quit

    var keys: String {
        switch self {
        case .help: "F1"
        case .new: "Ctrl-N"
        case .talk: "F2"
        case .local: "F5"
        case .cloud: "F6"
        case .copy: "F7"
        case .code: "F8"
        case .find: "Ctrl-F"
        case .history: "Ctrl-R"
        case .redraw: "Ctrl-L"
        case .quit: "Ctrl-Q"
        }
    }

    var meaning: String {
        switch self {
        case .help: "all keys"
        case .new: "begin a new conversation; this one is kept"
        case .talk: "push to talk"
        case .local: "local-only: nothing leaves this device, or no longer"
        case .cloud: "show what would leave, and hand the question over"
        case .copy: "copy the last answer"
        case .code: "copy the last answer's last block of code"
        case .find: "find words in this conversation"
        case .history: "find what was sent before"
        case .redraw: "draw everything again"
        case .quit: "leave Brim"
        }
    }
}

extension ChatState {
    /// The commands that fit what was typed: by their names first, then by what they do.
    static func commands(for query: String) -> [Command] {
        let word = query.lowercased()
        let byName = Command.allCases.filter { $0.rawValue.hasPrefix(word) }
        return byName + Command.allCases.filter { !byName.contains($0) && $0.meaning.lowercased().contains(word) }
    }

    /// What the picker offers now, one line each.
    func choices(_ picker: Picker) -> [String] {
        switch picker.kind {
        case .commands: Self.commands(for: picker.query).map { "/" + $0.rawValue }
        case .history: history.matches(picker.query)
        case .find: transcript.find(picker.query).map(\.excerpt)
        }
    }

    mutating func takeInPicker(_ key: KeyEvent, _ picker: Picker) -> [ChatEffect] {
        var picker = picker
        let last = max(0, choices(picker).count - 1)
        switch (key.key, key.modifiers) {
        case (.enter, _): return choose(picker)
        case (.escape, _), (.character("c"), .control):
            panel = nil
            return []
        case (.backspace, _) where picker.query.isEmpty:
            panel = nil
            return []
        case (.down, _), (.tab, []): picker.selected = min(last, picker.selected + 1)
        case (.up, _), (.tab, .shift): picker.selected = max(0, picker.selected - 1)
        case (.character("r"), .control) where picker.kind == .history:
            picker.selected = min(last, picker.selected + 1)
        case (.character("u"), .control): (picker.query, picker.selected) = ("", 0)
        case (.backspace, _):
            picker.query.removeLast()
            picker.selected = 0
        case (.character(let character), []), (.character(let character), .shift):
            guard picker.query.count < 200 else { break }
            picker.query.append(character)
            picker.selected = 0
        default: break
        }
        panel = OpenPanel(panel: .picker(picker))
        return []
    }

    private mutating func choose(_ picker: Picker) -> [ChatEffect] {
        panel = nil
        switch picker.kind {
        case .commands:
            let commands = Self.commands(for: picker.query)
            guard commands.indices.contains(picker.selected) else {
                hint = "there is no command like /\(picker.query)"
                return []
            }
            return run(commands[picker.selected])
        case .history:
            let matches = history.matches(picker.query)
            if matches.indices.contains(picker.selected) { editor.replace(with: matches[picker.selected]) }
            return []
        case .find:
            let found = transcript.find(picker.query)
            if found.indices.contains(picker.selected) { transcript.show(found[picker.selected]) }
            return []
        }
    }

    mutating func run(_ command: Command) -> [ChatEffect] {
        switch command {
        case .help: panel = OpenPanel(panel: .help)
        case .new: return beginAnew()
        case .talk: return takeTalk(KeyEvent(.function(2))) ?? []
        case .local: return toggleLock()
        case .cloud: return previewHandOver()
        case .copy: return copy(lastAnswer?.text.shown, called: "answer")
        case .code:
            return copy(lastAnswer.flatMap { MarkdownText.lastCode(in: $0.text.shown) }, called: "block of code")
        case .history: panel = OpenPanel(panel: .picker(Picker(kind: .history)))
        case .find: panel = OpenPanel(panel: .picker(Picker(kind: .find)))
        case .redraw: return [.redraw]
        case .quit: return [.quit]
        }
        return []
    }

    private mutating func copy(_ text: String?, called name: String) -> [ChatEffect] {
        guard let text, !text.isEmpty else {
            hint = "there is no \(name) to copy"
            return []
        }
        return [.copy(text)]
    }

    // MARK: - A new conversation

    /// Clears the screen; where an answer is at work, once that has ended.
    private mutating func beginAnew() -> [ChatEffect] {
        guard turn == nil else {
            isBeginningAnew = true
            return stopAnswer()
        }
        isBeginningAnew = false
        transcript.removeAll()
        meters = Meters()
        hint = "a new conversation"
        return [.newConversation]
    }

    /// What waited for the end of an answer.
    mutating func goOn() -> [ChatEffect] {
        turn == nil && isBeginningAnew ? beginAnew() : sendWaiting()
    }
}
