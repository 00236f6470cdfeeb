internal import AssistantCore
internal import Charts
internal import CostModel

/// A pilot as somebody reads it: rows of figures, beside those of an earlier pilot where there is one, and diagrams.
///
/// It holds no word of a question or an answer but for ``texts``.
package struct PilotReport: Sendable {
    /// A figure in words; ``before`` is that of the earlier pilot.
    package struct Row: Sendable, Hashable {
        package var name: String
        package var value: String
        package var before: String?
    }

    package struct Section: Sendable, Hashable {
        package var title: String
        package var rows: [Row]
    }

    /// A question with its answer, which the person asked to be shown.
    package struct Text: Sendable, Hashable, Codable {
        package var prompt: String
        package var answer: String
        /// Where the answer came from.
        package var origin: String

        package init(prompt: String, answer: String, origin: String) {
            self.prompt = prompt
            self.answer = answer
            self.origin = origin
        }
    }

    package let plan: PilotPlan
    package let figures: PilotFigures
    package let earlier: (plan: PilotPlan, figures: PilotFigures)?
    package let texts: [Text]
    let end: String

    /// - Parameters:
    ///   - end: when what is read ends, for people.
    ///   - earlier: a pilot from before a change.
    ///   - texts: none unless the person asked for them.
    package init(
        _ plan: PilotPlan, _ figures: PilotFigures, end: String,
        earlier: (plan: PilotPlan, figures: PilotFigures)? = nil, texts: [Text] = []
    ) {
        self.plan = plan
        self.figures = figures
        self.end = end
        self.earlier = earlier
        self.texts = texts
    }

    package var title: String { "Brim pilot \(plan.name)" }

    /// From when to when, and how much.
    package var period: String {
        let asked = plan.questions.map { ", a set of \($0) questions" } ?? ""
        return "\(plan.startedAt) to \(end)\(asked), \(figures.turns) turns"
    }

    // MARK: Rows

    package var sections: [Section] {
        let now = Self.sections(figures)
        guard let earlier else { return now }
        let before = Self.sections(earlier.figures)
        return zip(now, before).map { section, old in
            let known = Dictionary(old.rows.map { ($0.name, $0.value) }) { first, _ in first }
            return Section(
                title: section.title,
                rows: section.rows.map { Row(name: $0.name, value: $0.value, before: known[$0.name] ?? Self.absent) })
        }
    }

    static let absent = "not measured"

    private static func sections(_ figures: PilotFigures) -> [Section] {
        func section(_ title: String, _ rows: [(String, String?)]) -> Section {
            Section(title: title, rows: rows.map { Row(name: $0.0, value: $0.1 ?? absent, before: nil) })
        }
        return [
            section("Answers", answers(figures)), section("Latency (p50, p95, p99)", figures.stages.map(stage)),
            section("Escalations", escalations(figures)), section("Cost", cost(figures)),
            section("Device, at the end of each answer", device(figures)),
        ]
    }

    private static func answers(_ figures: PilotFigures) -> [(String, String?)] {
        func count(_ route: TurnRoute) -> String { CostText.grouped(Int64(figures.routes[route] ?? 0)) }
        func share(_ share: Double?, _ number: Int) -> String? {
            share.map { "\(CostText.percent($0)) (\(number) of \(figures.endingsKnown))" }
        }
        let judged = figures.beside.right + figures.beside.wrong
        return [
            ("turns", CostText.grouped(Int64(figures.turns))), ("answered by the device", count(.local)),
            ("answered from earlier answers", count(.cache)), ("answered by the cloud", count(.cloud)),
            ("without an answer", count(.refused)), ("errors", share(figures.errorRate, figures.errors)),
            ("unsure answers", share(figures.unsureRate, figures.unsure)),
            ("thumbs", judged > 0 ? "\(figures.beside.right) up, \(figures.beside.wrong) down" : nil),
        ]
    }

    private static func stage(_ stage: PilotFigures.Stage) -> (String, String?) {
        guard let p50 = stage.p50, let p95 = stage.p95, let p99 = stage.p99 else { return (stage.name, nil) }
        return (stage.name, "\(words(p50)), \(words(p95)), \(words(p99)) (\(stage.count) turns)")
    }

    private static func escalations(_ figures: PilotFigures) -> [(String, String?)] {
        let share = figures.escalatedShare.map { share in
            "\(CostText.percent(share)) (\(figures.routes[.cloud] ?? 0) of \(figures.answered))"
        }
        return [("share escalated", share)] + figures.escalations.map { ("because: \($0.words)", "\($0.count)") }
    }

    private static func cost(_ figures: PilotFigures) -> [(String, String?)] {
        let beside = figures.beside
        let charged = Double(beside.chargedMicroUSD) / 1e6
        return [
            ("charged by the ledger", CostText.usd(charged)),
            ("of it at the worst case", CostText.usd(Double(beside.worstCaseMicroUSD) / 1e6)),
            ("requests to the cloud", CostText.grouped(Int64(beside.requests))),
            ("an answer, on average", figures.answered > 0 ? CostText.usd(charged / Double(figures.answered)) : nil),
        ]
    }

    private static func device(_ figures: PilotFigures) -> [(String, String?)] {
        let health = figures.health
        func megabytes(_ bytes: Int?) -> String? { bytes.map { "\(CostText.grouped(Int64($0 / 1_000_000))) MB" } }
        func degrees(_ celsius: Double?) -> String? { celsius.map { "\(CostText.significant($0)) °C" } }
        let restart = figures.beside.wasRestarted.map { $0 ? ", started anew meanwhile" : ", not started anew" } ?? ""
        return [
            ("tokens per second, median", figures.tokensPerSecond.map(CostText.significant)),
            ("watts, mean", health.meanWatts.map { "\(CostText.significant($0)) W (\(health.watts.count) samples)" }),
            ("joules per answer, mean", health.meanJoules.map { "\(CostText.significant($0)) J" }),
            ("hottest", degrees(health.celsius)), ("hottest, HAT+", degrees(health.hatCelsius)),
            (
                "throttled",
                health.throttlingKnown > 0 ? "\(health.throttled) of \(health.throttlingKnown) samples" : nil
            ),
            ("least memory available", megabytes(health.leastAvailableBytes)),
            ("most swap in use", megabytes(health.mostSwapBytes)),
            ("uptime of the system", figures.beside.uptime.map { words($0) + restart }),
        ]
    }

    /// Such as `12 ms`, `1.25 s`, `3.1 h`.
    static func words(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        return switch seconds {
        case ..<1: "\(CostText.significant(seconds * 1_000)) ms"
        case ..<600: "\(CostText.significant(seconds)) s"
        case ..<172_800: "\(CostText.significant(seconds / 3_600)) h"
        default: "\(CostText.significant(seconds / 86_400)) days"
        }
    }

    // MARK: Diagrams

    /// Pictures as SVG.
    package var pictures: [String] {
        [latency.svg, escalated?.svg, overTime?.svg, heat?.svg].compactMap(\.self)
    }

    private var latency: BarChart {
        let groups = figures.stages.filter { $0.count > 0 }.map { stage in
            BarChart.Group(stage.name, [stage.p50, stage.p95, stage.p99].map { $0?.inMilliseconds })
        }
        return BarChart(title: "Latency by stage", unit: "milliseconds", kinds: ["p50", "p95", "p99"], groups: groups)
    }

    private var escalated: BarChart? {
        guard !figures.escalations.isEmpty else { return nil }
        return BarChart(
            title: "Why questions went to the cloud", unit: "turns", kinds: ["turns"],
            groups: figures.escalations.prefix(8).map { .init($0.words, [Double($0.count)]) })
    }

    private var isLong: Bool { (figures.timeline.last?.at ?? .zero) > .seconds(7_200) }

    private func line(
        _ name: String, _ mark: Character, _ colour: String, _ value: (PilotFigures.Moment) -> Double?
    ) -> LineChart.Series {
        LineChart.Series(
            name, mark: mark, colour: colour,
            points: figures.timeline.compactMap { moment in
                value(moment).map { LineChart.Point(moment.at.inSeconds / (isLong ? 3_600 : 60), $0) }
            })
    }

    private func overTime(_ title: String, _ unit: String, _ lines: [LineChart.Series]) -> LineChart? {
        let drawn = lines.filter { $0.points.count > 1 }
        guard !drawn.isEmpty else { return nil }
        return LineChart(
            title: title, horizontal: isLong ? "hours since the start" : "minutes since the start", vertical: unit,
            series: drawn)
    }

    private var overTime: LineChart? {
        overTime(
            "Whole answers over time, median", "seconds",
            [
                line("cloud", "c", "#06c") { $0.cloud?.inSeconds },
                line("device", "d", "#0a6") { $0.device?.inSeconds },
            ])
    }

    private var heat: LineChart? {
        overTime("Temperature over time, hottest", "°C", [line("processor", "t", "#a40") { $0.celsius }])
    }
}

extension PilotFigures.Count {
    /// The reason, for a person; the commonest two do not explain themselves.
    fileprivate var words: String {
        switch reason {
        case "sunk": "confidence sank while it was written"
        case "unsure": "confidence under the threshold"
        default: reason.replacing("_", with: " ")
        }
    }
}
