/// How a turn was answered.
public enum TurnRoute: String, Sendable, Hashable, Codable, CaseIterable {
    case local, cache, cloud, refused
}

/// What one turn took. Absent is unknown or did not happen, never zero.
public struct TurnMetrics: Sendable, Hashable {
    public var startedAt: Timestamp
    public var route: TurnRoute
    public var model: String?
    public var promptTokens: Int?
    public var generatedTokens: Int?
    /// From letting go of the talk key to the recognised text.
    public var transcription: Duration?
    /// From the recognised or typed text to the first local token.
    public var firstToken: Duration?
    /// From sending to the first remote token.
    public var cloudFirstToken: Duration?
    /// From the text to the last token of the answer.
    public var total: Duration?
    public var tokensPerSecond: Double?
    /// In [0, 1].
    public var confidence: Double?
    public var costMicroUSD: Int64?
    /// How the device was at the end of it.
    public var health: DeviceHealth?

    public init(
        startedAt: Timestamp, route: TurnRoute, model: String? = nil, promptTokens: Int? = nil,
        generatedTokens: Int? = nil, transcription: Duration? = nil, firstToken: Duration? = nil,
        cloudFirstToken: Duration? = nil, total: Duration? = nil, tokensPerSecond: Double? = nil,
        confidence: Double? = nil, costMicroUSD: Int64? = nil, health: DeviceHealth? = nil
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
    }
}

/// Many turns in a few numbers.
public struct MetricsSummary: Sendable, Hashable {
    /// The middle and the slow end of a stage, nearest rank; `nil` in the summary where no turn went through it.
    public struct Stage: Sendable, Hashable {
        public var count: Int
        public var median: Duration
        public var p95: Duration

        public init(count: Int, median: Duration, p95: Duration) {
            self.count = count
            self.median = median
            self.p95 = p95
        }
    }

    /// Turns by route; a route that was not taken is absent.
    public var turns: [TurnRoute: Int]
    public var transcription: Stage?
    public var firstToken: Stage?
    public var cloudFirstToken: Stage?
    public var total: Stage?
    public var costMicroUSD: Int64

    public init(
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
public protocol MetricsLog: Sendable {
    func record(_ turn: TurnMetrics) async throws

    /// The latest first. `limit` ≥ 0.
    func turns(limit: Int) async throws -> [TurnMetrics]

    /// Turns that started at `start` or later.
    func summary(since start: Timestamp) async throws -> MetricsSummary
}
