/// Decides how many tokens a draft model shall guess, by what its guesses were measured to cost and how often they came true.
///
/// Times are in units of one plainly decoded token. A pass with guesses takes the draft's reading of what it has not read, a
/// step of the draft for each guess, and a pass over all of them; it gives a token, and those guesses that come true. It is
/// made where that is expected to be faster than plain passes. An account bounds what is lost where the expectation is
/// wrong: it has a fiftieth of every plain pass, gains what guessing has saved and pays what it has cost, and a pass must not
/// cost more than it has if nothing comes true. Meant to be kept from answer to answer.
public struct DraftModelPace: Sendable {
    /// What came of a pass with guesses.
    public struct Pass: Sendable {
        /// Tokens that the draft had not read before it guessed.
        public var unread: Int
        /// Steps of the draft: a guess each, but for a last one of which it was not sure.
        public var steps: Int
        /// How many guesses were computed.
        public var guesses: Int
        /// How many of them came true.
        public var accepted: Int
        /// How long the draft read.
        public var reading: Duration
        /// How long its steps took.
        public var guessing: Duration
        /// How long the model's own pass took.
        public var checking: Duration

        /// Makes the record of a pass.
        public init(
            unread: Int, steps: Int, guesses: Int, accepted: Int, reading: Duration, guessing: Duration,
            checking: Duration
        ) {
            self.unread = unread
            self.steps = steps
            self.guesses = guesses
            self.accepted = accepted
            self.reading = reading
            self.guessing = guessing
            self.checking = checking
        }
    }

    private let fixed: Int?
    private var plainSeconds = 0.0
    private var account = 0.0
    /// Of a step of the draft, of a token that it reads, and of a guess in the model's own pass.
    private var stepCost, readingCost, checkingCost: Double
    private var history = AcceptanceHistory(Self.prior)

    private static let allowance = 0.02
    /// Earlier luck, or bad luck, does not count for ever.
    private static let most = 32.0
    /// A pass that is expected to be less faster is not worth it.
    private static let leastSpeed = 1.05
    /// How probable a guess is before any was made.
    private static let prior = 0.8
    /// What was learnt fades over some thousand plain passes: a text may have become another.
    private static let forgetting = 0.001
    /// So many tokens are read with the first guess, and cost nothing of their own.
    public static let readAlong = 2

    /// - Parameter relativeCost: what a step of the draft is expected to take, before it is measured.
    public init(relativeCost: Double) {
        self.init(relativeCost: relativeCost, fixed: nil)
    }

    /// As many guesses each time, whatever they cost: for measuring what they come to.
    public static func always(_ guesses: Int) -> DraftModelPace { DraftModelPace(relativeCost: 0, fixed: guesses) }

    private init(relativeCost: Double, fixed: Int?) {
        self.fixed = fixed
        stepCost = relativeCost
        readingCost = relativeCost / 4
        checkingCost = 0.15
    }

    /// Guesses that shall be made now, `limit` at most, where the draft has `unread` tokens to read first.
    public func guesses(unread: Int, limit: Int) -> Int {
        if let fixed { return min(fixed, limit) }
        guard plainSeconds > 0 else { return 0 }
        var best = (guesses: 0, speed: Self.leastSpeed)
        var probability = 1.0
        var expected = 0.0
        for guesses in stride(from: 1, through: limit, by: 1) {
            probability *= history.probability
            expected += probability
            let cost = Double(guesses) * (stepCost + checkingCost)
            guard cost + (unread > Self.readAlong ? Double(unread) * readingCost : 0) <= account else { break }
            let speed = (1 + expected) / (1 + cost)
            if speed > best.speed { best = (guesses, speed) }
        }
        return best.guesses
    }

    /// A pass over one token took this long.
    public mutating func passed(plain duration: Duration) {
        let seconds = duration / .seconds(1)
        plainSeconds = plainSeconds == 0 ? seconds : plainSeconds * 0.9 + seconds * 0.1
        account = min(Self.most, account + Self.allowance)
        history.forget(towards: Self.prior, by: Self.forgetting)
    }

    /// A pass with guesses has ended.
    public mutating func passed(_ pass: Pass) {
        for guess in 0..<min(pass.accepted + 1, pass.guesses) { history.add(guess < pass.accepted) }
        guard plainSeconds > 0 else { return }
        let reading = pass.reading / .seconds(1) / plainSeconds
        let guessing = pass.guessing / .seconds(1) / plainSeconds
        let checking = pass.checking / .seconds(1) / plainSeconds
        account = max(-Self.most, min(Self.most, account + Double(pass.accepted) + 1 - reading - guessing - checking))
        func learn(_ cost: inout Double, _ measured: Double, of count: Int) {
            if count > 0 { cost += (max(0, measured / Double(count)) - cost) * 0.3 }
        }
        learn(&stepCost, guessing, of: pass.steps)
        learn(&readingCost, reading, of: pass.unread > Self.readAlong ? pass.unread : 0)
        learn(&checkingCost, checking - 1, of: pass.guesses)
    }
}
