/// A diagram of lines over a common horizontal axis, as a picture and as rows of text.
///
/// Both axes begin at 0. Points that are not finite or negative are left out; what is drawn needs no script, font or
/// outside address.
package struct LineChart: Sendable, Hashable {
    /// One line.
    package struct Series: Sendable, Hashable {
        package var name: String
        /// Stands for the line in rows of text.
        package var mark: Character
        /// Of SVG, such as `#0a6`.
        package var colour: String
        package var points: [Point]

        package init(_ name: String, mark: Character, colour: String, points: [Point]) {
            self.name = name
            self.mark = mark
            self.colour = colour
            self.points = points
        }
    }

    package struct Point: Sendable, Hashable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }

        var isDrawable: Bool { x.isFinite && y.isFinite && x >= 0 && y >= 0 }
    }

    package var title: String
    package var horizontal: String
    package var vertical: String
    /// Drawn in this order: a later line covers an earlier one.
    package var series: [Series]
    /// `nil` marks nothing.
    package var mark: Mark?

    /// A place on the horizontal axis, such as a break-even, with its words.
    package struct Mark: Sendable, Hashable {
        package var x: Double
        package var words: String

        package init(_ x: Double, _ words: String) {
            self.x = x
            self.words = words
        }
    }

    package init(title: String, horizontal: String, vertical: String, series: [Series]) {
        self.title = title
        self.horizontal = horizontal
        self.vertical = vertical
        self.series = series
    }

    // MARK: Extent

    private var points: [Point] { series.flatMap(\.points).filter(\.isDrawable) }
    private var greatestX: Double { ChartScale.roundedUp(points.map(\.x).max() ?? 1) }
    private var greatestY: Double { ChartScale.roundedUp(points.map(\.y).max() ?? 1) }

    // MARK: SVG

    private static let width = 560.0
    private static let height = 260.0
    private static let left = 70.0
    private static let top = 40.0

    /// The diagram as a picture of its own.
    package var svg: String {
        let (width, height) = (Self.width, Self.height)
        let total = (width: Self.left + width + 30, height: Self.top + height + 60)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SVG.number(total.width)) \(SVG.number(total.height))" \
            role="img" aria-label="\(SVG.escaped(title))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(SVG.number(Self.left))" y="16" font-size="14">\(SVG.escaped(title))</text>
            <g transform="translate(\(SVG.number(Self.left)) \(SVG.number(Self.top)))">
            \((grid + lines + marked + legend).joined(separator: "\n"))
            <text x="\(SVG.number(width / 2))" y="\(SVG.number(height + 38))" text-anchor="middle">\
            \(SVG.escaped(horizontal))</text>
            <text x="-60" y="-8">\(SVG.escaped(vertical))</text>
            </g>
            </svg>

            """
    }

    private var grid: [String] {
        (0...4).flatMap { step in
            let share = Double(step) / 4
            let (x, y) = (share * Self.width, Self.height - share * Self.height)
            return [
                ##"<path d="M0 \##(SVG.number(y))H\##(SVG.number(Self.width))" stroke="#ddd"/>"##,
                ##"<text x="-6" y="\##(SVG.number(y + 4))" text-anchor="end">\##(ChartScale.words(share * greatestY))</text>"##,
                ##"<text x="\##(SVG.number(x))" y="\##(SVG.number(Self.height + 18))" text-anchor="middle">"##
                    + ChartScale.words(share * greatestX) + "</text>",
            ]
        }
    }

    private var lines: [String] {
        series.map { line in
            let places = line.points.filter(\.isDrawable).map { point in
                let x = point.x / greatestX * Self.width
                let y = Self.height - point.y / greatestY * Self.height
                return "\(SVG.number(x)),\(SVG.number(y))"
            }
            return
                ##"<polyline points="\##(places.joined(separator: " "))" fill="none" stroke="\##(line.colour)" stroke-width="1.8"/>"##
        }
    }

    private var marked: [String] {
        guard let mark, (0...greatestX).contains(mark.x) else { return [] }
        let x = mark.x / greatestX * Self.width
        return [
            ##"<path d="M\##(SVG.number(x)) 0V\##(SVG.number(Self.height))" stroke="#999" stroke-dasharray="4 3"/>"##
                + ##"<text x="\##(SVG.number(x + 4))" y="12" fill="#555">\##(SVG.escaped(mark.words))</text>"##
        ]
    }

    private var legend: [String] {
        series.enumerated().map { index, line in
            let y = Self.height - 8 - Double(series.count - 1 - index) * 16
            return
                ##"<text x="\##(SVG.number(Self.width - 4))" y="\##(SVG.number(y))" text-anchor="end" fill="\##(line.colour)">"##
                + SVG.escaped(line.name) + "</text>"
        }
    }

    // MARK: Terminal

    /// The diagram as rows of ASCII, the legend last. No colour.
    ///
    /// - Parameters:
    ///   - width: columns of a row, at least 40.
    ///   - height: rows of the diagram itself, at least 4.
    package func rows(width: Int = 72, height: Int = 12) -> [String] {
        let labels = (0..<max(4, height)).map { row in
            row.isMultiple(of: 4) ? ChartScale.words(greatestY * (1 - Double(row) / Double(max(4, height) - 1))) : ""
        }
        let margin = (labels.map(\.count).max() ?? 0) + 1
        let columns = max(20, max(40, width) - margin - 1)
        var cells = [[Character]](repeating: Array(repeating: " ", count: columns), count: labels.count)
        for line in series {
            for column in 0..<columns {
                guard let y = Self.height(of: line, at: greatestX * Double(column) / Double(columns - 1)) else {
                    continue
                }
                let row = Int(((1 - y / greatestY) * Double(labels.count - 1)).rounded())
                if cells.indices.contains(row) { cells[row][column] = line.mark }
            }
        }
        let body = zip(labels, cells).map { label, row in
            String(repeating: " ", count: margin - 1 - label.count) + label + " |" + String(row).trimmedAtEnd
        }
        let indent = String(repeating: " ", count: margin)
        let end = ChartScale.words(greatestX)
        let scale = indent + " 0" + String(repeating: " ", count: max(1, columns - 1 - end.count)) + end
        let legend = series.map { "\($0.mark) \($0.name)" }.joined(separator: "   ")
        return [title, vertical] + body + [indent + "+" + String(repeating: "-", count: columns), scale]
            + [indent + " " + horizontal, indent + " " + legend] + (mark.map { [indent + " " + $0.words] } ?? [])
    }

    /// Where the line is at `x`, between its points; `nil` beside them.
    private static func height(of line: Series, at x: Double) -> Double? {
        let points = line.points.filter(\.isDrawable)
        guard let right = points.firstIndex(where: { $0.x >= x }) else { return nil }
        guard right > 0 else { return points[right].x == x ? points[right].y : nil }
        let (first, second) = (points[right - 1], points[right])
        guard second.x > first.x else { return second.y }
        return first.y + (second.y - first.y) * (x - first.x) / (second.x - first.x)
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
