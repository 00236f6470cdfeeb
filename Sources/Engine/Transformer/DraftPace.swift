/// Decides how many tokens may be guessed ahead from what the context holds: as many as are expected to save the most time, and never so many that guesses
/// which come to nothing are felt.
///
/// Times are in units of one plainly decoded token. How probable a guess is, is learnt for matches of like length, from what
/// was guessed and from what could have been; what it costs is measured. An account bounds the risk: what a pass over a token
/// and its guesses took beyond a plain one is paid, and what came true is earned; guesses are made only where the account
/// could pay for their failure. It grows by a hundredth of every token, by what guessing has earned, and by a part of every
/// guess that would have come true.
public struct DraftPace: Sendable {
    private var account: Double
    /// What passes were measured to cost, as a share of what is expected at first.
    private var costliness = 1.0
    private var plainSeconds = 0.0
    private var experience: [Experience]

    /// After matches of at least some length.
    private struct Experience {
        var shortest: Int
        var history: AcceptanceHistory
    }

    private static let allowance = 0.01
    /// For a guess that was not made and would have come true: two of them show that a text is being quoted.
    private static let encouragement = 0.2
    /// Earlier luck is no reason to go on for long.
    private static let most = 8.0
    /// A pass that is expected to save less is not worth it.
    private static let leastGain = 0.1

    /// - Parameters:
    ///   - account: what may be lost before anything has come true.
    ///   - expected: how probable a guess is at first, after matches of at least some length, ascending from 0.
    private init(account: Double, expected: [(shortest: Int, probability: Double)]) {
        self.account = account
        experience = expected.map { Experience(shortest: $0.shortest, history: AcceptanceHistory($0.probability)) }
    }

    /// For guesses from the context. The probabilities are those of quotations, corrections, summaries and tales.
    public static let ofContext = DraftPace(
        account: 0.1,
        expected: [(0, 0.4), (3, 0.6), (4, 0.8), (6, 0.85), (8, 0.9), (12, 0.93), (20, 0.97)])

    /// What `guesses` (≥ 1) in a pass cost beyond the token that they follow.
    private func cost(_ guesses: Int) -> Double { (0.1 + 0.2 * Double(guesses)) * costliness }

    /// How probable it is that a guess comes true after `matched` tokens that stood together before.
    private func kind(_ matched: Int) -> Int { experience.lastIndex { $0.shortest <= matched } ?? 0 }

    /// Guesses that shall be made now, `limit` at most, where the latest `matched` tokens stood together before.
    public func guesses(matched: Int, limit: Int) -> Int {
        var best = (guesses: 0, gain: Self.leastGain)
        var probability = 1.0
        var expected = 0.0
        for guesses in stride(from: 1, through: limit, by: 1) {
            probability *= experience[kind(matched + guesses - 1)].history.probability
            expected += probability
            let cost = cost(guesses)
            guard cost <= account else { break }
            if expected - cost > best.gain { best = (guesses, expected - cost) }
        }
        return best.guesses
    }

    /// A pass over one token took this long.
    public mutating func passed(plain duration: Duration) {
        account = min(Self.most, account + Self.allowance)
        let seconds = duration / .seconds(1)
        plainSeconds = plainSeconds == 0 ? seconds : plainSeconds * 0.9 + seconds * 0.1
    }

    /// After `matched` tokens nothing was guessed; the first guess would have come true, or not.
    public mutating func couldHave(matched: Int, comeTrue: Bool) {
        experience[kind(matched)].history.add(comeTrue)
        if comeTrue { account = min(Self.most, account + Self.encouragement) }
    }

    /// A pass with `guesses` (≥ 1) after `matched` tokens, of which `accepted` came true, took this long.
    public mutating func passed(matched: Int, guesses: Int, accepted: Int, duration: Duration) {
        precondition(guesses > 0 && accepted >= 0 && accepted <= guesses)
        var cost = cost(guesses)
        if plainSeconds > 0 {
            // What else the machine does shall not pass for what guessing costs.
            let measured = min(max(duration / .seconds(1) / plainSeconds - 1, cost / 3), cost * 3)
            costliness *= 0.7 + 0.3 * measured / cost
            cost = measured
        }
        account = min(Self.most, account + Double(accepted) - cost)
        for guess in 0...min(accepted, guesses - 1) {
            experience[kind(matched + guess)].history.add(guess < accepted)
        }
    }
}
