internal import AssistantCore

/// The lines of a panel, cut for a screen.
struct PanelContent {
    var title: String
    /// No wider than ``width``.
    var lines: [[Span]]
    /// Cells inside the box.
    var width: Int
    /// What the keys do while it is open.
    var keys: [KeyHint]
    /// Lines that the screen has room for.
    var visibleCount: Int
    /// The first line in view, where that follows from what is chosen.
    var scroll: Int?
    /// The column of the caret in the title, where something is typed there.
    var caret: Int?

    init(_ panel: Panel, _ state: ChatState) {
        let size = state.size
        let room = max(1, size.columns - 4)
        switch panel {
        case .help:
            title = "keys"
            keys = [KeyHint(.escape, "close"), KeyHint("Up Down", "scroll"), KeyHint(.quit, "quit", state.keymap)]
            let whole = Self.help(state.keymap, width: 1_000)
            width = min(room, (whole.map(\.width).max() ?? 0) + 1)
            lines = Self.help(state.keymap, width: width)
        case .outgoing(let outgoing):
            title = "what would leave this device"
            width = min(room, ScreenLayout.longestTextLine)
            lines = OutgoingView(outgoing, width: width).lines
            keys = outgoing.keys
        case .report(let report):
            title = TerminalText.sanitised(report.title)
            keys = [KeyHint(.escape, "close"), KeyHint("Up Down", "scroll")]
            width = min(room, ScreenLayout.longestTextLine)
            lines = Self.wrapped(report, width: width)
        case .passage(let passage):
            title = "[\(passage.citation.number)] " + TerminalText.sanitised(passage.citation.place)
            keys = [
                KeyHint(.escape, "close"), KeyHint("Up Down", "scroll"), KeyHint("Left Right", "the other passages"),
            ]
            width = min(room, ScreenLayout.longestTextLine)
            title = String(title.prefix(max(1, width - 4)))
            lines = PassageView(passage.citation, width: width).lines
        case .picker(let picker):
            let view = PickerView(picker, state, width: min(room, 80))
            width = view.width
            // The caret stays in sight: what is too long loses its beginning.
            title = picker.kind.title + Self.tail(picker.query, width: width - CellWidth.of(picker.kind.title) - 4)
            keys = picker.kind.keys
            lines = view.lines
            caret = 2 + CellWidth.of(title)
        }
        visibleCount = max(1, min(lines.count, size.rows - 4))
        if case .picker(let picker) = panel { scroll = max(0, picker.selected - visibleCount + 1) }
    }

    /// The end of a text that is too wide.
    private static func tail(_ text: String, width: Int) -> String {
        var tail = text[...]
        while CellWidth.of(tail) > max(1, width) { tail = tail.dropFirst() }
        return String(tail)
    }

    private static func wrapped(_ report: Report, width: Int) -> [[Span]] {
        report.lines.flatMap { line in
            line.isEmpty
                ? [[]]
                : WrappedText(TerminalText.sanitised(line), width: width - 3).lines.map { [Span("  " + $0.text)] }
        }
    }

    /// What a key does goes on in the next line where the room is too short for it.
    private static func help(_ keymap: Keymap, width: Int) -> [[Span]] {
        let lines = Help.lines(keymap)
        let keysWidth = lines.reduce(0) { max($0, CellWidth.of($1.keys)) }
        return lines.flatMap { line -> [[Span]] in
            guard !line.keys.isEmpty else { return [[Span("  " + line.meaning, .brand, .bold)]] }
            let meaning = WrappedText(line.meaning, width: max(8, width - keysWidth - 5)).lines
            return meaning.enumerated().map { index, part in
                let keys = Figures.left(index == 0 ? line.keys : "", keysWidth)
                return [Span("  " + keys, .text), Span("   " + part.text.trimmed, .muted)]
            }
        }
    }
}

/// A passage with the sentence that was cited set off.
private struct PassageView {
    let citation: Citation
    let width: Int

    init(_ citation: Citation, width: Int) {
        self.citation = citation
        self.width = width
    }

