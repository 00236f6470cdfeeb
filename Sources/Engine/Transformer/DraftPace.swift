/// Decides how many tokens may be guessed ahead: as many as are expected to save the most time, and never so many that guesses
/// which come to nothing are felt.
///
/// Times are in units of one plainly decoded token. How probable a guess is, is learnt for matches of like length; what it
/// costs is measured. An account bounds the risk: what a pass over a token and its guesses took beyond a plain one is paid,
/// and what came true is earned; a guess is made only where the account could pay for its failure. It holds enough for one
/// guess at first, and grows by a hundredth of every token and by what guessing has earned.
public struct DraftPace: Sendable {
    private var account = 0.35
    /// What passes were measured to cost, as a share of what is expected at first.
    private var costliness = 1.0
    private var plainSeconds = 0.0
    private var experience: [Experience]

    /// How often the next guess came true after matches of some length, earlier ones counting ever less.
    private struct Experience {
        var shortest: Int
        var cameTrue: Double
        var tried: Double

        mutating func add(_ isTrue: Bool) {
            let fading = tried < 20 ? 1 : 20 / (tried + 1)
            cameTrue = (cameTrue + (isTrue ? 1 : 0)) * fading
            tried = (tried + 1) * fading
        }
    }

    private static let allowance = 0.012
    /// Earlier luck is no reason to go on for long.
    private static let most = 8.0
    /// A pass that is expected to save less is not worth it.
    private static let leastGain = 0.1

    public init() {
        // As measured over quotations, stories and explanations: each counts as eight trials.
        experience = [(0, 0.7), (4, 0.72), (6, 0.8), (10, 0.95)].map {
            Experience(shortest: $0.0, cameTrue: 8 * $0.1, tried: 8)
        }
    }

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
            let experience = experience[kind(matched + guesses - 1)]
            probability *= experience.cameTrue / experience.tried
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
        let seconds = duration.seconds
        plainSeconds = plainSeconds == 0 ? seconds : plainSeconds * 0.9 + seconds * 0.1
    }

    /// A pass with `guesses` (≥ 1) after `matched` tokens, of which `accepted` came true, took this long.
    public mutating func passed(matched: Int, guesses: Int, accepted: Int, duration: Duration) {
        precondition(guesses > 0 && accepted >= 0 && accepted <= guesses)
        var cost = cost(guesses)
        if plainSeconds > 0 {
            // What else the machine does shall not pass for what guessing costs.
            let measured = min(max(duration.seconds / plainSeconds - 1, cost / 3), cost * 3)
            costliness *= 0.7 + 0.3 * measured / cost
            cost = measured
        }
        account = min(Self.most, account + Double(accepted) - cost)
        for guess in 0...min(accepted, guesses - 1) {
            experience[kind(matched + guess)].add(guess < accepted)
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
