/// Where the parts of the screen stand: rows from the top, as the size allows.
struct ScreenLayout: Sendable, Hashable {
    enum Tier: Sendable, Hashable {
        /// One line that says what is missing.
        case tooSmall
        /// Header, transcript, input and status.
        case reduced
        /// With a line of meters.
        case compact
        /// With rules between the parts, and more meters.
        case full
    }

    static let smallest = Size(columns: 40, rows: 10)
    /// Columns of the meters beside the conversation.
    static let sideWidth = 38
    /// A line of text longer than this is hard to read.
    static let longestTextLine = 100
    private static let kioskTextLine = 68

    var tier: Tier
    /// Of the screen.
    private let columns: Int
    var header = 0
    var headerRule: Int?
    var transcript = 0..<0
    var rule: Int?
    /// Rows of the meters under the conversation; where they stand beside it, none.
    var meters = 0..<0
    /// Columns of the meters beside the conversation.
    var side: Range<Int>?
    /// Rows of the messages that wait for the answer at work.
    var queue = 0..<0
    var input = 0..<0
    var status = 0
    /// Where text of the transcript begins, and its width.
    var textColumn: Int
    var textWidth: Int

    /// - Parameters:
    ///   - queued: messages that wait for the answer at work.
    ///   - isKiosk: what stands on it is read from afar: lines are short, and how things stand has the room of the meters.
    init(size: Size, inputLines: Int, queued: Int = 0, isKiosk: Bool = false) {
        columns = size.columns
        textColumn = size.columns >= 60 ? 10 : 2
        tier = Self.tier(size)
        if isKiosk { textColumn = max(textColumn, (size.columns - Self.kioskTextLine) / 2) }
        if tier == .full, size.columns >= 110, !isKiosk { side = size.columns - Self.sideWidth..<size.columns }
        let edge = side?.lowerBound ?? size.columns
        textWidth = max(2, min(edge - textColumn - 2, isKiosk ? Self.kioskTextLine : Self.longestTextLine))
        guard tier != .tooSmall else { return }
        var top = 1
        if tier == .full {
            headerRule = top
            top += 1
        }
        status = size.rows - 1
        let tallest = max(1, tier == .reduced ? 2 : size.rows / 3)
        input = status - min(inputLines, tallest)..<status
        queue = input.lowerBound - min(queued, Self.mostQueueRows(tier))..<input.lowerBound
        var bottom = queue.lowerBound
        if tier != .reduced, side == nil {
            meters = bottom - Self.meterRows(size, isKiosk)..<bottom
            bottom = meters.lowerBound
        }
        if tier == .full {
            bottom -= 1
            rule = bottom
        }
        transcript = top..<max(top, bottom)
    }

    private static func mostQueueRows(_ tier: Tier) -> Int { tier == .reduced ? 1 : tier == .compact ? 2 : 3 }

    private static func meterRows(_ size: Size, _ isKiosk: Bool) -> Int {
        if isKiosk { return size.columns >= 80 && size.rows >= 30 ? BigText.height + 3 : 2 }
        return size.columns >= 80 && size.rows >= 22 ? 2 : 1
    }

    /// The last column that parts of the screen may write to, and one more.
    var rightEdge: Int { columns - 1 }

    /// Rows of the screen in their whole width.
    func area(_ rows: Range<Int>) -> Rect { Rect(rows: rows, columns: 0..<columns) }

    func row(_ row: Int) -> Rect { area(row..<row + 1) }

    /// A row of the screen without the margins.
    func innerRow(_ row: Int) -> Rect { Rect(rows: row..<row + 1, columns: 1..<max(1, rightEdge)) }

    /// Where a line of input begins, behind the prompt mark.
    static let inputColumn = 3

    /// Cells for a line of input, beside the prompt mark and the margin.
    static func inputWidth(_ size: Size) -> Int { max(4, size.columns - 4) }

    private static func tier(_ size: Size) -> Tier {
        if size.columns < smallest.columns || size.rows < smallest.rows { return .tooSmall }
        if size.columns < 60 || size.rows < 15 { return .reduced }
        return size.rows < 20 ? .compact : .full
    }
}
