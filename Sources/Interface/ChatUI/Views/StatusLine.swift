internal import AssistantCore

/// The last line of the screen: what the keys do now, each at its place, so that a click finds it; or what has just to
/// be said. Help stands at its right, whatever else there is.
struct StatusLine: View, Equatable {
    struct Item {
        var column: Int
        var hint: KeyHint

        var columns: Range<Int> { column..<column + hint.width }
    }

    /// What the keys are about.
    private enum Subject: Equatable {
        case panel([KeyHint], isHelp: Bool)
        case recording(TalkMethod?)
        case message(isAnswer: Bool, isUnfolded: Bool, isCitation: Bool)
        case input(Input)
    }

    private struct Input: Equatable {
        var isAnswering: Bool
        var isSpeaking: Bool
        var mayTalk: Bool
        var isKiosk: Bool
        var mayWantCloud: Bool
        var isAtEnd: Bool
        var isLocked: Bool
        var isNew: Bool
    }

    private let columns: Range<Int>
    /// What is said in place of the keys.
    private let message: String?
    /// Of the input, where they are more than are seen.
    private let lineCount: Int?
    private let subject: Subject
    private let keymap: Keymap

    /// - Parameters:
    ///   - start: the first column that is free.
    ///   - mayHint: whether what has just to be said may take the keys' place.
    init(_ state: ChatState, from start: Int, mayHint: Bool) {
        columns = start..<max(start, state.size.columns - 1)
        message = mayHint ? state.hint : nil
        let lines = state.inputLayout.rows.count
        lineCount = lines > state.layout.input.count && state.panel == nil ? lines : nil
        subject = Self.subject(state)
        keymap = state.keymap
    }

    private static func subject(_ state: ChatState) -> Subject {
        if let open = state.panel {
            return .panel(PanelContent(open.panel, state).keys, isHelp: open.panel == .help)
        }
        if state.talk.recording != nil { return .recording(state.talk.status?.method) }
        if let selected = state.transcript.selected {
            let entry = state.transcript.entries[selected]
            return .message(
                isAnswer: entry.isMarkdown, isUnfolded: entry.isUnfolded, isCitation: entry.isCitation)
        }
        return .input(
            Input(
                isAnswering: state.isAnswering, isSpeaking: state.isSpeaking, mayTalk: state.talk.isPossible,
                isKiosk: state.kiosk != nil,
                mayWantCloud: state.mayWantCloud, isAtEnd: state.transcript.isAtEnd, isLocked: state.cloud.isLocked,
                isNew: state.transcript.entries.isEmpty))
    }

    // MARK: - Places

    /// - Parameter area: begins with the first column that is free.
    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let start = area.left - columns.lowerBound
        for item in items {
            let end = frame.put(item.hint.keys, Style(.text), row: area.top, column: start + item.column)
            frame.put(item.hint.meaning, Style(.muted), row: area.top, column: end + 1)
        }
        if let message {
            frame.put(message, Style(.warning), row: area.top, column: area.left, limit: start + edge)
        } else {
            frame.put(lineWords, Style(.muted), row: area.top, column: start + edge - lineWords.count)
        }
    }

    /// Help, and the other keys from the left.
    var items: [Item] {
        var items: [Item] = []
        if let help { items.append(Item(column: columns.upperBound - help.width, hint: help)) }
        guard message == nil else { return items }
        let edge = lineWords.isEmpty ? edge : edge - lineWords.count - 2
        var column = columns.lowerBound
        for hint in keys {
            guard column + hint.width <= edge else { break }
            items.append(Item(column: column, hint: hint))
            column += hint.width + 3
        }
        return items
    }

    /// `nil` where it is open, or has no room.
    private var help: KeyHint? {
        if case .panel(_, isHelp: true) = subject { return nil }
        let help = KeyHint(.help, "help", keymap)
        return help.width < columns.count ? help : nil
    }

    /// Where what stands before help has to end.
    private var edge: Int { columns.upperBound - (help.map { $0.width + 2 } ?? 0) }

    /// How long a long message is.
    private var lineWords: String { lineCount.map { "\($0) lines" } ?? "" }

    // MARK: - Keys

    /// Most useful first: what does not fit is left out.
    private var keys: [KeyHint] {
        switch subject {
        case .panel(let keys, _): keys
        case .recording(let method):
            [
                method == .hold ? KeyHint("let go", "send") : KeyHint(.talk, "send", keymap),
                KeyHint(.escape, "forget it"),
            ]
        case .message(let isAnswer, let isUnfolded, let isCitation):
            [KeyHint(.escape, "back"), KeyHint("Up Down", "choose")]
                + (isCitation ? [KeyHint(.enter, "open the passage")] : [])
                + (isAnswer ? [KeyHint(.enter, isUnfolded ? "fold" : "figures")] : [])
                + [KeyHint(.copy, "copy", keymap), KeyHint(.code, "copy code", keymap)]
        case .input(let input): keys(input)
        }
    }

    private func keys(_ input: Input) -> [KeyHint] {
        var keys = [input.isAnswering ? KeyHint(.escape, "stop") : KeyHint(.enter, "send")]
        if input.isSpeaking { keys = [KeyHint(.escape, "silence")] + (input.isAnswering ? [] : keys) }
        if input.mayTalk { keys.append(KeyHint(.talk, "talk", keymap)) }
        if input.isKiosk { return keys + [KeyHint(.new, "start over", keymap), KeyHint(.pageUp, "scroll")] }
        if input.mayWantCloud { keys.append(KeyHint(.cloud, "ask the cloud", keymap)) }
        keys.append(KeyHint(.quit, "quit", keymap))
        if !input.isAtEnd { keys.append(KeyHint(.end, "newest")) }
        keys.append(KeyHint(.local, input.isLocked ? "allow the cloud" : "local-only", keymap))
        keys.append(input.isNew ? KeyHint(.open, "earlier", keymap) : KeyHint(.tab, "messages"))
        keys += [
            KeyHint("/", "commands", KeyEvent(.character("/"))), KeyHint(.pageUp, "scroll"),
            KeyHint("Alt-Enter", "new line", KeyEvent(.enter, .alt)), KeyHint(.up, "history"),
        ]
        return keys
    }
}
