/// How a turn was answered.
package enum TurnRoute: String, Sendable, Hashable, Codable, CaseIterable {
    case local, cache, cloud, refused
}

/// How a turn ended.
package enum TurnEnding: String, Sendable, Hashable, Codable, CaseIterable {
    /// With a whole answer.
    case complete
    /// At the limit of tokens.
    case length
    /// At the first repetition of what it had said.
    case loop
    /// By the person.
    case stopped
    /// In the middle of the cloud's reply.
    case broken
    /// Without an answer.
    case refused
}

/// What one turn took. Absent is unknown or did not happen, never zero.
package struct TurnMetrics: Sendable, Hashable {
    package var startedAt: Timestamp
    package var route: TurnRoute
    package var model: String?
    package var promptTokens: Int?
    package var generatedTokens: Int?
    /// From letting go of the talk key to the recognised text.
    package var transcription: Duration?
    /// From the recognised or typed text to the first local token.
    package var firstToken: Duration?
    /// From sending to the first remote token.
    package var cloudFirstToken: Duration?
    /// From the text to the last token of the answer.
    package var total: Duration?
    package var tokensPerSecond: Double?
    /// In [0, 1].
    package var confidence: Double?
    package var costMicroUSD: Int64?
    /// How the device was at the end of it.
    package var health: DeviceHealth?
    /// The code of what decided where the answer came from, such as `unsure`.
    package var reason: String?
    package var ending: TurnEnding?
    /// Whether the device's answer stood for want of a better one.
    package var isUnsure: Bool?
    /// From the request to the last token of the draft. Not kept in the store.
    package var drafting: Duration?
    /// From the moment the request left to the end of the cloud's reply. Not kept in the store.
    package var cloudTime: Duration?

    package init(
        startedAt: Timestamp, route: TurnRoute, model: String? = nil, promptTokens: Int? = nil,
        generatedTokens: Int? = nil, transcription: Duration? = nil, firstToken: Duration? = nil,
        cloudFirstToken: Duration? = nil, total: Duration? = nil, tokensPerSecond: Double? = nil,
        confidence: Double? = nil, costMicroUSD: Int64? = nil, health: DeviceHealth? = nil, reason: String? = nil,
        ending: TurnEnding? = nil, isUnsure: Bool? = nil
    ) {
        self.startedAt = startedAt
        self.route = route
        self.model = model
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.transcription = transcription
        self.firstToken = firstToken
        self.cloudFirstToken = cloudFirstToken
        self.total = total
        self.tokensPerSecond = tokensPerSecond
        self.confidence = confidence
        self.costMicroUSD = costMicroUSD
        self.health = health
        self.reason = reason
        self.ending = ending
        self.isUnsure = isUnsure
    }
}

/// Many turns in a few numbers.
package struct MetricsSummary: Sendable, Hashable {
    /// The middle and the slow end of a stage, nearest rank; `nil` in the summary where no turn went through it.
    package struct Stage: Sendable, Hashable {
        package var count: Int
        package var median: Duration
        package var p95: Duration

        package init(count: Int, median: Duration, p95: Duration) {
            self.count = count
            self.median = median
            self.p95 = p95
        }
    }

    /// Turns by route; a route that was not taken is absent.
    package var turns: [TurnRoute: Int]
    package var transcription: Stage?
    package var firstToken: Stage?
    package var cloudFirstToken: Stage?
    package var total: Stage?
    package var costMicroUSD: Int64

    package init(
        turns: [TurnRoute: Int] = [:], transcription: Stage? = nil, firstToken: Stage? = nil,
        cloudFirstToken: Stage? = nil, total: Stage? = nil, costMicroUSD: Int64 = 0
    ) {
        self.turns = turns
        self.transcription = transcription
        self.firstToken = firstToken
        self.cloudFirstToken = cloudFirstToken
        self.total = total
        self.costMicroUSD = costMicroUSD
    }
}

/// What turns took, kept within bounds: the oldest leave first.
package protocol MetricsLog: Sendable {
    func record(_ turn: TurnMetrics) async throws

    /// The latest first. `limit` ≥ 0.
    func turns(limit: Int) async throws -> [TurnMetrics]

    /// Turns that started at `start` or later.
    func summary(since start: Timestamp) async throws -> MetricsSummary
}
