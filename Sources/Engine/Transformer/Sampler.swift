internal import Glibc
public import Kernels

/// Chooses the next token from a row of logits.
///
/// Pure but for its own state: the same configuration, the same tokens observed and the same logits give the same
/// choice. All memory is taken when it is made; choosing allocates nothing. Not for use from several threads at once.
public struct Sampler: ~Copyable {
    /// What it samples by.
    public let config: SamplerConfig
    /// Logits that it takes in a row.
    public let vocabularySize: Int

    private var generator: SplitMix64
    /// The latest tokens, up to `historyEnd`; room for twice as many as are looked back on.
    private var history: [Int32]
    private let historyLength: Int
    private var historyEnd: Int
    /// `nil` where DRY is off.
    private var dry: DRYPenalty?
    /// Logits after the repetition penalty: (vocabulary) f32, empty where neither sampling nor a penalty needs them.
    private var scores: [Float]
    /// What top-k keeps; once sorted by need, the best lie at the end.
    private var candidates: [Candidate]

    private struct Candidate {
        var id: Int32
        /// A score first, a weight relative to the best token later.
        var value: Float

        static func better(_ a: Candidate, _ b: Candidate) -> Bool {
            a.value > b.value || (a.value == b.value && a.id < b.id)
        }

        static func worse(_ a: Candidate, _ b: Candidate) -> Bool {
            better(b, a)
        }
    }

    /// - Parameters:
    ///   - vocabularySize: length of every row of logits (≥ 1).
    /// - Throws: ``TransformerError/Code/invalidSampling`` where a parameter is out of range.
    ///   - isBreaker: whether DRY must not look past a token: by convention one with a line break, a colon, a quotation mark
    ///     or an asterisk. Asked only where DRY is on, once for each token of the vocabulary.
    public init(
        _ config: SamplerConfig, vocabularySize: Int, isBreaker: (Int32) -> Bool = { _ in false }
    ) throws(TransformerError) {
        precondition(vocabularySize > 0 && vocabularySize <= Int(Int32.max))
        try config.validate()
        self.config = config
        self.vocabularySize = vocabularySize
        let samples = config.temperature > 0
        let kept = config.topK > 0 ? min(config.topK, vocabularySize) : vocabularySize
        generator = SplitMix64(seed: config.seed)
        // Each once, and as a whole: changing a field of a type that cannot be copied before all are set is miscompiled.
        let (length, isDry) = (config.historyLength, config.dry.multiplier > 0)
        history = Array(repeating: -1, count: 2 * length)
        historyLength = length
        historyEnd = 0
        dry = isDry ? DRYPenalty(config.dry, vocabularySize: vocabularySize, isBreaker: isBreaker) : nil
        scores = Array(repeating: 0, count: samples || length > 0 ? vocabularySize : 0)
        candidates = Array(repeating: Candidate(id: 0, value: 0), count: samples ? kept : 0)
    }

    /// Tells the sampler of a token that now stands in the context, so that the penalties know it.
    ///
    /// Call it for the prompt's tokens (the last ``SamplerConfig/historyLength`` suffice) and for each chosen one.
    public mutating func observe(_ token: Int32) {
        guard historyLength > 0 else { return }
        if historyEnd == history.count {
            for place in 0..<historyLength { history[place] = history[place + historyLength] }
            historyEnd = historyLength
        }
        history[historyEnd] = token
        historyEnd += 1
    }

    /// Chooses a token. It does not ``observe(_:)`` it.
    ///
    /// - Parameter logits: (1, vocabulary), as the model gave them. −∞ means that a token is impossible.
    /// - Throws: ``TransformerError/Code/nonFiniteLogits`` where a logit is NaN or +∞, or all are −∞.
    public mutating func choose(_ logits: FloatRows) throws(TransformerError) -> TokenChoice {
        precondition(
            logits.count == 1 && logits.width == vocabularySize, "a row of logits is as long as the vocabulary")
        let statistics = LogitStatistics(logits)
        guard statistics.logSumExp.isFinite else { throw Self.nonFinite }
        return logits.withRow(0) { row in
            let id = choose(row, top: statistics.top)
            return TokenChoice(
                id: Int32(id), logProbability: min(0, row[id] - statistics.logSumExp),
                entropy: max(0, statistics.entropy), margin: statistics.margin)
        }
    }

    private mutating func choose(_ logits: Span<Float>, top: Int) -> Int {
        guard !scores.isEmpty else { return top }
        penalise(logits)
        if config.temperature > 0 { return draw() }
        var best = 0
        for id in 1..<max(vocabularySize, 1) where scores[id] > scores[best] { best = id }
        return best
    }

