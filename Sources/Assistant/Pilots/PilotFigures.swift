package import AssistantCore

/// What a pilot has measured. What was not measured is absent, and named in ``notMeasured``.
package struct PilotFigures: Sendable, Hashable {
    /// A stage of a turn; nearest rank.
    package struct Stage: Sendable, Hashable {
        package var name: String
        package var count: Int
        /// Each `nil` where no turn went through the stage.
        package var p50: Duration?
        package var p95: Duration?
        package var p99: Duration?
    }

    /// What the ledger and the person add to the record of turns.
    package struct Beside: Sendable, Hashable {
        package var chargedMicroUSD: Int64
        /// The part of it that stayed a worst case.
        package var worstCaseMicroUSD: Int64
        package var requests: Int
        package var right: Int
        package var wrong: Int
        /// How long the system has been on; `nil` where it does not tell.
        package var uptime: Duration?
        /// Whether the system was started anew since the pilot began; `nil` where it does not tell.
        package var wasRestarted: Bool?

        package init(
            chargedMicroUSD: Int64 = 0, worstCaseMicroUSD: Int64 = 0, requests: Int = 0, right: Int = 0, wrong: Int = 0,
            uptime: Duration? = nil, wasRestarted: Bool? = nil
        ) {
            self.chargedMicroUSD = chargedMicroUSD
            self.worstCaseMicroUSD = worstCaseMicroUSD
            self.requests = requests
            self.right = right
            self.wrong = wrong
            self.uptime = uptime
            self.wasRestarted = wasRestarted
        }
    }

    /// How long answers took in one part of the time.
    package struct Moment: Sendable, Hashable {
        /// From the pilot's beginning to the middle of the part.
        package var at: Duration
        package var device: Duration?
        package var cloud: Duration?
        package var celsius: Double?
    }

    package private(set) var turns = 0
    package private(set) var routes: [TurnRoute: Int] = [:]
    package private(set) var stages: [Stage] = []
    /// Of the device's own answers, median.
    package private(set) var tokensPerSecond: Double?
    /// Turns without an answer, or with one that broke off.
    package private(set) var errors = 0
    /// Turns of which it is known how they ended.
    package private(set) var endingsKnown = 0
    package private(set) var unsure = 0
    /// Why turns went to the cloud, by the code of the reason; the commonest first.
    package private(set) var escalations: [Count] = []
    package private(set) var health = HealthFigures()
    package private(set) var timeline: [Moment] = []
    package var beside: Beside

    /// Turns that one reason took to the cloud.
    package struct Count: Sendable, Hashable {
        package var reason: String
        package var count: Int
    }

    /// - Parameter turns: those of the pilot, in any order.
    package init(_ turns: [TurnMetrics], from start: Timestamp, to end: Timestamp, beside: Beside) {
        self.beside = beside
        self.turns = turns.count
        for turn in turns { add(turn) }
        stages = Self.stages(turns)
        tokensPerSecond = turns.filter { $0.route == .local }.compactMap(\.tokensPerSecond).filter(\.isFinite)
            .nearestRank(0.5)
        escalations = Dictionary(
            turns.filter { $0.route == .cloud }.map { ($0.reason ?? "not recorded", 1) }, uniquingKeysWith: +
        ).map { Count(reason: $0.key, count: $0.value) }.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
        timeline = Self.timeline(turns, start, end)
    }

    private mutating func add(_ turn: TurnMetrics) {
        routes[turn.route, default: 0] += 1
        if turn.ending != nil || turn.route == .refused { endingsKnown += 1 }
        if turn.route == .refused || turn.ending == .broken { errors += 1 }
        if turn.isUnsure == true { unsure += 1 }
        if let health = turn.health { self.health.add(health, total: turn.total) }
    }

    // MARK: Shares

    package var answered: Int { turns - (routes[.refused] ?? 0) }
    package var errorRate: Double? { endingsKnown > 0 ? Double(errors) / Double(endingsKnown) : nil }
    package var unsureRate: Double? { endingsKnown > 0 ? Double(unsure) / Double(endingsKnown) : nil }
    package var escalatedShare: Double? { answered > 0 ? Double(routes[.cloud] ?? 0) / Double(answered) : nil }

    /// What nothing on this device told, a few words each with what would.
    package var notMeasured: [String] {
        var missing: [String] = stages.filter { $0.count == 0 }.map { "\($0.name): no turn went through it" }
        if turns == 0 { missing.append("answers: nobody asked anything") }
        if endingsKnown < turns { missing.append("errors and unsure answers of turns that an earlier Brim recorded") }
        if health.watts.isEmpty { missing.append("watts and joules: no sensor told them") }
        if health.celsius == nil { missing.append("temperature: no sensor told it") }
        if health.samples == 0 { missing.append("memory, swap and throttling: nothing told them") }
        if health.samples > 0, health.throttlingKnown == 0 {
            missing.append("throttling: vcgencmd is not here, or may not be asked")
        }
        if beside.right + beside.wrong == 0 { missing.append("thumbs: nobody judged an answer (Alt-Y, Alt-N)") }
        if beside.uptime == nil { missing.append("uptime: the system does not tell it") }
        missing.append("turns of brim --kiosk, which keeps nothing of them")
        return missing
    }

    // MARK: Stages

    private static func stages(_ turns: [TurnMetrics]) -> [Stage] {
        func stage(_ name: String, _ value: (TurnMetrics) -> Duration?) -> Stage {
            let values = turns.compactMap(value)
            return Stage(
                name: name, count: values.count, p50: values.nearestRank(0.5), p95: values.nearestRank(0.95),
                p99: values.nearestRank(0.99))
        }
        return [
            stage("transcription") { $0.transcription }, stage("first token, device") { $0.firstToken },
            stage("first token, cloud") { $0.cloudFirstToken },
            stage("whole answer, device") { $0.route == .local ? $0.total : nil },
            stage("whole answer, cloud") { $0.route == .cloud ? $0.total : nil },
            stage("whole answer, earlier one") { $0.route == .cache ? $0.total : nil },
        ]
    }

    private static let mostMoments = 24

    /// Medians of equal parts of the time; parts without turns are left out.
    private static func timeline(_ turns: [TurnMetrics], _ start: Timestamp, _ end: Timestamp) -> [Moment] {
        let length = end.since(start)
        guard length > .zero, !turns.isEmpty else { return [] }
        let parts = Dictionary(grouping: turns) { turn in
            min(mostMoments - 1, max(0, Int(turn.startedAt.since(start) / length * Double(mostMoments))))
        }
        return parts.keys.sorted().map { part in
            let turns = parts[part] ?? []
            func median(_ route: TurnRoute) -> Duration? {
                turns.filter { $0.route == route }.compactMap(\.total).nearestRank(0.5)
            }
            return Moment(
                at: length * ((Double(part) + 0.5) / Double(mostMoments)), device: median(.local),
                cloud: median(.cloud),
                celsius: turns.compactMap(\.health?.celsius).filter(\.isFinite).max())
        }
    }
}
