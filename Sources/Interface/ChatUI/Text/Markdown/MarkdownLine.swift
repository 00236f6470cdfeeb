internal import AssistantCore

/// One line of Markdown outside of tables.
struct MarkdownLine {
    private enum Kind {
        case blank
        case code
        /// Begins a block of code; what language it is in, where that is said.
        case fence(String)
        case fenceEnd
        case rule
        case heading(String)
        case quote(String)
        /// A list's item: the space before its mark, the mark, and the text.
        case item(indent: Int, mark: String, text: String)
        case paragraph
    }

    private let source: String
    private let kind: Kind
    /// More may follow.
    private let isOpen: Bool

    /// - Parameter isContinued: it goes on a paragraph, whatever it begins with.
    init(_ source: String, isInCode: Bool, isContinued: Bool = false, isOpen: Bool) {
        self.source = source
        self.isOpen = isOpen
        if isContinued {
            kind = .paragraph
        } else {
            kind = isInCode ? (Self.isFence(source) ? .fenceEnd : .code) : Self.kind(of: source)
        }
    }

    /// Whether it is a paragraph without a mark in it.
    var isPlainParagraph: Bool {
        guard case .paragraph = kind else { return false }
        return !source.utf8.contains { InlineText.marks.contains($0) }
    }

    static func isFence(_ line: String) -> Bool {
        let start = line.drop { $0 == " " }
        return start.hasPrefix("```") || start.hasPrefix("~~~")
    }

    private static func kind(of line: String) -> Kind {
        let text = line.drop { $0 == " " || $0 == "\t" }
        let indent = min(8, line.count - text.count)
        guard let first = text.first else { return .blank }
        if isFence(line) { return .fence(text.drop { $0 == "`" || $0 == "~" }.description.trimmed) }
        if "-*_".contains(first), isRule(text, first) { return .rule }
        let marks = text.prefix { $0 == "#" }
        if (1...6).contains(marks.count), text.dropFirst(marks.count).first == " " {
            return .heading(text.dropFirst(marks.count).description.trimmed)
        }
        if first == ">" { return .quote(text.dropFirst().description.trimmed) }
        if "-*+".contains(first), text.dropFirst().first == " " {
            return .item(indent: indent, mark: "-", text: String(text.dropFirst(2)))
        }
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let behind = text.dropFirst(number.count)
        if (1...3).contains(number.count), let dot = behind.first, ".)".contains(dot), behind.dropFirst().first == " " {
            return .item(indent: indent, mark: number + String(dot), text: String(behind.dropFirst(2)))
        }
        return .paragraph
    }

    /// Three or more of the same mark, and nothing but spaces beside them.
    private static func isRule(_ text: Substring, _ mark: Character) -> Bool {
        text.count { $0 == mark } >= 3 && text.allSatisfy { $0 == mark || $0 == " " }
    }

    // MARK: - Lines

    func lines(_ width: Int, offset: Int) -> [LaidLine] {
        switch kind {
        case .blank: [LaidLine(spans: [], offset: offset)]
        case .fenceEnd: []
        case .fence(let language): [Self.codeLine(language, Style(.faint, on: .panel), width, offset)]
        case .code: code(width, offset)
        case .rule: [LaidLine(spans: [Span(String(repeating: "\u{2500}", count: width), .faint)], offset: offset)]
        case .heading(let text):
            InlineText(text, Style(.brand, .bold), isOpen: isOpen).lines(width, offset: offset)
        case .quote(let text):
            InlineText(text, Style(.muted, .italic), isOpen: isOpen)
                .lines(width, lead: Span("> ", .faint), repeatsLead: true, offset: offset)
        case .item(let indent, let mark, let text):
            InlineText(text, isOpen: isOpen)
                .lines(
                    width, lead: Span(String(repeating: " ", count: indent) + mark + " ", .brand), offset: offset)
        case .paragraph: InlineText(source, isOpen: isOpen).lines(width, offset: offset)
        }
    }

    /// Code keeps its spaces and is cut at the edge, not between words.
    private func code(_ width: Int, _ offset: Int) -> [LaidLine] {
        let room = max(1, width - 3)
        var lines: [LaidLine] = []
        var line = ""
        var cells = 0
        var start = 0
        for (index, character) in source.replacing("\t", with: "    ").enumerated() {
            let added = CellWidth.of(character)
            if cells + added > room {
                lines.append(Self.codeLine(line, Style(.text, on: .panel), width, offset + start))
                (line, cells, start) = ("", 0, index)
            }
            line.append(character)
            cells += added
        }
        return lines + [Self.codeLine(line, Style(.text, on: .panel), width, offset + start)]
    }

    /// Where a bar is drawn along the block, on a screen that has no ground for it.
    static let codeMark = Span(" ", Style(.faint, on: .panel))

    /// A line of a block: indented, and as wide as there is room, so that the block is one on its ground.
    private static func codeLine(_ text: String, _ style: Style, _ width: Int, _ offset: Int) -> LaidLine {
        LaidLine(spans: [codeMark, Span(Figures.left(" " + text, width - 1), style)], offset: offset)
    }
}
