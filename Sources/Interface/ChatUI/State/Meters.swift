internal import AssistantCore
internal import Glibc

/// What is measured of the answer at work, or of the last one.
public struct Meters: Sendable, Hashable {
    /// Tokens over which the speed is taken, so that it follows what happens now.
    private static let rateWindow = 24
    /// Tokens before a speed is told: guesses that come true arrive together, and of a few tokens that says more than the speed.
    private static let fewestForRate = 8
    /// How far apart two samples of the speed's history are.
    private static let historyInterval = Duration.milliseconds(250)
    static let historyCount = 16

    public private(set) var timeToFirstToken: Duration?
    /// Tokens per second of the last few tokens; of the whole answer once it has ended.
    public private(set) var tokensPerSecond: Double?
    /// Speeds, oldest first.
    public private(set) var rateHistory: [Double] = []
    /// Tokens of the prompt; `nil` before it was read.
    private(set) var promptTokens: Int?
    /// Tokens in the context now; `nil` before the first prompt.
    public private(set) var contextTokens: Int?
    public private(set) var generatedTokens = 0
    /// How probable each token was.
    public private(set) var tokens = TokenRecord()
    /// How likely the answer is to be right, by the calibration, 0 … 1; `nil` where there is none.
    public private(set) var confidence: Double?
    /// Whether the probabilities are those of a model that read along, the writer itself giving none.
    public private(set) var isScoredOnCPU = false
    private var logProbabilitySum = 0.0
    private var arrivals: [Duration] = []
    private var lastSample: Duration?

    public init() {}

    /// Geometric mean of the token probabilities so far, 0 … 1; `nil` before the first token.
    public var probability: Double? {
        guard tokens.count > 0 else { return nil }
        return exp(logProbabilitySum / Double(tokens.count))
    }

    /// What the meter stands at: the calibrated confidence, or else how probable the words were.
    var sureness: (name: String, value: Double?) {
        confidence.map { ("conf", $0) } ?? (isScoredOnCPU ? "scored on CPU" : "prob", probability)
    }

    /// A number that is not calibrated says no more than the tokens' own probabilities do.
    mutating func confidence(_ reading: ConfidenceReading) {
        confidence = reading.isCalibrated ? reading.value : nil
    }

    /// A question was sent: everything but the context starts anew.
    mutating func begin() {
        self = Meters(keeping: contextTokens)
    }

    private init(keeping contextTokens: Int?) {
        self.contextTokens = contextTokens
    }

    mutating func prefilled(_ statistics: PrefillStatistics) {
        promptTokens = statistics.promptTokens
        contextTokens = statistics.promptTokens
    }

    mutating func token(_ token: GeneratedToken, sentAt start: Duration, now: Duration) {
        generatedTokens += 1
        if token.isScored { score(token) }
        contextTokens = contextTokens.map { $0 + 1 }
        if timeToFirstToken == nil { timeToFirstToken = now - start }
        arrivals.append(now)
        if arrivals.count > Self.rateWindow { arrivals.removeFirst() }
        guard arrivals.count >= Self.fewestForRate, let first = arrivals.first, now > first else { return }
        let rate = Double(arrivals.count - 1) / (now - first).inSeconds
        tokensPerSecond = rate
        if lastSample.map({ now - $0 >= Self.historyInterval }) ?? true {
            lastSample = now
            rateHistory.append(rate)
            if rateHistory.count > Self.historyCount { rateHistory.removeFirst() }
        }
    }

    /// Another model of this device read along; a token that is not scored says that it could not.
    mutating func scored(_ tokens: [GeneratedToken]) {
        isScoredOnCPU = tokens.allSatisfy(\.isScored)
        for token in tokens where token.isScored { score(token) }
    }

    private mutating func score(_ token: GeneratedToken) {
        logProbabilitySum += Double(token.logProbability)
        tokens.add(token)
    }

    /// Text came of which the tokens are not known.
    mutating func text(sentAt start: Duration, now: Duration) {
        if timeToFirstToken == nil { timeToFirstToken = now - start }
    }

    /// What was measured elsewhere.
    mutating func recall(_ figures: AnswerFigures?) {
        timeToFirstToken = figures?.timeToFirstToken ?? timeToFirstToken
        tokensPerSecond = figures?.tokensPerSecond ?? tokensPerSecond
    }

    mutating func finished(_ summary: GenerationSummary) {
        // What a person waits for begins with the sending, not with the model's work.
        timeToFirstToken = timeToFirstToken ?? summary.timeToFirstToken
        tokensPerSecond = summary.decodeTokensPerSecond ?? tokensPerSecond
        contextTokens = summary.contextTokens
    }

    mutating func forgetContext() {
        contextTokens = nil
    }
}
