internal import AssistantCore

/// A passage of a document, over the screen, with the sentence that an answer rests on.
struct OpenedPassage: Sendable, Hashable {
    var citation: Citation
    /// Its entry in the transcript.
    var entry: Int
}

/// What an answer rests on, to be read.
extension ChatState {
    /// Opens the passage of a citation of the conversation.
    mutating func openPassage(of entry: Int) {
        guard transcript.entries.indices.contains(entry),
            case .citation(let citation) = transcript.entries[entry].content
        else { return }
        if transcript.selected != nil { transcript.select(entry) }
        panel = OpenPanel(panel: .passage(OpenedPassage(citation: citation, entry: entry)))
    }

    /// The next citation of the same answer, or the one before.
    mutating func turnPassage(_ passage: OpenedPassage, by step: Int) {
        let next = passage.entry + step
        guard transcript.entries.indices.contains(next), transcript.entries[next].isCitation else { return }
        openPassage(of: next)
    }

    /// Opens a passage by the number that stands in the answer; the first one where none is named.
    mutating func openPassage(named text: String) {
        let citations = citedEntries
        guard !citations.isEmpty else {
            hint = "the answer rests on no document"
            return
        }
        let number = Int(text.filter { $0 != "[" && $0 != "]" })
        let found = text.isEmpty ? citations.first : citations.first { citation(at: $0)?.number == number }
        guard let found else {
            hint = "there is no [\(Figures.oneLine(text))] in the answer"
            return
        }
        openPassage(of: found)
    }

    /// Entries of what the chosen answer, or else the last one, rests on.
    var citedEntries: [Int] {
        var answer = transcript.selected ?? lastAnswerIndex ?? transcript.entries.count
        while answer > 0, transcript.entries.indices.contains(answer), transcript.entries[answer].isCitation {
            answer -= 1
        }
        let entries = transcript.entries
        return Array(entries.indices.dropFirst(answer + 1).prefix { entries[$0].isCitation })
    }

    /// Asks for a document to be read, or closed; without a name where none is open, for a name.
    mutating func readDocument(_ path: String) -> [ChatEffect] {
        if path.isEmpty, document == nil {
            panel = OpenPanel(panel: .picker(Picker(kind: .commands, query: Command.read.rawValue + " ")))
            return []
        }
        if !path.isEmpty { hint = "reading \(Figures.oneLine(path))" }
        return [.readDocument(path)]
    }

    /// Sends a question about a picture: the file's name, and then the question.
    mutating func askAboutPicture(_ text: String) -> [ChatEffect] {
        guard turn == nil else {
            hintUntilEnd = "the answer is still coming"
            return []
        }
        let shown = Figures.oneLine(text)
        return send("[picture] " + shown).map { if case .submit = $0 { .submitPicture(text) } else { $0 } }
    }

    /// Another document is open now, or none.
    mutating func take(document name: String?) {
        let before = document
        document = name.map(TerminalText.sanitised)
        if document == nil, let before { hint = "\(before) is closed" }
    }

    func citation(at entry: Int) -> Citation? {
        if case .citation(let citation) = transcript.entries[entry].content { citation } else { nil }
    }
}

extension Transcript {
    /// The spans of a line, with the marks of its citations set off.
    func citedLine(_ index: Int, of entry: Int) -> [Span] {
        let spans = markedLine(index, of: entry)
        guard case .answer(let answer) = entries[entry].content, !answer.support.marks.isEmpty else { return spans }
        return spans.flatMap { $0.style.background == .panel ? [$0] : $0.cited }
    }
}

extension Span {
    /// With `[1]` and `[?]` as spans of their own.
    fileprivate var cited: [Span] {
        var spans: [Span] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].prefix(4).firstIndex(of: "]") {
            let mark = rest[rest.index(after: open)..<close]
            let end = rest.index(after: close)
            let isNumber = !mark.isEmpty && mark.allSatisfy { $0.isASCII && $0.isNumber }
            guard isNumber || mark == "?" else {
                spans.append(Span(String(rest[..<end]), style))
                rest = rest[end...]
                continue
            }
            if open > rest.startIndex { spans.append(Span(String(rest[..<open]), style)) }
            let color: ColorRole = isNumber ? .cache : .warning
            spans.append(Span(String(rest[open..<end]), Style(color, on: style.background, .bold)))
            rest = rest[end...]
        }
        return rest.isEmpty ? spans : spans + [Span(String(rest), style)]
    }
}
