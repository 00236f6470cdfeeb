/// Where the parts of the screen stand: rows from the top, as the size allows.
struct ScreenLayout: Sendable, Hashable {
    enum Tier: Sendable, Hashable {
        /// One line that says what is missing.
        case tooSmall
        /// Header, transcript, input and status.
        case reduced
        /// With the meter line.
        case compact
        /// With rules between the parts.
        case full
    }

    static let smallest = Size(columns: 40, rows: 10)
    /// A line of text longer than this is hard to read.
    static let longestTextLine = 100

    var tier: Tier
    var header = 0
    var headerRule: Int?
    var transcript = 0..<0
    var rule: Int?
    var meter: Int?
    var input = 0..<0
    var status = 0
    /// Where text of the transcript begins, and its width.
    var textColumn: Int
    var textWidth: Int

    init(size: Size, inputLines: Int) {
        textColumn = size.columns >= 60 ? 10 : 2
        textWidth = max(2, min(size.columns - textColumn - 2, Self.longestTextLine))
        tier = Self.tier(size)
        guard tier != .tooSmall else { return }
        var top = 1
        if tier == .full {
            headerRule = top
            top += 1
        }
        status = size.rows - 1
        let tallest = max(1, tier == .reduced ? 2 : size.rows / 3)
        input = status - min(inputLines, tallest)..<status
        var bottom = input.lowerBound
        if tier != .reduced {
            bottom -= 1
            meter = bottom
        }
        if tier == .full {
            bottom -= 1
            rule = bottom
        }
        transcript = top..<max(top, bottom)
    }

    /// Cells for a line of input, beside the prompt mark and the margin.
    static func inputWidth(_ size: Size) -> Int { max(4, size.columns - 4) }

    private static func tier(_ size: Size) -> Tier {
        if size.columns < smallest.columns || size.rows < smallest.rows { return .tooSmall }
        if size.columns < 60 || size.rows < 15 { return .reduced }
        return size.rows < 20 ? .compact : .full
    }
}
