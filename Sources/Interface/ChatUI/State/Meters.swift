internal import AssistantCore
internal import Glibc

/// What is measured of the answer at work, or of the last one.
package struct Meters: Sendable, Hashable {
    /// Tokens over which the speed is taken, so that it follows what happens now.
    private static let rateWindow = 24
    /// How far apart two samples of the speed's history are.
    private static let historyInterval = Duration.milliseconds(250)
    static let historyCount = 16

    package private(set) var timeToFirstToken: Duration?
    /// Tokens per second of the last few tokens; of the whole answer once it has ended.
    package private(set) var tokensPerSecond: Double?
    /// Speeds, oldest first.
    package private(set) var rateHistory: [Double] = []
    /// Tokens of the prompt; `nil` before it was read.
    private(set) var promptTokens: Int?
    /// Tokens in the context now; `nil` before the first prompt.
    package private(set) var contextTokens: Int?
    package private(set) var generatedTokens = 0
    /// How probable each token was.
    package private(set) var tokens = TokenRecord()
    /// How likely the answer is to be right, by the calibration, 0 … 1; `nil` where there is none.
    package private(set) var confidence: Double?
    /// Whether the probabilities are those of a model that read along, the writer itself giving none.
    package private(set) var isScoredOnCPU = false
    /// Of the scored tokens.
    private var logProbabilities: [Float] = []
    private var logProbabilitySum = 0.0
    private var arrivals: [Duration] = []
    private var lastSample: Duration?

    package init() {}

    /// Geometric mean of the token probabilities so far, 0 … 1; `nil` before the first token.
    package var probability: Double? {
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
        guard arrivals.count >= TokenRate.fewestTokens, let first = arrivals.first, now > first else { return }
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

    /// The latest tokens no longer count; what they took still does.
    mutating func rolledBack(_ rollback: Rollback) {
        generatedTokens = max(0, generatedTokens - rollback.tokens)
        contextTokens = contextTokens.map { max(0, $0 - rollback.tokens) }
        let kept = max(0, logProbabilities.count - rollback.tokens)
        logProbabilities.removeLast(logProbabilities.count - kept)
        logProbabilitySum = logProbabilities.reduce(0) { $0 + Double($1) }
        tokens.removeLast(tokens.count - kept)
    }

    private mutating func score(_ token: GeneratedToken) {
        logProbabilities.append(token.logProbability)
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
        tokensPerSecond = figures?.speed ?? tokensPerSecond
    }

    mutating func finished(_ summary: GenerationSummary) {
        // What a person waits for begins with the sending, not with the model's work.
        timeToFirstToken = timeToFirstToken ?? summary.timeToFirstToken
        if summary.generatedTokens >= TokenRate.fewestTokens {
            tokensPerSecond = summary.decodeTokensPerSecond ?? tokensPerSecond
        }
        contextTokens = summary.contextTokens
    }

    mutating func forgetContext() {
        contextTokens = nil
    }
}
