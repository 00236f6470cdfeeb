internal import AssistantCore

/// The last line of the screen: what the keys do now, each at its place, so that a click finds it; or what has just to
/// be said. Help stands at its right, whatever else there is.
struct StatusLine {
    struct Item {
        var column: Int
        var hint: KeyHint

        var columns: Range<Int> { column..<column + hint.width }
    }

    private let state: ChatState
    /// The keys, from the left.
    private(set) var items: [Item] = []
    /// What is said in place of the keys, and the column before which it ends.
    private(set) var message: (text: String, limit: Int)?
    /// How long a long message is.
    private(set) var size: (text: String, column: Int)?

    /// - Parameters:
    ///   - start: the first column that is free.
    ///   - mayHint: whether what has just to be said may take the keys' place.
    init(_ state: ChatState, from start: Int, mayHint: Bool) {
        self.state = state
        var edge = state.size.columns - 1
        let help = KeyHint(.help, "help", state.keymap)
        if !isHelpOpen, start + help.width < edge {
            items.append(Item(column: edge - help.width, hint: help))
            edge -= help.width + 2
        }
        if let hint = state.hint, mayHint {
            message = (hint, edge)
            return
        }
        let lines = state.inputLayout.rows.count
        if lines > state.layout.input.count, state.panel == nil {
            let words = "\(lines) lines"
            edge -= words.count
            size = (words, edge)
            edge -= 2
        }
        var column = start
        for hint in keys {
            guard column + hint.width <= edge else { break }
            items.append(Item(column: column, hint: hint))
            column += hint.width + 3
        }
    }

    private var isHelpOpen: Bool { state.panel?.panel == .help }

    // MARK: - Keys

    /// Most useful first: what does not fit is left out.
    private var keys: [KeyHint] {
        if let panel = state.panel { return PanelContent(panel.panel, state).keys }
        if state.talk.recording != nil { return talkKeys }
        if let selected = state.transcript.selected { return readingKeys(state.transcript.entries[selected]) }
        let keymap = state.keymap
        var keys = [state.isAnswering ? KeyHint(.escape, "stop") : KeyHint(.enter, "send")]
        if state.talk.isPossible { keys.append(KeyHint(.talk, "talk", keymap)) }
        if state.kiosk != nil { return keys + [KeyHint(.new, "start over", keymap), KeyHint(.pageUp, "scroll")] }
        if state.mayWantCloud { keys.append(KeyHint(.cloud, "ask the cloud", keymap)) }
        keys.append(KeyHint(.quit, "quit", keymap))
        if !state.transcript.isAtEnd { keys.append(KeyHint(.end, "newest")) }
        keys.append(KeyHint(.local, state.cloud.isLocked ? "allow the cloud" : "local-only", keymap))
        let isEmpty = state.transcript.entries.isEmpty
        keys.append(isEmpty ? KeyHint(.open, "earlier", keymap) : KeyHint(.tab, "messages"))
        keys += [
            KeyHint("/", "commands", KeyEvent(.character("/"))), KeyHint(.pageUp, "scroll"),
            KeyHint("Alt-Enter", "new line", KeyEvent(.enter, .alt)), KeyHint(.up, "history"),
        ]
        return keys
    }

    /// While recording: how it ends.
    private var talkKeys: [KeyHint] {
        let end = state.talk.status?.method == .hold ? KeyHint("let go", "send") : KeyHint(.talk, "send", state.keymap)
        return [end, KeyHint(.escape, "forget it")]
    }

    /// While a message is chosen.
    private func readingKeys(_ entry: TranscriptEntry) -> [KeyHint] {
        var keys = [KeyHint(.escape, "back"), KeyHint("Up Down", "choose")]
        if case .answer = entry.content { keys.append(KeyHint(.enter, entry.isUnfolded ? "fold" : "figures")) }
        return keys + [KeyHint(.copy, "copy", state.keymap), KeyHint(.code, "copy code", state.keymap)]
    }
}
