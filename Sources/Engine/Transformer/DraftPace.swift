/// Decides how many tokens may be guessed ahead, so that guesses which come to nothing cost next to nothing.
///
/// It keeps an account in units of one plainly decoded token. A pass over a token and k guesses takes 1 + k · cost; what it
/// gains are the guesses that came true. No more is risked than the account holds: a little at first and a little for every
/// token, and what guessing has earned.
public struct DraftPace: Sendable {
    /// What one more token in a pass costs, as a share of a pass of one: measured as passes go by.
    public private(set) var cost = 0.3
    private var account = 0.6
    /// Guesses of the next pass at most: four times as many where all came true, cut where one did not.
    private var window = 4
    private var plainSeconds = 0.0

    private static let allowance = 0.01
    /// Earlier luck is no reason to go on for long.
    private static let most = 6.0

    public init() {}

    /// Guesses that may be made now, `limit` at most.
    public func limit(_ limit: Int) -> Int { max(0, min(limit, window, Int(account / cost))) }

    /// A pass over one token took this long.
    public mutating func passed(plain duration: Duration) {
        account = min(Self.most, account + Self.allowance)
        let seconds = duration.seconds
        plainSeconds = plainSeconds == 0 ? seconds : plainSeconds * 0.9 + seconds * 0.1
    }

    /// A pass with `guesses` (≥ 1), of which `accepted` came true, took this long.
    public mutating func passed(guesses: Int, accepted: Int, duration: Duration) {
        precondition(guesses > 0 && accepted >= 0 && accepted <= guesses)
        if plainSeconds > 0 {
            let measured = (duration.seconds / plainSeconds - 1) / Double(guesses)
            cost = min(1, max(0.05, cost * 0.8 + measured * 0.2))
        }
        account = min(Self.most, account + Double(accepted) - Double(guesses) * cost)
        window = accepted == guesses ? min(64, 4 * guesses) : max(2, accepted + 1)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