    var lines: [[Span]] {
        var lines: [[Span]] = []
        if !citation.heading.isEmpty {
            let heading = TerminalText.sanitised(citation.heading)
            lines += WrappedText(heading, width: width - 3).lines.map { [Span("  " + $0.text, .brand, .bold)] } + [[]]
        }
        let text = TerminalText.sanitised(citation.passage)
        let sentence = text.firstRange(of: TerminalText.sanitised(citation.text))
        let cited = sentence.map { range in
            let start = text.distance(from: text.startIndex, to: range.lowerBound)
            return start..<start + text.distance(from: range.lowerBound, to: range.upperBound)
        }
        lines += WrappedText(text, width: width - 3).lines.map { line in
            [Span("  ")] + spans(Array(line.text), from: line.offset, cited ?? 0..<0)
        }
        if citation.staysHome { lines += [[], [Span("  stays on this device", .muted)]] }
        return lines
    }

    private func spans(_ characters: [Character], from offset: Int, _ cited: Range<Int>) -> [Span] {
        let range = cited.clamped(to: offset..<offset + characters.count)
        guard !range.isEmpty else { return [Span(String(characters), .muted)] }
        let (start, end) = (range.lowerBound - offset, range.upperBound - offset)
        return [
            Span(String(characters[..<start]), .muted), Span(String(characters[start..<end]), .text, .bold),
            Span(String(characters[end...]), .muted),
        ]
    }
}

/// What would leave the device, message by message.
private struct OutgoingView {
    let outgoing: Outgoing
    let width: Int

    init(_ outgoing: Outgoing, width: Int) {
        self.outgoing = outgoing
        self.width = width
    }

    var lines: [[Span]] {
        var lines = [[Span("  to " + TerminalText.sanitised(outgoing.endpoint), .cloud, .bold)]]
        lines += wrapped(facts, .muted)
        if let share = outgoing.share { lines += wrapped("\(share.words) \u{B7} \(share.savings)", .muted) }
        if let obstacle = outgoing.obstacle {
            lines += [[]] + wrapped("It stays here: " + obstacle, .warning)
        } else if outgoing.needsConsent {
            lines += [[]] + wrapped("Nothing has been sent there yet. Enter allows this address from now on.", .warning)
        }
        for message in outgoing.messages { lines += [[]] + view(of: message) }
        return lines
    }

    private var facts: String {
        let redactions = outgoing.redactions
        var words = outgoing.model.map { [TerminalText.sanitised($0)] } ?? []
        words.append(outgoing.messages.count == 1 ? "1 message" : "\(outgoing.messages.count) messages")
        words.append(redactions == 0 ? "nothing redacted" : "\(redactions) redacted")
        words.append("at most " + (outgoing.worstCase.map { Figures.dollars($0) } ?? "n/a"))
        return words.joined(separator: " \u{B7} ")
    }

    private func wrapped(_ text: String, _ color: ColorRole) -> [[Span]] {
        WrappedText(TerminalText.sanitised(text), width: width - 3).lines.map { [Span("  " + $0.text, color)] }
    }

    private func view(of message: Outgoing.Message) -> [[Span]] {
        let author =
            switch message.role {
            case .user: Span("  you", .person, .bold)
            case .assistant: Span("  brim", .brand, .bold)
            case .system: Span("  system prompt", .muted, .bold)
            }
        // What is wrapped is the whole text, so that a mark at the end of a line stays whole where it can.
        var text = ""
        var marks: [Range<Int>] = []
        for segment in message.segments {
            switch segment {
            case .plain(let plain): text += TerminalText.sanitised(plain).replacing("\t", with: "    ")
            case .placeholder(let mark):
                let start = text.count
                text += TerminalText.sanitised(mark)
                marks.append(start..<text.count)
            }
        }
        return [[author]]
            + WrappedText(text, width: width - 5).lines.map { line in
                [Span("    ")] + spans(Array(line.text), from: line.offset, marks)
            }
    }

    private func spans(_ characters: [Character], from offset: Int, _ marks: [Range<Int>]) -> [Span] {
        var spans: [Span] = []
        var position = 0
        for mark in marks {
            let range = mark.clamped(to: offset..<offset + characters.count)
            guard !range.isEmpty else { continue }
            let (start, end) = (range.lowerBound - offset, range.upperBound - offset)
            spans.append(Span(String(characters[position..<start]), .text))
            spans.append(Span(String(characters[start..<end]), .cloud, [.bold, .underline]))
            position = end
        }
        return spans + [Span(String(characters[position...]), .text)]
    }
}

extension Outgoing {
    fileprivate var keys: [KeyHint] {
        if obstacle != nil { return [KeyHint(.escape, "close"), KeyHint("Up Down", "scroll")] }
        return [
            KeyHint(.enter, needsConsent ? "allow and send" : "send"), KeyHint(.escape, "keep it here"),
            KeyHint("Up Down", "scroll"),
        ]
    }
}
