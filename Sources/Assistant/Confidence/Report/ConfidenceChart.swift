/// Two diagrams of a run: whether confidences keep their promise, and what escalation buys.
package struct ConfidenceChart: Sendable {
    private let metrics: ConfidenceMetrics
    private let title: String

    package init(_ metrics: ConfidenceMetrics, title: String) {
        self.metrics = metrics
        self.title = title
    }

    // MARK: SVG

    private static let side = 320.0
    private static let margin = 48.0

    /// Both diagrams side by side, as a picture that needs nothing else.
    package var svg: String {
        let width = Self.side + 2 * Self.margin
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(2 * width)) \(Self.number(width + 20))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(Self.number(width))" y="18" text-anchor="middle" font-size="14">\(Self.escaped(title))</text>
            \(panel(at: Self.margin, "confidence", "share right", reliability))
            \(panel(at: width + Self.margin, "share escalated", "share right in all", costQuality))
            </svg>

            """
    }

    private func panel(at left: Double, _ horizontal: String, _ vertical: String, _ body: String) -> String {
        let side = Self.side
        var lines: [String] = []
        for step in 0...5 {
            let (value, place) = (Double(step) / 5, Double(step) / 5 * side)
            lines.append(##"<path d="M0 \##(Self.number(side - place))H\##(Self.number(side))" stroke="#ddd"/>"##)
            lines.append(
                ##"<text x="-6" y="\##(Self.number(side - place + 4))" text-anchor="end">\##(Self.number(value))</text>"##
            )
            lines.append(
                ##"<text x="\##(Self.number(place))" y="\##(Self.number(side + 16))" text-anchor="middle">\##(Self.number(value))</text>"##
            )
        }
        lines.append(
            ##"<text x="\##(Self.number(side / 2))" y="\##(Self.number(side + 34))" text-anchor="middle">\##(horizontal)</text>"##
        )
        lines.append(##"<text x="0" y="-8">\##(vertical)</text>"##)
        return "<g transform=\"translate(\(Self.number(left)) \(Self.number(Self.margin)))\">\n"
            + lines.joined(separator: "\n") + "\n" + body + "\n</g>"
    }

    private var reliability: String {
        let dots = metrics.bins().map { bin in
            ##"<circle cx="\##(Self.number(bin.confidence * Self.side))" cy="\##(Self.number((1 - bin.accuracy) * Self.side))" r="4" fill="#0a6"/>"##
        }
        let diagonal = Self.polyline([(0, 0), (1, 1)], "#999", dashed: true)
        return ([diagonal, Self.polyline(metrics.bins().map { ($0.confidence, $0.accuracy) }, "#0a6")] + dots)
            .joined(separator: "\n")
    }

    private var costQuality: String {
        let accuracy = metrics.accuracy ?? 0
        let random = Self.polyline([(0, accuracy), (1, 1)], "#999", dashed: true)
        let oracle = Self.polyline([(0, accuracy), (1 - accuracy, 1), (1, 1)], "#06c", dashed: true)
        let own = Self.polyline(metrics.costCurve.map { ($0.escalated, $0.accuracy) }, "#0a6")
        let words = [("brim", "#0a6"), ("oracle", "#06c"), ("random", "#999")].enumerated().map { place, word in
            ##"<text x="\##(Self.number(Self.side - 60))" y="\##(Self.number(Self.side - 60 + Double(place) * 16))" fill="\##(word.1)">\##(word.0)</text>"##
        }
        return ([random, oracle, own] + words).joined(separator: "\n")
    }

    /// A line through points of the unit square.
    private static func polyline(_ points: [(Double, Double)], _ colour: String, dashed: Bool = false) -> String {
        let places = points.map { "\(number($0.0 * side)),\(number((1 - $0.1) * side))" }.joined(separator: " ")
        return
            ##"<polyline points="\##(places)" fill="none" stroke="\##(colour)" stroke-width="1.5"\##(dashed ? ##" stroke-dasharray="4 3""## : "")/>"##
    }

    /// At most two decimals.
    private static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    // MARK: Terminal

    /// The reliability of each bin as a row: what was promised, what was kept, and both on a bar (`|` promised, `#` kept).
    package func rows(width: Int = 40) -> [String] {
        let places = max(10, width)
        func place(_ value: Double) -> Int { min(places - 1, max(0, Int(value * Double(places)))) }
        let bins = metrics.bins(10).map { bin in
            var bar = [Character](repeating: " ", count: places)
            for index in 0...place(bin.accuracy) { bar[index] = "#" }
            bar[place(bin.confidence)] = "|"
            return
                "\(Self.percent(bin.confidence)) promised  \(Self.percent(bin.accuracy)) right  \(String(bar))  n \(bin.count)"
        }
        let curve = metrics.costCurve
        let costs = [0.0, 0.2, 0.4, 0.6, 0.8, 1].compactMap { share -> String? in
            guard let accuracy = metrics.accuracy, let point = curve.last(where: { $0.escalated <= share + 1e-9 })
            else {
                return nil
            }
            let random = accuracy + (1 - accuracy) * share
            return "\(Self.percent(share)) escalated  \(Self.percent(point.accuracy)) right in all"
                + "  (random \(Self.percent(random)), oracle \(Self.percent(min(1, accuracy + share))))"
        }
        return bins + costs
    }

    private static func percent(_ value: Double) -> String {
        let text = "\(Int((value * 100).rounded())) %"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }
}
