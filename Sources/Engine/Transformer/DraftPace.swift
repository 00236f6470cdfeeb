/// Decides how many tokens may be guessed ahead, so that guesses which come to nothing cost next to nothing.
///
/// It keeps an account in units of one plainly decoded token: what a pass over a token and its guesses took beyond a plain one
/// is paid, and what came true is earned. No more is risked than the account holds: enough for one pass at first, a little for
/// every token, and what guessing has earned.
public struct DraftPace: Sendable {
    /// How many of the latest tokens must have stood together before: few after a guess that came true as a whole, and ever
    /// more after guesses that did not.
    public private(set) var matchLength = 10
    private var account = 2.4
    /// Guesses of the next pass at most: four times as many where all came true, cut where one did not.
    private var window = 8
    /// What passes were measured to cost, as a share of what is expected at first.
    private var costliness = 1.0
    private var plainSeconds = 0.0

    private static let allowance = 0.01
    /// Earlier luck is no reason to go on for long.
    private static let most = 8.0
    /// Fewer guesses cannot earn what the pass costs: several columns run on other kernels than one.
    private static let fewest = 3

    public init() {}

    /// Guesses that may be made now: `fewest` to `limit`, or none.
    public func limit(_ limit: Int) -> Int {
        let affordable = Int((account / costliness - Self.expectedBase) / Self.expectedSlope)
        let guesses = min(limit, window, affordable)
        return guesses >= Self.fewest ? guesses : 0
    }

    private static let expectedBase = 1.2
    private static let expectedSlope = 0.3

    /// A pass over one token took this long.
    public mutating func passed(plain duration: Duration) {
        account = min(Self.most, account + Self.allowance)
        let seconds = duration.seconds
        plainSeconds = plainSeconds == 0 ? seconds : plainSeconds * 0.9 + seconds * 0.1
    }

    /// A pass with `guesses` (≥ 1), of which `accepted` came true, took this long.
    public mutating func passed(guesses: Int, accepted: Int, duration: Duration) {
        precondition(guesses > 0 && accepted >= 0 && accepted <= guesses)
        let expected = Self.expectedBase + Self.expectedSlope * Double(guesses)
        let cost = plainSeconds > 0 ? max(0, duration.seconds / plainSeconds - 1) : expected
        costliness = max(0.2, costliness * 0.7 + cost / expected * 0.3)
        account = min(Self.most, account + Double(accepted) - cost)
        if accepted == guesses {
            window = min(64, 4 * guesses)
            matchLength = PromptLookup.matchLength
        } else {
            window = max(Self.fewest, accepted + 1)
            matchLength = accepted == 0 ? min(32, 2 * max(matchLength, 5)) : 10
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