    private static var nonFinite: TransformerError {
        TransformerError(
            .nonFiniteLogits,
            "The model's output holds NaN or infinity: its weights are damaged. Fetch the model again.")
    }

    /// Fills `scores` from the logits and applies the penalties.
    private mutating func penalise(_ logits: Span<Float>) {
        for i in 0..<vocabularySize { scores[i] = logits[i] }
        let penalty = Float(config.repetitionPenalty)
        if penalty != 1 {
            // From the logits, not from the scores: a token counts once, however often it stands there.
            for place in max(0, historyEnd - config.repetitionWindow)..<historyEnd {
                let id = Int(history[place])
                guard id >= 0, id < vocabularySize else { continue }
                scores[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty
            }
        }
        dry?.apply(to: &scores, after: history, in: max(0, historyEnd - historyLength)..<historyEnd)
    }

    /// Draws from `scores` at the configured temperature, after top-k, top-p and min-p.
    private mutating func draw() -> Int {
        keepBest()
        let total = weigh()
        // The heap hands out candidates from the best down, into the tail, until a filter says enough.
        Self.heapify(&candidates, count: candidates.count, above: Candidate.better)
        var heap = candidates.count
        var kept = 0.0
        while heap > 0 {
            let next = candidates[0].value
            if kept > 0, kept >= config.topP * total || Double(next) < config.minP { break }
            heap -= 1
            (candidates[0], candidates[heap]) = (candidates[heap], candidates[0])
            Self.siftDown(&candidates, from: 0, count: heap, above: Candidate.better)
            kept += Double(next)
        }
        var rest = generator.unit() * kept
        for position in stride(from: candidates.count - 1, to: heap, by: -1) {
            rest -= Double(candidates[position].value)
            if rest < 0 { return Int(candidates[position].id) }
        }
        return Int(candidates[heap].id)
    }

    /// Leaves the best `candidates.count` scores in `candidates`, in no particular order.
    private mutating func keepBest() {
        let count = candidates.count
        for id in 0..<count { candidates[id] = Candidate(id: Int32(id), value: scores[id]) }
        guard count < vocabularySize else { return }
        // The worst kept candidate is on top and gives way to anything better; a tie keeps the lower id.
        Self.heapify(&candidates, count: count, above: Candidate.worse)
        var bar = candidates[0].value
        for id in count..<vocabularySize where scores[id] > bar {
            candidates[0] = Candidate(id: Int32(id), value: scores[id])
            Self.siftDown(&candidates, from: 0, count: count, above: Candidate.worse)
            bar = candidates[0].value
        }
    }

    /// Turns the candidates' scores into weights relative to the best one (1) at the configured temperature.
    /// - Returns: their sum.
    private mutating func weigh() -> Double {
        var best = -Float.infinity
        for i in candidates.indices { best = max(best, candidates[i].value) }
        // Below this the best token has all the weight anyway.
        let scale = 1 / max(config.temperature, 1e-4)
        var total = 0.0
        for i in candidates.indices {
            let weight = exp(Double(candidates[i].value - best) * scale)
            candidates[i].value = Float(weight)
            total += weight
        }
        return total
    }

    // MARK: A binary heap over the front of an array, the candidate that is `above` all others on top.

    private static func heapify(
        _ heap: inout [Candidate], count: Int, above: (Candidate, Candidate) -> Bool
    ) {
        for i in stride(from: count / 2 - 1, through: 0, by: -1) {
            siftDown(&heap, from: i, count: count, above: above)
        }
    }

    private static func siftDown(
        _ heap: inout [Candidate], from start: Int, count: Int, above: (Candidate, Candidate) -> Bool
    ) {
        var parent = start
        while true {
            var top = 2 * parent + 1
            guard top < count else { return }
            if top + 1 < count, above(heap[top + 1], heap[top]) { top += 1 }
            guard above(heap[top], heap[parent]) else { return }
            (heap[top], heap[parent]) = (heap[parent], heap[top])
            parent = top
        }
    }
}

/// A token, with what the model knew when it was chosen.
public struct TokenChoice: Sendable, Hashable {
    /// The token.
    public var id: Int32
    /// Natural logarithm of the token's probability at temperature 1, before any filter (≤ 0).
    public var logProbability: Float
    /// Entropy of the whole distribution at temperature 1, in nats (≥ 0).
    public var entropy: Float
    /// Natural-log probability of the best token minus that of the second best (≥ 0).
    public var margin: Float

    /// Makes a choice from its numbers.
    public init(id: Int32, logProbability: Float, entropy: Float, margin: Float) {
        self.id = id
        self.logProbability = logProbability
        self.entropy = entropy
        self.margin = margin
    }
}
