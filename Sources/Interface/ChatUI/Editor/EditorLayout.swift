/// The lines of an editor at a width.
struct EditorLayout: Sendable, Hashable {
    /// Characters of each line, newline excluded. At least one line.
    var rows: [Range<Int>]
    var width: Int

    /// The line and the column where a caret stands; at the right edge where spaces hang beyond it.
    func place(of caret: Int, in characters: [Character]) -> (row: Int, column: Int) {
        let row = (rows.firstIndex { $0.lowerBound > caret } ?? rows.count) - 1
        let cells = characters[rows[row].lowerBound..<min(caret, rows[row].upperBound)].reduce(0) {
            $0 + CellWidth.of($1)
        }
        return (row, min(cells, width - 1))
    }

    /// The first line in view where so many are, so that the caret is.
    func top(of caret: Int, in characters: [Character], height: Int) -> Int {
        let row = place(of: caret, in: characters).row
        return min(max(0, row - height + 1), max(0, rows.count - height))
    }

    /// The caret that stands in a line at or before a column.
    func caret(row: Int, column: Int, in characters: [Character]) -> Int {
        var cells = 0
        let range = rows[row]
        for index in range {
            cells += CellWidth.of(characters[index])
            if cells > column { return index }
        }
        // The end of a wrapped line is the start of the next one: stay before it.
        let isWrapped = row + 1 < rows.count && rows[row + 1].lowerBound == range.upperBound
        return isWrapped ? max(range.lowerBound, range.upperBound - 1) : range.upperBound
    }
}

extension Editor {
    /// Cuts the text into lines. One cell at the right stays free for the caret.
    func layout(width: Int) -> EditorLayout {
        var rows: [Range<Int>] = []
        var start = 0
        var breaker = LineBreaker(width: width - 1)
        for (index, character) in characters.enumerated() {
            if character.isNewline {
                rows.append(start..<index)
                start = index + 1
                breaker = LineBreaker(width: width - 1)
            } else if let kept = breaker.take(character == "\t" ? " " : character) {
                rows.append(start..<start + kept)
                start += kept
            }
        }
        rows.append(start..<characters.count)
        return EditorLayout(rows: rows, width: width)
    }
}
