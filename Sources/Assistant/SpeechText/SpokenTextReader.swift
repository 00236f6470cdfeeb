/// Turns a text that comes in pieces into what is said, clause by clause: marks of Markdown fall away, code and tables are
/// announced, and numbers, units and abbreviations become what people say.
///
/// A clause is handed out as soon as its end is sure. Words that nobody can say are announced by their length.
package struct SpokenTextReader: Sendable {
    /// The line that is being read, from behind what was handed out.
    private var line: ArraySlice<Character> = []
    /// Whether something of this line was handed out already.
    private var isInsideLine = false
    /// How much of the line was looked at for an end.
    private var examined = 0
    /// The fence that ends the code that is being read; `nil` outside code.
    private var fence: Character?
    private var tableRows = 0
    private var tableColumns = 0
    private let words: SpokenWords

    /// A clause is cut at the next blank behind so many characters.
    private static let longest = 240
    /// Where a comma comes earlier, it is no reason for a pause.
    private static let shortestClause = 12

    /// - Parameter language: of the text, such as `en-us`. Numbers and abbreviations are written out in English; other
    ///   languages leave them to the program that makes phonemes.
    package init(language: String = "en") {
        words = SpokenWords(isEnglish: language.lowercased().hasPrefix("en"))
    }

    /// Adds a piece. Returns the clauses that are whole now.
    package mutating func take(_ piece: String) -> [SpokenClause] {
        var clauses: [SpokenClause] = []
        for character in piece {
            if character.isNewline {
                clauses += endLine()
            } else {
                line.append(character)
            }
        }
        while let clause = nextClause() { clauses += clause }
        return clauses
    }

    /// Ends the text. Returns what is left.
    package mutating func flush() -> [SpokenClause] {
        let rest = endLine() + endTable()
        fence = nil
        return rest
    }

    /// All of a text.
    package static func clauses(of text: String, language: String = "en") -> [SpokenClause] {
        var reader = SpokenTextReader(language: language)
        return reader.take(text) + reader.flush()
    }

    // MARK: Lines

    private mutating func endLine() -> [SpokenClause] {
        var clauses: [SpokenClause] = []
        while let clause = nextClause() { clauses += clause }
        defer { (line, isInsideLine, examined) = ([], false, 0) }
        let isWhole = !isInsideLine
        let content = MarkdownLine(line, isWhole: isWhole)
        if let fence {
            if content.fence == fence { self.fence = nil }
            return clauses
        }
        switch content.kind {
        case .fence(let mark, let language):
            fence = mark
            let name = language.isEmpty ? "" : " in \(language)"
            return clauses + endTable() + [SpokenClause("code\(name), which is on the screen".withoutCommas, .stop)]
        case .tableRow(let columns):
            if columns > 0 {
                tableRows += 1
                tableColumns = max(tableColumns, columns)
            }
            return clauses
        case .rule: return clauses + endTable()
        case .text: return clauses + endTable() + spoken(line, isStart: isWhole, end: .stop)
        }
    }

    private mutating func endTable() -> [SpokenClause] {
        defer { (tableRows, tableColumns) = (0, 0) }
        guard tableRows > 0 else { return [] }
        // The first row names the columns.
        let rows = max(1, tableRows - 1)
        return [
            SpokenClause(
                "a table with \(tableColumns) \(tableColumns == 1 ? "column" : "columns") and \(rows) "
                    + "\(rows == 1 ? "row" : "rows"), which is on the screen".withoutCommas, .stop)
        ]
    }

    // MARK: Clauses

    /// The next clause of the unfinished line; `nil` where none is sure to have ended. May be empty.
    private mutating func nextClause() -> [SpokenClause]? {
        guard fence == nil, isInsideLine || MarkdownLine.mayBeText(line), examined < line.count else { return nil }
        guard
            let (end, mark) = ClauseEnd.first(
                in: line, from: examined, shortest: Self.shortestClause, longest: Self.longest)
        else {
            examined = max(examined, line.count - ClauseEnd.lookAhead)
            return nil
        }
        let clause = line.prefix(end)
        let clauses = endTable() + spoken(clause, isStart: !isInsideLine, end: mark)
        line = line.dropFirst(end)
        (isInsideLine, examined) = (true, 0)
        return clauses
    }

    private func spoken(_ text: ArraySlice<Character>, isStart: Bool, end: SpokenClause.End) -> [SpokenClause] {
        let (content, number) = MarkdownLine.content(text, isStart: isStart)
        var clauses: [SpokenClause] = []
        let source = String(text)
        if let number { clauses.append(SpokenClause(number, .comma, source: source)) }
        let (inline, last) = ClauseEnd.split(MarkdownInline.plain(content), end: end)
        for (part, mark) in inline {
            for said in pieces(words.spoken(part)) { clauses.append(SpokenClause(said, mark, source: source)) }
        }
        if let index = clauses.indices.last { clauses[index].end = last }
        return clauses.filter { $0.text.contains { $0.isLetter || $0.isNumber } }
    }

    /// No longer than a voice can say in one breath.
    private func pieces(_ text: String) -> [String] {
        guard text.count > Self.longest else { return text.isEmpty ? [] : [text] }
        var pieces: [String] = []
        var piece = ""
        for word in text.split(separator: " ") {
            if piece.count + word.count > Self.longest, !piece.isEmpty {
                pieces.append(piece)
                piece = ""
            }
            piece += (piece.isEmpty ? "" : " ") + word
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}

extension String {
    /// Commas that are pauses inside an announcement are left to the voice.
    fileprivate var withoutCommas: String { filter { $0 != "," } }
}
