/// The conversation, cut into lines for the width of the screen, and the part of it that is in view.
///
/// Lines are made when they come into view and kept until the width changes, so that a long conversation costs no more
/// than what is seen of it.
package struct Transcript: Sendable {
    /// A row of the view: one line of one entry.
    struct Row: Sendable, Hashable {
        enum Part: Sendable, Hashable {
            case line(Int)
            case foot(Int)
            /// The empty row under an entry.
            case gap
        }

        var entry: Int
        var part: Part
    }

    /// What holds the view in place.
    private enum Anchor: Sendable {
        /// The newest row is at the bottom.
        case end
        /// This row of this entry is at the top; `offset` is the character to keep there when lines change.
        case top(entry: Int, row: Int, offset: Int? = nil)
    }

    package private(set) var entries: [TranscriptEntry] = []
    private var bodies: [LaidText?] = []
    /// What has come of an entry and is not in its lines yet.
    private var unlaid: (entry: Int, text: String)?
    private var anchor = Anchor.end
    private var width = 0
    private var height = 0
    /// The rows in view, from the top; fewer than the height where the conversation is short.
    private(set) var view: [Row] = []
    /// The entry that the keys are about; `nil` while they write.
    private(set) var selected: Int?

    package init() {}

    var isAtEnd: Bool {
        if case .end = anchor { true } else { false }
    }

    /// Entries that have been cut into lines.
    var layoutCount: Int { bodies.count { $0 != nil } }

    // MARK: - Contents

    mutating func append(_ content: TranscriptEntry.Content) {
        entries.append(TranscriptEntry(content: content))
        bodies.append(nil)
    }

    /// Puts an entry before another.
    mutating func insert(_ content: TranscriptEntry.Content, before index: Int) {
        entries.insert(TranscriptEntry(content: content), at: index)
        bodies.insert(nil, at: index)
        if let unlaid, unlaid.entry >= index { self.unlaid?.entry += 1 }
        if case .top(let entry, let row, let offset) = anchor, entry >= index {
            anchor = .top(entry: entry + 1, row: row, offset: offset)
        }
        if let selected, selected >= index { self.selected = selected + 1 }
    }

    /// Puts another content in an entry's place; it is cut into lines anew.
    mutating func replace(_ index: Int, with content: TranscriptEntry.Content) {
        entries[index].content = content
        forgetLines(of: index)
    }

    /// Changes an entry's content; its text stays.
    mutating func update(_ index: Int, _ change: (inout TranscriptEntry.Content) -> Void) {
        change(&entries[index].content)
    }

    private mutating func forgetLines(of index: Int) {
        bodies[index] = nil
        if unlaid?.entry == index { unlaid = nil }
    }

    /// Adds a piece of an answer's text, which streams from then on. It is cut into lines when those are asked for: often
    /// several pieces at once.
    mutating func append(_ piece: String, toAnswer index: Int) {
        guard case .answer(var answer) = entries[index].content else { return }
        entries[index].content = .notice(Notice(.information, ""))  // the text has one owner while it grows
        let added = answer.text.append(piece)
        answer.phase = .streaming
        entries[index].content = .answer(answer)
        guard bodies[index] != nil else { return }
        if unlaid?.entry != index { layOut() }
        unlaid = (index, (unlaid?.text ?? "") + added)
    }

    /// Takes back the end of an answer's text.
    ///
    /// - Parameter count: bytes of UTF-8 of what came, before it was made safe to be shown.
    mutating func removeLast(_ count: Int, ofAnswer index: Int) {
        guard case .answer(var answer) = entries[index].content else { return }
        answer.text.removeLast(count)
        replace(index, with: .answer(answer))
    }

    /// Takes what came into the lines.
    private mutating func layOut() {
        if let unlaid { bodies[unlaid.entry]?.append(unlaid.text) }
        unlaid = nil
    }

    mutating func removeAll() {
        entries = []
        bodies = []
        unlaid = nil
        anchor = .end
        view = []
        selected = nil
    }

    // MARK: - One entry

    /// Lets the keys be about an entry, and brings it into view.
    mutating func select(_ index: Int) {
        guard entries.indices.contains(index) else { return }
        selected = index
        reveal(index)
    }

    mutating func deselect() { selected = nil }

    /// Shows an entry's figures one by one, or in one line again.
    mutating func toggleFold(of index: Int) {
        entries[index].isUnfolded.toggle()
        fit(width: width, height: height)
        reveal(index)
    }

    /// Moves the view as little as it takes to show an entry; of one that is higher than the view, the beginning.
    private mutating func reveal(_ index: Int) {
        guard height > 0 else { return }
        let top = self.top(of: anchor)
        if let end = self.top(showing: index), isBefore(top, end) { anchor = .top(entry: end.entry, row: end.row) }
        if isBefore((index, 0), self.top(of: anchor)) { anchor = .top(entry: index, row: 0) }
        fit(width: width, height: height)
    }

    // MARK: - Lines

    /// The lines of an entry. The layout must have been made: entries in view have one.
    func line(_ index: Int, of entry: Int) -> [Span] {
        bodies[entry]?.spans(index) ?? []
    }

    /// The character of an entry's text at which a line of it begins; `nil` where there is no such line.
    func offset(of index: Int, in entry: Int) -> Int? { bodies[entry]?.offset(of: index) }

    func isFirstRow(_ row: Row) -> Bool {
        switch row.part {
        case .line(let line): line == 0
        case .foot(let foot): foot == 0 && entries[row.entry].body.isEmpty
        case .gap: false
        }
    }

    private mutating func lineCount(of entry: Int) -> Int {
        let body = body(of: entry)
        return entries[entry].body.isEmpty ? 0 : body.visibleCount
    }

    private mutating func body(of entry: Int) -> LaidText {
        if unlaid?.entry == entry { layOut() }
        if let body = bodies[entry] { return body }
        let body = LaidText(entries[entry], width: width)
        bodies[entry] = body
        return body
    }

    private mutating func rowCount(of entry: Int) -> Int {
        lineCount(of: entry) + entries[entry].footCount + gap(after: entry)
    }

    /// What an answer rests on stands close to it.
    private func gap(after entry: Int) -> Int {
        entry + 1 < entries.count && entries[entry + 1].isCitation ? 0 : 1
    }

    // MARK: - View

    /// Fits the conversation to a view. To be called after every change, before ``view`` is read.
    mutating func fit(width: Int, height: Int) {
        if width != self.width { rewrap(to: width) }
        self.height = height
        guard height > 0, !entries.isEmpty else {
            view = []
            return
        }
        var top = self.top(of: anchor)
        if !isAtEnd, let last = lastTop(), isBefore(last, top) || last == top {
            anchor = .end
            top = last
        }
        view = rows(from: top)
    }

    /// Moves the view by rows; negative is towards the beginning.
    mutating func scroll(by rows: Int) {
        guard !entries.isEmpty, height > 0 else { return }
        var (entry, row) = top(of: anchor)
        row += rows
        while row < 0, entry > 0 {
            entry -= 1
            row += rowCount(of: entry)
        }
        row = max(0, row)
        while entry < entries.count - 1, row >= rowCount(of: entry) {
            row -= rowCount(of: entry)
            entry += 1
        }
        anchor = .top(entry: entry, row: min(row, rowCount(of: entry) - 1))
        fit(width: width, height: height)
    }

    mutating func scrollToStart() {
        guard !entries.isEmpty else { return }
        anchor = .top(entry: 0, row: 0)
        fit(width: width, height: height)
    }

    mutating func scrollToEnd() {
        anchor = .end
        fit(width: width, height: height)
    }

    /// Moves the view to a line.
    mutating func show(_ finding: Finding) {
        guard entries.indices.contains(finding.entry) else { return }
        let row = min(body(of: finding.entry).line(at: finding.offset), rowCount(of: finding.entry) - 1)
        anchor = .top(entry: finding.entry, row: row)
        fit(width: width, height: height)
    }

    private typealias Place = (entry: Int, row: Int)

    private func isBefore(_ first: Place, _ second: Place) -> Bool {
        first.entry == second.entry ? first.row < second.row : first.entry < second.entry
    }

    private mutating func top(of anchor: Anchor) -> Place {
        switch anchor {
        case .end: lastTop() ?? (0, 0)
        case .top(let entry, let row, _): (entry, min(row, rowCount(of: entry) - 1))
        }
    }

    /// The highest row of the view that shows the end; `nil` for an empty conversation. The gap under the last entry
    /// is not shown.
    private mutating func lastTop() -> Place? { entries.isEmpty ? nil : top(showing: entries.count - 1) }

    /// The highest row of the view that shows the end of an entry.
    private mutating func top(showing last: Int) -> Place? {
        var missing = height + 1
        for entry in (0...last).reversed() {
            let count = rowCount(of: entry)
            if count >= missing { return (entry, count - missing) }
            missing -= count
        }
        return (0, 0)
    }

    private mutating func rows(from top: Place) -> [Row] {
        var rows: [Row] = []
        var (entry, row) = top
        rows.reserveCapacity(height)
        while rows.count < height, entry < entries.count {
            let lines = lineCount(of: entry)
            let feet = entries[entry].footCount
            for row in row..<min(lines + feet + gap(after: entry), row + height - rows.count) {
                let part: Row.Part = row < lines ? .line(row) : row < lines + feet ? .foot(row - lines) : .gap
                rows.append(Row(entry: entry, part: part))
            }
            (entry, row) = (entry + 1, 0)
        }
        return rows
    }

    /// Forgets all lines; the text at the top of a view that does not follow the end stays there.
    private mutating func rewrap(to width: Int) {
        let old = bodies
        self.width = width
        unlaid = nil
        bodies = Array(repeating: nil, count: entries.count)
        guard case .top(let entry, let row, var offset) = anchor else { return }
        if offset == nil { offset = old[entry]?.offset(of: row) }
        anchor = .top(entry: entry, row: offset.map { body(of: entry).line(at: $0) } ?? 0, offset: offset)
    }
}
