import AssistantCore
import Pilots
import Testing

@Suite struct PilotTests {
    private static let start = Timestamp(millisecondsSince1970: 1_795_000_000_000)
    private static let end = start.advanced(by: .seconds(1_000))

    /// A hundred turns, one every ten seconds: each tenth goes to the cloud, one is refused, one breaks off.
    private static func turns() -> [TurnMetrics] {
        (0..<100).map { number in
            var health = DeviceHealth()
            health.celsius = 50 + Double(number) / 10
            health.watts = 4
            health.throttling = number == 7 ? [.throttled] : []
            health.availableMemoryBytes = 1_000_000_000 - number
            health.usedSwapBytes = number
            let isCloud = number.isMultiple(of: 10)
            var turn = TurnMetrics(
                startedAt: start.advanced(by: .seconds(10 * number)), route: isCloud ? .cloud : .local,
                firstToken: .milliseconds(number + 1), cloudFirstToken: isCloud ? .milliseconds(500) : nil,
                total: .seconds(2), tokensPerSecond: 10, health: health, reason: isCloud ? "unsure" : "confident",
                ending: .complete, isUnsure: number == 3)
            if number == 1 { (turn.route, turn.ending) = (.refused, .refused) }
            if number == 20 { (turn.reason, turn.ending) = ("task_goes", .broken) }
            return turn
        }
    }

    private static func figures(
        _ turns: [TurnMetrics] = turns(), beside: PilotFigures.Beside = .init()
    ) -> PilotFigures {
        PilotFigures(turns, from: start, to: end, beside: beside)
    }

    private static let plan = PilotPlan(
        name: "spring", startedAt: start, questions: 100, settings: ["threshold": "0.8"])

    @Test("Stages have nearest ranks of those turns that went through them")
    func stages() throws {
        let stages = Dictionary(uniqueKeysWithValues: Self.figures().stages.map { ($0.name, $0) })
        let first = try #require(stages["first token, device"])
        #expect(first.count == 100)
        #expect(first.p50 == .milliseconds(50) && first.p95 == .milliseconds(95) && first.p99 == .milliseconds(99))
        #expect(stages["first token, cloud"]?.count == 10)
        #expect(stages["whole answer, device"]?.count == 89 && stages["transcription"]?.count == 0)
        #expect(stages["transcription"]?.p50 == nil)
    }

    @Test("Errors, unsure answers and escalations are shares of what is known of them")
    func shares() {
        let figures = Self.figures()
        #expect(figures.errors == 2 && figures.errorRate == 0.02 && figures.unsureRate == 0.01)
        #expect(figures.answered == 99 && figures.escalatedShare == 10.0 / 99)
        #expect(figures.escalations.map(\.reason) == ["unsure", "task_goes"])
        #expect(figures.escalations.map(\.count) == [9, 1])
        #expect(figures.health.meanWatts == 4 && figures.health.meanJoules == 8 && figures.health.throttled == 1)
        #expect(figures.health.celsius == 59.9 && figures.health.mostSwapBytes == 99)
        #expect(figures.timeline.count == 24 && figures.timeline.allSatisfy { $0.device == .seconds(2) })
    }

    @Test("What was not measured is absent and named, in an empty pilot all of it")
    func notMeasured() {
        let empty = Self.figures([])
        #expect(empty.errorRate == nil && empty.escalatedShare == nil && empty.stages.allSatisfy { $0.p50 == nil })
        for word in ["transcription", "watts", "temperature", "memory", "thumbs", "uptime", "nobody asked"] {
            #expect(empty.notMeasured.contains { $0.contains(word) }, "\(word)")
        }
        let old = Self.figures([TurnMetrics(startedAt: Self.start, route: .local)])
        #expect(old.notMeasured.contains { $0.contains("an earlier Brim") } && old.errorRate == nil)
        let full = Self.figures(beside: .init(right: 3, wrong: 1, uptime: .seconds(9), wasRestarted: false))
        #expect(full.notMeasured.count == 3, "\(full.notMeasured)")
        let report = PilotReport(Self.plan, empty, end: "now")
        #expect(report.sections.flatMap(\.rows).contains { $0.value == "not measured" })
        #expect(report.html.contains("not measured") && !report.markdown.contains("nan"))
    }

    @Test("The page needs nothing from outside and runs nothing, whatever its texts say")
    func page() {
        let hostile = "<script>alert(1)</script> | a\n|b| \"' &amp;"
        var plan = Self.plan
        plan.settings["model"] = hostile
        var turns = Self.turns()
        turns[0].reason = hostile
        let report = PilotReport(
            plan, Self.figures(turns), end: "now", texts: [.init(prompt: hostile, answer: hostile, origin: "local")])
        let html = report.html
        #expect(!html.contains("<script") && !html.contains("href") && !html.contains("src="))
        #expect(
            html.ranges(of: "http").count == html.ranges(of: "http://www.w3.org/2000/svg").count + 1, "and http-equiv")
        #expect(html.contains("default-src 'none'") && html.ranges(of: "<svg").count >= 3)
        #expect(html.ranges(of: "<table>").count == html.ranges(of: "</table>").count)
        let markdown = report.markdown
        #expect(!markdown.contains("<script"))
        for line in markdown.split(separator: "\n") where line.hasPrefix("| ") {
            #expect(line.hasSuffix(" |"), "\(line)")
        }
    }

    @Test("No word of a question is in a report that was not asked for it")
    func noText() {
        let report = PilotReport(Self.plan, Self.figures(), end: "now")
        #expect(!report.html.contains("Questions and answers") && !report.markdown.contains("Questions and answers"))
    }

    @Test("Before and after stand beside each other, what one of them lacks as not measured")
    func compared() throws {
        var earlier = Self.plan
        earlier.name = "winter"
        let report = PilotReport(
            Self.plan, Self.figures(), end: "now", earlier: (earlier, Self.figures([])))
        let rows = report.sections.flatMap(\.rows)
        #expect(rows.first { $0.name == "turns" }?.value == "100" && rows.first { $0.name == "turns" }?.before == "0")
        #expect(rows.first { $0.name == "because: confidence under the threshold" }?.before == "not measured")
        #expect(report.html.contains("winter") && report.markdown.contains("| winter | spring |"))
    }

    @Test("A pilot ends when it was to end, or when its questions were asked; its name is one for a file")
    func plans() {
        var plan = PilotPlan(name: "a", startedAt: Self.start, endsAt: Self.end)
        #expect(plan.end(at: Self.start) == Self.start && plan.end(at: Self.end.advanced(by: .seconds(1))) == Self.end)
        plan.finishedAt = Self.start.advanced(by: .seconds(2))
        #expect(plan.end(at: Self.end) == plan.finishedAt)
        for name in ["", "../x", "a b", "ä", String(repeating: "a", count: 41)] { #expect(!PilotPlan.isName(name)) }
        #expect(PilotPlan.isName("after-fan_2"))
    }
}
