/// A diagram of groups of bars: each group has a value for each of the same few kinds, or none.
package struct BarChart: Sendable, Hashable {
    package struct Group: Sendable, Hashable {
        package var name: String
        /// One for each of ``BarChart/kinds``; `nil` for what was not measured.
        package var values: [Double?]

        package init(_ name: String, _ values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    package var title: String
    /// What is measured, with its unit.
    package var unit: String
    package var kinds: [String]
    package var groups: [Group]

    package init(title: String, unit: String, kinds: [String], groups: [Group]) {
        self.title = title
        self.unit = unit
        self.kinds = kinds
        self.groups = groups
    }

    private static let colours = ["#0a6", "#06c", "#a40", "#888"]
    private static let left = 170.0
    private static let width = 430.0
    private static let bar = 14.0

    private var greatest: Double {
        ChartScale.roundedUp(groups.flatMap(\.values).compactMap(\.self).filter(\.isFinite).max() ?? 1)
    }

    /// The diagram as a picture of its own: bars from left to right.
    package var svg: String {
        let step = Self.bar * Double(kinds.count) + 12
        let height = 46 + step * Double(groups.count) + 10
        let bars = groups.enumerated().map { index, group in self.bars(of: group, at: 46 + step * Double(index)) }
        let legend = kinds.enumerated().map { index, kind in
            ##"<text x="\##(SVG.number(Self.left + 90 * Double(index)))" y="36" fill="\##(Self.colour(index))">"##
                + SVG.escaped(kind) + "</text>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SVG.number(Self.left + Self.width + 90)) \
            \(SVG.number(height))" role="img" aria-label="\(SVG.escaped(title))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="8" y="16" font-size="14">\(SVG.escaped(title)), \(SVG.escaped(unit))</text>
            \((legend + bars).joined(separator: "\n"))
            </svg>

            """
    }

    private func bars(of group: Group, at top: Double) -> String {
        let name =
            ##"<text x="\##(SVG.number(Self.left - 8))" y="\##(SVG.number(top + 12))" text-anchor="end">"##
            + SVG.escaped(group.name) + "</text>"
        let bars = group.values.enumerated().map { index, value in
            let y = top + Self.bar * Double(index)
            guard let value, value.isFinite, value >= 0 else {
                return
                    ##"<text x="\##(SVG.number(Self.left))" y="\##(SVG.number(y + 11))" fill="#999">not measured</text>"##
            }
            let length = max(1, value / greatest * Self.width)
            return
                ##"<rect x="\##(SVG.number(Self.left))" y="\##(SVG.number(y))" width="\##(SVG.number(length))" height="11" fill="\##(Self.colour(index))"/>"##
                + ##"<text x="\##(SVG.number(Self.left + length + 4))" y="\##(SVG.number(y + 10))">\##(ChartScale.words(value))</text>"##
        }
        return ([name] + bars).joined(separator: "\n")
    }

    private static func colour(_ index: Int) -> String { colours[index % colours.count] }
}
