internal import AssistantCore

/// What the answers of this session took, by stage, by origin and in money. Measured; what was not is absent.
struct SessionFigures: Sendable, Hashable {
    /// From sending to the first token of this device.
    var firstToken = StageLatency(budget: .milliseconds(300))
    /// From handing over to the first token of the cloud.
    var cloudFirstToken = StageLatency(budget: .milliseconds(500))
    /// From sending to the end of the answer.
    var answer = StageLatency(budget: .seconds(5))
    /// From the release of the talk key to the words.
    var hearing = StageLatency(budget: .milliseconds(240))
    /// From the first clause of an answer being there to its first sound.
    var firstSound = StageLatency(budget: .milliseconds(300))

    private(set) var localCount = 0
    private(set) var cloudCount = 0
    private(set) var cachedCount = 0
    /// Questions without an answer.
    private(set) var unansweredCount = 0
    /// Tokens per second of the fastest answer of this device.
    private(set) var bestRate: Double?
    /// What the answers have cost.
    var spent = Money.zero

    mutating func noteRate(_ rate: Double?) {
        if let rate { bestRate = max(bestRate ?? rate, rate) }
    }

    mutating func count(_ origin: Origin?) {
        switch origin {
        case .local: localCount += 1
        case .cloud: cloudCount += 1
        case .cache: cachedCount += 1
        case nil: unansweredCount += 1
        }
    }
}

/// How long one stage took, again and again.
struct StageLatency: Sendable, Hashable {
    /// What it should take at most.
    let budget: Duration
    /// Oldest first; the last hundred.
    private(set) var samples: [Duration] = []

    private static let sampleCount = 100

    init(budget: Duration) { self.budget = budget }

    var last: Duration? { samples.last }

    /// Of the last one, on a scale that has the budget in its middle.
    var share: Double? { last.map { $0 / budget / 2 } }

    var isOverBudget: Bool { last.map { $0 > budget } ?? false }

    /// The time that 95 in 100 stay within, by nearest rank.
    var p95: Duration? { samples.nearestRank(0.95) }

    mutating func add(_ sample: Duration?) {
        guard let sample else { return }
        samples.append(sample)
        if samples.count > Self.sampleCount { samples.removeFirst() }
    }
}
