/// Markdown cut into lines of a width, as a terminal shows it best, which grows at its end: only the block that is still
/// open is cut anew.
///
/// A newline ends a paragraph, as it does in chats. What is open at the end of a text that still grows (`**bo`) is shown
/// as it will be, so that nothing jumps when it is closed.
struct MarkdownText: Sendable {
    let width: Int
    /// At least one.
    private(set) var lines = [LaidLine(spans: [], offset: 0)]
    /// Where the open block begins, among the lines and in the text.
    private var openLine = 0
    private var openOffset = 0
    /// Source lines of the open block: one, or the rows of a table and the line after them.
    private var open = [""]
    private var isInCode = false
    /// The open line goes on a paragraph of which the lines before are done.
    private var isContinued = false

    /// A source line is cut after so many characters, so that none costs too much.
    static let longestLine = 2_000

    init(_ text: String = "", width: Int) {
        self.width = max(2, width)
        append(text)
    }

    mutating func append(_ chunk: String) {
        guard !chunk.isEmpty else { return }
        var pieces = chunk.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        grow(pieces.removeFirst())
        for piece in pieces {
            endLine()
            grow(piece)
        }
        show(isOpen: true)
    }

    private mutating func grow(_ piece: Substring) {
        var line = open[open.count - 1] + piece
        while line.count > Self.longestLine {
            open[open.count - 1] = String(line.prefix(Self.longestLine))
            endLine(isCut: true)
            line = String(line.dropFirst(Self.longestLine))
        }
        open[open.count - 1] = line
    }

    /// The last block of code in a text, as it was written; `nil` where there is none.
    static func lastCode(in text: String) -> String? {
        var last: [Substring]?
        var block: [Substring]?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if MarkdownLine.isFence(String(line)) {
                last = block ?? last
                block = block == nil ? [] : nil
            } else {
                block?.append(line)
            }
        }
        return (block ?? last)?.joined(separator: "\n")
    }

    /// The last source line is whole.
    private mutating func endLine(isCut: Bool = false) {
        let line = open[open.count - 1]
        if !isInCode, !isCut, !isContinued, MarkdownTable.isRow(line) {
            open.append("")
            return
        }
        show(isOpen: false)
        if !isContinued, MarkdownLine.isFence(line) { isInCode.toggle() }
        isContinued = false
        openLine = lines.count
        openOffset += open.reduce(0) { $0 + $1.count + 1 } - (isCut ? 1 : 0)
        open = [""]
    }

    /// Cuts the open block into lines.
    private mutating func show(isOpen: Bool) {
        lines.removeSubrange(openLine...)
        var offset = openOffset
        var rest = open[...]
        if !isContinued, let last = open.last, open.count > 1 || MarkdownTable.isRow(last) {
            let rows = MarkdownTable.isRow(last) || last.isEmpty && isOpen ? open : open.dropLast()
            if let table = MarkdownTable(rows.filter { !$0.isEmpty }, width: width) {
                lines += table.lines(offset: offset)
                offset += rows.reduce(0) { $0 + $1.count + 1 }
                rest = open[rows.count...]
            }
        }
        for (index, source) in rest.enumerated() {
            let isLast = index == rest.count - 1
            let end = offset + source.count
            lines += MarkdownLine(source, isInCode: isInCode, isContinued: isContinued, isOpen: isOpen && isLast)
                .lines(width, offset: offset).map { LaidLine(spans: $0.spans, offset: min($0.offset, end)) }
            offset = end + 1
        }
        if isOpen { keepDoneLines() }
        if lines.isEmpty { lines = [LaidLine(spans: [], offset: 0)] }
    }

    /// Leaves the lines of a long plain paragraph as they are, all but the last one: nothing that follows can change
    /// them, and to cut them again for every word would cost more the longer it is.
    private mutating func keepDoneLines() {
        guard open.count == 1, !isInCode, lines.count - openLine > Self.openLines,
            isContinued || !MarkdownTable.isRow(open[0])
        else { return }
        let line = MarkdownLine(open[0], isInCode: false, isContinued: isContinued, isOpen: true)
        let last = lines.count - Self.openLines
        let done = lines[last].offset - openOffset
        // A line of which the end is not between words is not done: what comes may move it.
        guard line.isPlainParagraph, open[0].dropFirst(done - 1).first == " " else { return }
        open[0].removeFirst(done)
        openOffset += done
        openLine = last
        isContinued = true
    }

    private static let openLines = 1
}
