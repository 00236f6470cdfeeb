import Charts
import Testing

@Suite struct ChartTests {
    private let chart = LineChart(
        title: "Cost <of> a month", horizontal: "answers", vertical: "USD",
        series: [
            LineChart.Series("cloud", mark: "c", colour: "#06c", points: [.init(0, 0), .init(1_000, 60)]),
            LineChart.Series("device", mark: "d", colour: "#888", points: [.init(0, 9), .init(1_000, 9)]),
        ])

    @Test("A picture needs nothing else: no script, no address but the name of its language, and its text is escaped")
    func selfContained() {
        for svg in [chart.svg, BarChart(title: "a<b", unit: "ms", kinds: ["p50"], groups: [.init("x", [1])]).svg] {
            #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" "))
            #expect(svg.ranges(of: "http").count == 1 && !svg.contains("<script") && !svg.contains("href"))
            #expect(svg.contains("&lt;") && !svg.contains("<of>") && !svg.contains("a<b"))
        }
    }

    @Test("Rows of text keep to their width, and hold each line's mark where the line is")
    func rows() throws {
        let rows = chart.rows(width: 60, height: 10)
        #expect(rows.allSatisfy { $0.count <= 60 && $0.allSatisfy(\.isASCII) })
        let body = rows.filter { $0.contains("|") }
        #expect(body.count == 10)
        // The cloud's line ends at 60 of an axis that ends at 100; the device's keeps its row.
        #expect(body.contains { $0.hasSuffix("c") })
        #expect(body.filter { $0.contains("ddddd") }.count == 1)
        #expect(rows.last?.contains("c cloud") == true && rows.last?.contains("d device") == true)
    }

    @Test("What is no number is left out, and an empty diagram is drawn")
    func hostile() {
        var odd = chart
        odd.series = [
            LineChart.Series("odd", mark: "o", colour: "#000", points: [.init(.nan, 1), .init(1, -.infinity)])
        ]
        odd.mark = .init(.infinity, "never")
        #expect(!odd.svg.contains("nan") && !odd.svg.contains("never"))
        #expect(!odd.rows().isEmpty && !LineChart(title: "", horizontal: "", vertical: "", series: []).rows().isEmpty)
        let bars = BarChart(
            title: "t", unit: "ms", kinds: ["a", "b"], groups: [.init("g", [nil, .nan]), .init("h", [5, -1])])
        #expect(bars.svg.ranges(of: "not measured").count == 3)
    }

    @Test("Bars are as long as their values, the longest within the picture")
    func bars() throws {
        let svg = BarChart(
            title: "t", unit: "ms", kinds: ["p50", "p95"], groups: [.init("first token", [100, 200])]
        ).svg
        let widths = svg.matches(of: /width="([0-9.]+)" height="11"/).compactMap { Double($0.1) }
        #expect(widths.count == 2 && widths[1] == 2 * widths[0] && widths[1] <= 430)
    }
}
