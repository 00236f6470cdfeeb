/// The text of an entry, cut into lines for a width: as it is, or with its Markdown shown.
enum LaidText: Sendable {
    case plain(WrappedText)
    case markdown(MarkdownText)

    init(_ entry: TranscriptEntry, width: Int) {
        self =
            entry.isMarkdown
            ? .markdown(MarkdownText(entry.body, width: width))
            : .plain(WrappedText(entry.body, width: width))
    }

    private static let growing = LaidText.plain(WrappedText(width: 2))

    mutating func append(_ chunk: String) {
        let whole = self
        self = .growing  // the lines have one owner while they grow
        switch consume whole {
        case .plain(var text):
            text.append(chunk)
            self = .plain(text)
        case .markdown(var text):
            text.append(chunk)
            self = .markdown(text)
        }
    }

    /// Lines to show: blank ones at the end are not.
    var visibleCount: Int {
        switch self {
        case .plain(let text): text.visibleCount
        case .markdown(let text): (text.lines.lastIndex { !$0.isBlank } ?? 0) + 1
        }
    }

    func spans(_ line: Int) -> [Span] {
        switch self {
        case .plain(let text): [Span(text.lines[line].text)]
        case .markdown(let text): text.lines[line].spans
        }
    }

    /// The character at which a line begins; `nil` where there is no such line.
    func offset(of line: Int) -> Int? {
        switch self {
        case .plain(let text): text.lines.indices.contains(line) ? text.lines[line].offset : nil
        case .markdown(let text): text.lines.indices.contains(line) ? text.lines[line].offset : nil
        }
    }

    /// The line that holds a character, or the last one.
    func line(at offset: Int) -> Int {
        switch self {
        case .plain(let text): text.line(at: offset)
        case .markdown(let text): max(0, (text.lines.firstIndex { $0.offset > offset } ?? text.lines.count) - 1)
        }
    }
}
