/// What becomes of an attempt to give a kiosk's PIN.
package enum PINAttempt: Sendable, Hashable {
    /// It may be looked at. It counts as wrong until it was found right.
    case counted(failures: Int)
    /// None is looked at for so long.
    case locked(for: Duration)
}

/// How long a kiosk takes no PIN after wrong ones.
package enum PINLock {
    /// Wrong PINs in a row before the next one has to wait.
    package static let freeFailures = 3
    private static let first = Duration.seconds(60)
    private static let longest = Duration.seconds(86_400)

    /// A minute after the third wrong PIN in a row, twice as long after each further one, a day at most.
    package static func duration(after failures: Int) -> Duration {
        guard failures >= freeFailures else { return .zero }
        return min(longest, first * (1 << min(failures - freeFailures, 20)))
    }
}

/// Wrong PINs in a row. They outlive the program and every visitor: only the right PIN makes them none.
package protocol PINAttempts: Sendable {
    /// Counts an attempt as wrong, before anybody looks at it: to pull the plug meanwhile spares nothing.
    func begin(at now: Timestamp) async throws -> PINAttempt

    /// The attempt was wrong; an audit entry says so. Returns for how long none is looked at now.
    func failed(at now: Timestamp) async throws -> Duration

    /// The attempt was right: none counts any more; an audit entry says so.
    func succeeded(at now: Timestamp) async throws
}
