/// Decides where lines end: greedy, from left to right, so that a line depends on nothing behind it.
///
/// Breaks after spaces (which hang beyond the edge) and around East Asian characters, but not before closing
/// punctuation, nor after a lone dot if it can be helped; a word longer than a line is cut at the edge, never through a
/// wide character.
struct LineBreaker: Sendable {
    /// Cells of a line (≥ 2).
    let width: Int
    /// Characters and cells of the line so far.
    private(set) var count = 0
    private(set) var cells = 0
    /// The last place in this line where it may end, as characters and cells before it.
    private var opportunity: (count: Int, cells: Int)?
    private var previousWidth = 0
    private var isAfterSpace = true
    private var isAfterLoneDot = false

    init(width: Int) {
        self.width = max(2, width)
    }

    /// Takes the next character of a paragraph. Where it does not fit, the line ends: returns how many characters it
    /// keeps, the rest and `character` begin the next one.
    mutating func take(_ character: Character) -> Int? {
        if character == " " {
            takeSpace()
            return nil
        }
        let added = CellWidth.of(character)
        if count > 0, max(added, previousWidth) == 2, !Self.closers.contains(character) { opportunity = (count, cells) }
        return take(cells: added, isLoneDot: isAfterSpace && character == Self.dot)
    }

    /// The same for a character of ASCII that can be seen, or a space.
    mutating func take(ascii byte: UInt8) -> Int? {
        if byte == UInt8(ascii: " ") {
            takeSpace()
            return nil
        }
        return take(cells: 1)
    }

    private mutating func takeSpace() {
        count += 1
        cells += 1
        previousWidth = 1
        if !isAfterLoneDot || opportunity == nil { opportunity = (count, cells) }
        isAfterSpace = true
        isAfterLoneDot = false
    }

    private mutating func take(cells added: Int, isLoneDot: Bool = false) -> Int? {
        defer {
            count += 1
            cells += added
            previousWidth = added
            isAfterSpace = false
            isAfterLoneDot = isLoneDot
        }
        guard cells + added > width, count > 0 else { return nil }
        var end = (count: count, cells: cells)
        if let opportunity, cells - opportunity.cells + added <= width { end = opportunity }
        count -= end.count
        cells -= end.cells
        opportunity = nil
        return end.count
    }

    /// Stands between parts of a line, and goes with the one behind it.
    private static let dot: Character = "\u{B7}"

    /// Characters that may not begin a line.
    private static let closers: Set<Character> = [
        "、", "。", "，", "．", "：", "；", "？", "！", "）", "］", "｝", "〉", "》", "」", "』", "】", "〕", "’", "”", "ー",
        ",", ".", ":", ";", "?", "!", ")", "]", "}", "\"", "'",
    ]
}
